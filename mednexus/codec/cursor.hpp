#pragma once
/// Reading and writing fixed-width integers and blocks in binary formats, with bounds checked once,
/// here.
#include <concepts>
#include <cstdint>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::codec {

/// Reads from the front of a view. After an error the cursor stays where it was.
class Cursor {
public:
    explicit Cursor(BytesView bytes) noexcept : rest_(bytes), size_(bytes.size()) {}

    /// Errors: invalid, "truncated at byte N".
    [[nodiscard]] Result<BytesView> take(std::size_t count);
    [[nodiscard]] Result<std::uint8_t> u8();
    [[nodiscard]] Result<std::uint16_t> u16_be();
    [[nodiscard]] Result<std::uint32_t> u32_be();
    [[nodiscard]] Result<std::uint64_t> u64_be();
    [[nodiscard]] Result<std::uint32_t> u32_le();
    [[nodiscard]] Result<std::uint64_t> u64_le();

    [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }

    [[nodiscard]] std::size_t position() const noexcept { return size_ - rest_.size(); }

private:
    BytesView rest_;
    std::size_t size_;
};

/// Appends `value` most (be) or least (le) significant byte first, in sizeof(value) bytes.
template <std::unsigned_integral T>
void append_be(Bytes& to, T value) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
        to.push_back(static_cast<std::uint8_t>(value >> (8U * i)));
    }
}

template <std::unsigned_integral T>
void append_le(Bytes& to, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        to.push_back(static_cast<std::uint8_t>(value >> (8U * i)));
    }
}

}  // namespace mednexus::codec
