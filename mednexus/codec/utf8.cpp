#include "mednexus/codec/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace mednexus::codec {

namespace {

/// What RFC 3629 section 4 allows after a lead byte: how many bytes, and the range of the first.
struct Lead {
    std::size_t more = 0;
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xBF;
};

std::optional<Lead> lead_of(std::uint8_t byte) noexcept {
    if (byte >= 0xC2 && byte <= 0xDF) {
        return Lead{.more = 1};
    }
    if (byte >= 0xE0 && byte <= 0xEF) {
        return Lead{.more = 2,
                    .low = static_cast<std::uint8_t>(byte == 0xE0 ? 0xA0 : 0x80),    // overlong
                    .high = static_cast<std::uint8_t>(byte == 0xED ? 0x9F : 0xBF)};  // surrogates
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        return Lead{.more = 3,
                    .low = static_cast<std::uint8_t>(byte == 0xF0 ? 0x90 : 0x80),    // overlong
                    .high = static_cast<std::uint8_t>(byte == 0xF4 ? 0x8F : 0xBF)};  // > U+10FFFF
    }
    return std::nullopt;
}

/// The bytes of ASCII at the front of `text`, in steps of 8.
std::size_t ascii_run(std::string_view text) noexcept {
    constexpr std::uint64_t kHighBits = 0x8080808080808080U;
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t block = 0;
        std::memcpy(&block, text.data() + at, sizeof block);
        if ((block & kHighBits) != 0) {
            break;
        }
    }
    return at;
}

std::uint8_t byte_at(std::string_view text, std::size_t at) noexcept {
    return static_cast<std::uint8_t>(text[at]);
}

/// Bytes of the one character that starts at `at`; 0 when there is none.
std::size_t character_at(std::string_view text, std::size_t at) noexcept {
    if (byte_at(text, at) < 0x80) {
        return 1;
    }
    const std::optional<Lead> lead = lead_of(byte_at(text, at));
    if (!lead || lead->more >= text.size() - at) {
        return 0;
    }
    if (byte_at(text, at + 1) < lead->low || byte_at(text, at + 1) > lead->high) {
        return 0;
    }
    for (std::size_t i = 2; i <= lead->more; ++i) {
        if ((byte_at(text, at + i) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    return lead->more + 1;
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        if (byte_at(text, at) < 0x80) {
            at += ascii_run(text.substr(at));
        }
        if (at == text.size()) {
            break;
        }
        const std::size_t length = character_at(text, at);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return std::nullopt;
}

}  // namespace mednexus::codec
