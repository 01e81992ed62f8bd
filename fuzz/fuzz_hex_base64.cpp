// codec::parse_hex, parse_base64, parse_base64url: one text for each sequence of bytes.
#include <cstdint>

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const BytesView raw(data, size);
    const std::string_view text = text_of(raw);
    if (const auto bytes = codec::parse_base64(text)) {
        MN_CHECK(codec::to_base64(*bytes) == text);
    }
    if (const auto bytes = codec::parse_base64url(text)) {
        MN_CHECK(codec::to_base64url(*bytes) == text);
    }
    if (const auto bytes = codec::parse_hex(text)) {
        MN_CHECK(codec::parse_hex(codec::to_hex(*bytes)) == *bytes);
        MN_CHECK(bytes->size() == text.size() / 2 - (text.starts_with("0x") ? 1 : 0));
    }
    MN_CHECK(codec::parse_hex(codec::to_hex_0x(raw)) == to_bytes(raw));
    MN_CHECK(codec::parse_base64(codec::to_base64(raw)) == to_bytes(raw));
    return 0;
}
