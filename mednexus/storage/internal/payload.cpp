#include "mednexus/storage/internal/payload.hpp"

#include "mednexus/codec/cursor.hpp"

namespace mednexus::storage::internal {
namespace {

Failure not_supported(const char* what, std::uint32_t number) {
    return fail(
        Kind::invalid,
        std::string("crypt4gh: ") + what + ' ' + std::to_string(number) + " is not supported");
}

Result<Payload> parse_data_key(codec::Cursor& cursor) {
    MN_TRY(const std::uint32_t method, cursor.u32_le());
    if (method != kDataMethodChaCha20Poly1305) {
        return not_supported("data encryption method", method);
    }
    MN_TRY(const BytesView raw, cursor.take(32));
    MN_TRY(crypto::AeadKey key, crypto::AeadKey::from(raw));
    return Payload(std::move(key));
}

Result<Payload> parse_edit_list(codec::Cursor& cursor) {
    MN_TRY(const std::uint32_t count, cursor.u32_le());
    if (count > cursor.remaining() / sizeof(std::uint64_t)) {
        return fail(Kind::invalid, "the edit list is longer than its packet");
    }
    EditLengths lengths;
    lengths.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        MN_TRY(const std::uint64_t length, cursor.u64_le());
        lengths.push_back(length);
    }
    return Payload(std::move(lengths));
}

}  // namespace

Result<Payload> parse_payload(BytesView raw) {
    codec::Cursor cursor(raw);
    MN_TRY(const std::uint32_t type, cursor.u32_le());
    switch (type) {
        case kPacketTypeDataKey:
            return parse_data_key(cursor);
        case kPacketTypeEditList:
            return parse_edit_list(cursor);
        default:
            return not_supported("packet type", type);
    }
}

SecretBytes encode_data_key(const crypto::AeadKey& key) {
    Bytes out;
    out.reserve(40);  // so that growing leaves no copy of the key behind
    codec::append_le(out, kPacketTypeDataKey);
    codec::append_le(out, kDataMethodChaCha20Poly1305);
    append(out, key.reveal());
    return SecretBytes(std::move(out));
}

}  // namespace mednexus::storage::internal
