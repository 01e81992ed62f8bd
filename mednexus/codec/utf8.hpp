#pragma once
/// UTF-8 of RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
#include <cstddef>
#include <optional>
#include <string_view>

namespace mednexus::codec {

/// The offset of the first byte that breaks the rule, or nothing.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;

}  // namespace mednexus::codec
