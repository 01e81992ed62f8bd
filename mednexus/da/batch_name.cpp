#include "mednexus/da/batch_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "mednexus/codec/hex.hpp"

namespace mednexus::da {

namespace {

constexpr std::size_t kDigits = 20;
constexpr std::size_t kHexDigits = 64;
constexpr std::size_t kNameSize = 2 * (kDigits + 1) + kHexDigits;

std::string padded(std::uint64_t value) {
    const std::string digits = std::to_string(value);
    return std::string(kDigits - digits.size(), '0') + digits;
}

std::uint64_t number_in(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

BatchName name_of(const Header& header) {
    return {header.batch.from, header.batch.to, commitment_of(header)};
}

std::string write_batch_name(const BatchName& name) {
    return padded(name.from) + "-" + padded(name.to) + "-" + codec::to_hex(name.commitment.view());
}

std::optional<BatchName> parse_batch_name(std::string_view text) {
    if (text.size() != kNameSize) {
        return std::nullopt;
    }
    const auto commitment = codec::parse_hex_as<Hash32>(text.substr(2 * (kDigits + 1)));
    if (!commitment) {
        return std::nullopt;
    }
    const BatchName name{.from = number_in(text.substr(0, kDigits)),
                         .to = number_in(text.substr(kDigits + 1, kDigits)),
                         .commitment = *commitment};
    return write_batch_name(name) == text ? std::optional(name) : std::nullopt;
}

}  // namespace mednexus::da
