#pragma once
/// Byte buffers and views. A view is never stored beyond the call that received it.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mednexus {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

/// The characters of `text` as bytes, without a copy; valid as long as `text` is.
[[nodiscard]] inline BytesView bytes_of(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The bytes as characters, without a copy and without any check of their encoding.
[[nodiscard]] inline std::string_view text_of(BytesView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline Bytes to_bytes(BytesView bytes) {
    return {bytes.begin(), bytes.end()};
}

[[nodiscard]] inline Bytes to_bytes(std::string_view text) {
    return to_bytes(bytes_of(text));
}

inline void append(Bytes& to, BytesView more) {
    to.insert(to.end(), more.begin(), more.end());
}

}  // namespace mednexus
