#include "mednexus/codec/hex.hpp"

#include <array>

namespace mednexus::codec {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> out{};
    out.fill(kNoDigit);
    for (std::uint8_t i = 0; i < 16; ++i) {
        const char digit = kDigits[i];
        out[static_cast<std::uint8_t>(digit)] = i;
        if (i >= 10) {
            out[static_cast<std::uint8_t>(digit - 'a' + 'A')] = i;
        }
    }
    return out;
}

constexpr std::array<std::uint8_t, 256> kValues = make_values();

std::uint8_t value_of(char digit) noexcept {
    return kValues[static_cast<std::uint8_t>(digit)];
}

void append_hex(std::string& to, BytesView bytes) {
    for (const std::uint8_t byte : bytes) {
        to.push_back(kDigits[byte >> 4U]);
        to.push_back(kDigits[byte & 0x0FU]);
    }
}

}  // namespace

std::string to_hex(BytesView bytes) {
    std::string out;
    out.reserve(2 * bytes.size());
    append_hex(out, bytes);
    return out;
}

std::string to_hex_0x(BytesView bytes) {
    std::string out = "0x";
    out.reserve(2 + 2 * bytes.size());
    append_hex(out, bytes);
    return out;
}

Result<Bytes> parse_hex(std::string_view text) {
    const std::size_t prefix = text.starts_with("0x") ? 2 : 0;
    const std::string_view digits = text.substr(prefix);
    if (digits.size() % 2 != 0) {
        return fail(Kind::invalid, "hex: an odd number of digits");
    }
    Bytes out(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const std::uint8_t high = value_of(digits[i]);
        const std::uint8_t low = value_of(digits[i + 1]);
        if (high == kNoDigit || low == kNoDigit) {
            const std::size_t at = prefix + i + (high == kNoDigit ? 0U : 1U);
            return fail(Kind::invalid, "hex: no digit at character " + std::to_string(at + 1));
        }
        out[i / 2] = static_cast<std::uint8_t>((high << 4U) | low);
    }
    return out;
}

}  // namespace mednexus::codec
