#pragma once
/// Base64 of RFC 4648: section 4 (standard, padded) and section 5 (URL-safe, unpadded). Reading is
/// strict.
#include <string>
#include <string_view>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::codec {

[[nodiscard]] std::string to_base64(BytesView bytes);
[[nodiscard]] std::string to_base64url(BytesView bytes);

/// Errors   invalid: wrong alphabet, missing or extra padding, non-zero trailing bits, white space
[[nodiscard]] Result<Bytes> parse_base64(std::string_view text);
[[nodiscard]] Result<Bytes> parse_base64url(std::string_view text);

}  // namespace mednexus::codec
