#include "apps/mednexus/lines.hpp"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mednexus::cli {
namespace {

using ::testing::ElementsAre;

/// Gives `piece_bytes` at a time, then fails or ends.
class Drip final : public storage::ByteSource {
public:
    Drip(std::string text, std::size_t piece_bytes) : text_(std::move(text)), piece_(piece_bytes) {}

    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out) override {
        if (fails_at_end && text_.empty()) {
            return fail(Kind::io, "drip: broken");
        }
        const auto count = std::min({out.size(), piece_, text_.size()});
        std::copy_n(text_.begin(), count, out.begin());
        text_.erase(0, count);
        return count;
    }

    bool fails_at_end = false;

private:
    std::string text_;
    std::size_t piece_;
};

std::vector<std::string> lines_of(const std::string& text,
                                  std::size_t piece,
                                  std::size_t max = 99) {
    Drip source(text, piece);
    LineReader reader(source, max);
    std::vector<std::string> lines;
    while (true) {
        const auto line = reader.next();
        if (!line || !*line) {
            return lines;
        }
        lines.push_back(**line);
    }
}

TEST(LineReader, GivesTheSameLinesWhateverThePieces) {
    for (std::size_t piece = 1; piece < 12; ++piece) {
        EXPECT_THAT(lines_of("a\nbc\n\nd", piece), ElementsAre("a", "bc", "", "d")) << piece;
    }
}

TEST(LineReader, BeginsNoLineAfterAFinalLf) {
    EXPECT_THAT(lines_of("a\n", 5), ElementsAre("a"));
    EXPECT_THAT(lines_of("\n", 5), ElementsAre(""));
    EXPECT_THAT(lines_of("", 5), ElementsAre());
}

TEST(LineReader, CutsALineThatIsTooLongAndGoesOn) {
    EXPECT_THAT(lines_of("123\n1234\n12345678\nab", 3, 4),
                ElementsAre("123", "1234", "12345", "ab"));
}

TEST(LineReader, PassesOnTheErrorOfItsSource) {
    Drip source("a\nb", 2);
    source.fails_at_end = true;
    LineReader reader(source, 9);
    EXPECT_EQ(**reader.next(), "a");
    EXPECT_EQ(reader.next().error().kind, Kind::io);
}

}  // namespace
}  // namespace mednexus::cli
