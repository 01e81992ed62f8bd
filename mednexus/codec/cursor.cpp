#include "mednexus/codec/cursor.hpp"

namespace mednexus::codec {

namespace {

template <std::unsigned_integral T>
T join_be(BytesView bytes) noexcept {
    T out = 0;
    for (const std::uint8_t byte : bytes) {
        out = static_cast<T>((static_cast<std::uint64_t>(out) << 8U) | byte);
    }
    return out;
}

template <std::unsigned_integral T>
T join_le(BytesView bytes) noexcept {
    T out = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        out = static_cast<T>((static_cast<std::uint64_t>(out) << 8U) | bytes[i]);
    }
    return out;
}

}  // namespace

Result<BytesView> Cursor::take(std::size_t count) {
    if (count > rest_.size()) {
        return fail(Kind::invalid, "truncated at byte " + std::to_string(position()));
    }
    const BytesView out = rest_.first(count);
    rest_ = rest_.subspan(count);
    return out;
}

Result<std::uint8_t> Cursor::u8() {
    MN_TRY(const BytesView raw, take(1));
    return raw[0];
}

Result<std::uint16_t> Cursor::u16_be() {
    MN_TRY(const BytesView raw, take(2));
    return join_be<std::uint16_t>(raw);
}

Result<std::uint32_t> Cursor::u32_be() {
    MN_TRY(const BytesView raw, take(4));
    return join_be<std::uint32_t>(raw);
}

Result<std::uint64_t> Cursor::u64_be() {
    MN_TRY(const BytesView raw, take(8));
    return join_be<std::uint64_t>(raw);
}

Result<std::uint32_t> Cursor::u32_le() {
    MN_TRY(const BytesView raw, take(4));
    return join_le<std::uint32_t>(raw);
}

Result<std::uint64_t> Cursor::u64_le() {
    MN_TRY(const BytesView raw, take(8));
    return join_le<std::uint64_t>(raw);
}

}  // namespace mednexus::codec
