#include "apps/mednexus/lines.hpp"

#include <algorithm>

namespace mednexus::cli {

/// False at the end of the source.
Result<bool> LineReader::fill() {
    constexpr std::size_t kPieceBytes = 1U << 16U;
    buffer_.resize(kPieceBytes);
    at_ = 0;
    auto* const bytes = reinterpret_cast<std::uint8_t*>(buffer_.data());
    MN_TRY(const std::size_t got, source_.read({bytes, buffer_.size()}));
    buffer_.resize(got);
    return got > 0;
}

Result<std::optional<std::string>> LineReader::next() {
    std::string line;
    bool has_begun = false;
    while (true) {
        if (at_ == buffer_.size()) {
            MN_TRY(const bool is_more, fill());
            if (!is_more) {
                return has_begun ? std::optional(std::move(line)) : std::nullopt;
            }
        }
        has_begun = true;
        const auto end = std::min(buffer_.find('\n', at_), buffer_.size());
        const auto room = line_bytes_max_ + 1 - line.size();
        line.append(buffer_, at_, std::min(end - at_, room));
        const bool is_ended = end < buffer_.size();
        at_ = is_ended ? end + 1 : end;
        if (is_ended) {
            return std::optional(std::move(line));
        }
    }
}

}  // namespace mednexus::cli
