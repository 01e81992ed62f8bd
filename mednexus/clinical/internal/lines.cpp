#include "mednexus/clinical/internal/lines.hpp"

#include <algorithm>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/codec/utf8.hpp"

namespace mednexus::clinical::internal {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kDatePattern = "dddd-dd-dd";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_date(std::string_view text) {
    return std::equal(
        text.begin(), text.end(), kDatePattern.begin(), kDatePattern.end(), [](char c, char p) {
            return p == 'd' ? is_digit(c) : c == p;
        });
}

}  // namespace

Lines::Lines(std::string_view text) : rest_(text) {
    if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
        rest_.remove_prefix(kByteOrderMark.size());
    }
}

bool Lines::next() {
    if (rest_.empty()) {
        return false;
    }
    const std::size_t end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    if (!line_.empty() && line_.back() == '\r') {
        line_.remove_suffix(1);
    }
    ++number_;
    return true;
}

Failure Lines::fail_here(std::string_view rule) const {
    return fail_at_line(number_, rule);
}

Failure fail_at_line(std::uint64_t line, std::string_view rule) {
    return fail(Kind::invalid, "line " + std::to_string(line) + ": " + std::string(rule));
}

void split(std::string_view text, char separator, std::vector<std::string_view>& pieces) {
    pieces.clear();
    while (true) {
        const std::size_t end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return;
        }
        text.remove_prefix(end + 1);
    }
}

Result<void> check_text(std::string_view text) {
    if (text.size() > kHpoFileBytesMax) {
        return fail(Kind::invalid,
                    "file is larger than " + std::to_string(kHpoFileBytesMax) + " bytes");
    }
    auto bad = codec::first_invalid_utf8(text);
    if (const std::size_t nul = text.find('\0'); !bad && nul != std::string_view::npos) {
        bad = nul;
    }
    if (!bad) {
        return {};
    }
    const auto before = text.substr(0, *bad);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    return fail_at_line(static_cast<std::uint64_t>(line), "text is UTF-8 without NUL");
}

std::string find_date(std::string_view text) {
    for (std::size_t i = 0; i + kDatePattern.size() <= text.size(); ++i) {
        if (is_date(text.substr(i, kDatePattern.size()))) {
            return std::string(text.substr(i, kDatePattern.size()));
        }
    }
    return {};
}

}  // namespace mednexus::clinical::internal
