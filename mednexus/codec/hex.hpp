#pragma once
/// Hexadecimal text.
#include <string>
#include <string_view>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::codec {

/// Lower-case digits, two per byte, no prefix.
[[nodiscard]] std::string to_hex(BytesView bytes);

/// "0x" and lower-case digits, two per byte: the form of roots and hashes in every interface.
[[nodiscard]] std::string to_hex_0x(BytesView bytes);

/// Reads digits of either case, with or without "0x".
/// Errors   invalid: an odd number of digits, or a character that is none
[[nodiscard]] Result<Bytes> parse_hex(std::string_view text);

/// Reads exactly F::kSizeBytes bytes into a Fixed. Errors: invalid.
template <typename F>
[[nodiscard]] Result<F> parse_hex_as(std::string_view text) {
    MN_TRY(const Bytes raw, parse_hex(text));
    return F::from(raw);
}

}  // namespace mednexus::codec
