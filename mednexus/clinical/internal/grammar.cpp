#include "mednexus/clinical/internal/grammar.hpp"

#include <algorithm>
#include <array>

#include "mednexus/clinical/internal/lines.hpp"

namespace mednexus::clinical::internal {

namespace {

constexpr std::size_t kGeneSymbolBytesMax = 64;
constexpr std::size_t kDurationBytesMax = 64;
constexpr std::uint32_t kYearsMax = 1'000'000;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool holds_only(std::string_view text, std::string_view others) noexcept {
    return std::all_of(text.begin(), text.end(), [others](char c) {
        return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
    });
}

/// Takes digits, and a fraction if allowed, from the front. False when there is no number.
bool take_number(std::string_view& text, bool& has_fraction) noexcept {
    const std::string_view start = text;
    while (!text.empty() && is_digit(text.front())) {
        text.remove_prefix(1);
    }
    if (start.size() == text.size()) {
        return false;
    }
    if (text.size() < 2 || (text.front() != '.' && text.front() != ',') || !is_digit(text[1])) {
        return true;
    }
    has_fraction = true;
    text.remove_prefix(1);
    while (!text.empty() && is_digit(text.front())) {
        text.remove_prefix(1);
    }
    return true;
}

/// Takes "n" and one letter of `units` again and again, each letter after the one before.
bool take_parts(std::string_view& text, std::string_view units, bool& has_fraction) noexcept {
    bool any = false;
    while (!text.empty() && text.front() != 'T') {
        if (has_fraction || !take_number(text, has_fraction) || text.empty()) {
            return false;
        }
        const std::size_t unit = units.find(text.front());
        if (unit == std::string_view::npos) {
            return false;
        }
        units.remove_prefix(unit + 1);
        text.remove_prefix(1);
        any = true;
    }
    return any;
}

bool in_range(std::string_view digits, int low, int high) noexcept {
    const int value = (digits[0] - '0') * 10 + (digits[1] - '0');
    return value >= low && value <= high;
}

bool matches(std::string_view text, std::string_view pattern) noexcept {
    return text.size() == pattern.size() &&
           std::equal(text.begin(), text.end(), pattern.begin(), [](char c, char p) {
               return p == 'd' ? is_digit(c) : c == p;
           });
}

bool is_offset(std::string_view text) noexcept {
    if (text == "Z" || text == "z") {
        return true;
    }
    return (matches(text, "+dd:dd") || matches(text, "-dd:dd")) &&
           in_range(text.substr(1), 0, 23) && in_range(text.substr(4), 0, 59);
}

/// Code points that hide or reorder text, as UTF-8.
constexpr std::array<std::string_view, 11> kHiddenControls{"\xE2\x80\xA8",   // U+2028
                                                           "\xE2\x80\xA9",   // U+2029
                                                           "\xE2\x80\xAA",   // U+202A
                                                           "\xE2\x80\xAB",   // U+202B
                                                           "\xE2\x80\xAC",   // U+202C
                                                           "\xE2\x80\xAD",   // U+202D
                                                           "\xE2\x80\xAE",   // U+202E
                                                           "\xE2\x81\xA6",   // U+2066
                                                           "\xE2\x81\xA7",   // U+2067
                                                           "\xE2\x81\xA8",   // U+2068
                                                           "\xE2\x81\xA9"};  // U+2069

}  // namespace

bool is_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_curie(std::string_view text) noexcept {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || text.size() > kTextBytesMax) {
        return false;
    }
    const std::string_view local = text.substr(colon + 1);
    return is_letter(text.front()) && holds_only(text.substr(0, colon), "_.-") && !local.empty() &&
           holds_only(local, "_.-/#") && !is_path_like(local);
}

