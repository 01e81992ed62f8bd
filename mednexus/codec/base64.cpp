#include "mednexus/codec/base64.hpp"

#include <array>

namespace mednexus::codec {

namespace {

using Alphabet = std::array<char, 64>;
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr Alphabet make_alphabet(char digit62, char digit63) {
    Alphabet out{};
    for (std::uint8_t i = 0; i < 26; ++i) {
        out[i] = static_cast<char>('A' + i);
        out[26U + i] = static_cast<char>('a' + i);
    }
    for (std::uint8_t i = 0; i < 10; ++i) {
        out[52U + i] = static_cast<char>('0' + i);
    }
    out[62] = digit62;
    out[63] = digit63;
    return out;
}

constexpr std::array<std::uint8_t, 256> invert(const Alphabet& alphabet) {
    std::array<std::uint8_t, 256> out{};
    out.fill(kNoDigit);
    for (std::uint8_t i = 0; i < 64; ++i) {
        out[static_cast<std::uint8_t>(alphabet[i])] = i;
    }
    return out;
}

constexpr Alphabet kStandard = make_alphabet('+', '/');
constexpr Alphabet kUrl = make_alphabet('-', '_');
constexpr std::array<std::uint8_t, 256> kStandardValues = invert(kStandard);
constexpr std::array<std::uint8_t, 256> kUrlValues = invert(kUrl);

/// Digits without padding.
std::string encode(BytesView bytes, const Alphabet& alphabet) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t group = 0;
    std::uint32_t bits = 0;
    for (const std::uint8_t byte : bytes) {
        group = (group << 8U) | byte;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out.push_back(alphabet[(group >> bits) & 63U]);
        }
        group &= 63U;  // at most 4 bits are still wanted
    }
    if (bits > 0) {
        out.push_back(alphabet[(group << (6U - bits)) & 63U]);
    }
    return out;
}

/// Digits without padding; `values` is the inverted alphabet.
Result<Bytes> decode(std::string_view digits, const std::array<std::uint8_t, 256>& values) {
    if (digits.size() % 4 == 1) {
        return fail(Kind::invalid, "base64: the number of digits fits no bytes");
    }
    Bytes out;
    out.reserve(digits.size() / 4 * 3 + 2);
    std::uint32_t group = 0;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::uint8_t value = values[static_cast<std::uint8_t>(digits[i])];
        if (value == kNoDigit) {
            return fail(Kind::invalid, "base64: no digit at character " + std::to_string(i + 1));
        }
        group = ((group << 6U) | value) & 0x3FFFU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<std::uint8_t>((group >> bits) & 0xFFU));
        }
    }
    if ((group & ((1U << bits) - 1U)) != 0) {
        return fail(Kind::invalid, "base64: the unused last bits are not zero");
    }
    return out;
}

}  // namespace

std::string to_base64(BytesView bytes) {
    std::string out = encode(bytes, kStandard);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::string to_base64url(BytesView bytes) {
    return encode(bytes, kUrl);
}

Result<Bytes> parse_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return fail(Kind::invalid, "base64: the length is no multiple of 4");
    }
    if (text.ends_with("==")) {
        text.remove_suffix(2);
    } else if (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    return decode(text, kStandardValues);
}

Result<Bytes> parse_base64url(std::string_view text) {
    return decode(text, kUrlValues);
}

}  // namespace mednexus::codec