std::optional<std::string> id_fault(std::string_view text) {
    if (text.empty()) {
        return "an id is not empty";
    }
    if (text.size() > kTextBytesMax) {
        return "an id has at most " + std::to_string(kTextBytesMax) + " bytes";
    }
    if (has_control_character(text)) {
        return "an id holds no control characters";
    }
    if (is_path_like(text)) {
        return "an id is not path-like";
    }
    return std::nullopt;
}

std::optional<std::string> label_fault(std::string_view text) {
    if (text.size() > kLabelBytesMax) {
        return "a label has at most " + std::to_string(kLabelBytesMax) + " bytes";
    }
    if (has_control_character(text)) {
        return "a label holds no control characters";
    }
    return std::nullopt;
}

bool has_control_character(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool is_c1 =
            c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c < 0x20 || c == 0x7F || is_c1) {
            return true;
        }
        const std::string_view next = text.substr(i, 3);
        if (c == 0xE2 && std::find(kHiddenControls.begin(), kHiddenControls.end(), next) !=
                             kHiddenControls.end()) {
            return true;
        }
    }
    return false;
}

bool is_path_like(std::string_view text) noexcept {
    if (text.find('\\') != std::string_view::npos || text == "." || text == "..") {
        return true;
    }
    if (text.find('/') == std::string_view::npos) {
        return false;
    }
    std::vector<std::string_view> segments;
    split(text, '/', segments);
    return std::any_of(segments.begin(), segments.end(), [](std::string_view segment) {
        return segment.empty() || segment == "." || segment == "..";
    });
}

bool is_duration(std::string_view text) noexcept {
    if (text.size() > kDurationBytesMax || text.empty() || text.front() != 'P') {
        return false;
    }
    text.remove_prefix(1);
    bool has_fraction = false;
    const bool has_date = !text.empty() && text.front() != 'T';
    if (has_date && !take_parts(text, "YMWD", has_fraction)) {
        return false;
    }
    if (text.empty()) {
        return has_date;
    }
    text.remove_prefix(1);  // 'T'
    return take_parts(text, "HMS", has_fraction) && text.empty();
}

std::uint32_t whole_years(std::string_view duration) noexcept {
    std::uint64_t days = 0;
    std::uint64_t value = 0;
    std::uint64_t months = 0;
    bool in_fraction = false;
    for (const char c : duration.substr(1)) {
        if (c == 'T') {
            break;
        }
        if (is_digit(c)) {
            const std::uint64_t next = value * 10 + static_cast<std::uint64_t>(c - '0');
            value = in_fraction ? value : std::min<std::uint64_t>(next, kYearsMax);
            continue;
        }
        in_fraction = c == '.' || c == ',';
        if (in_fraction) {
            continue;
        }
        months += c == 'Y' ? value * 12 : c == 'M' ? value : 0;
        days += c == 'W' ? value * 7 : c == 'D' ? value : 0;
        value = 0;
    }
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(months / 12 + days / 365, kYearsMax));
}

bool is_timestamp(std::string_view text) noexcept {
    constexpr std::string_view kSeconds = "dddd-dd-ddTdd:dd:dd";
    if (!matches(text.substr(0, kSeconds.size()), kSeconds) || text.size() > kDurationBytesMax) {
        return false;
    }
    const bool is_in_range = in_range(text.substr(5), 1, 12) && in_range(text.substr(8), 1, 31) &&
                             in_range(text.substr(11), 0, 23) && in_range(text.substr(14), 0, 59) &&
                             in_range(text.substr(17), 0, 60);
    std::string_view rest = text.substr(kSeconds.size());
    if (rest.size() > 1 && rest.front() == '.' && is_digit(rest[1])) {
        rest.remove_prefix(1);
        rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
    }
    return is_in_range && is_offset(rest);
}

bool is_hgvs(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kLabelBytesMax && holds_only(text, "_.:()*>=+-?[];");
}

bool is_gene_symbol(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kGeneSymbolBytesMax && holds_only(text, "-._@");
}

}  // namespace mednexus::clinical::internal
