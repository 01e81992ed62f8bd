#include "mednexus/storage/internal/segment.hpp"

#include "mednexus/core/check.hpp"
#include "mednexus/storage/crypt4gh.hpp"

namespace mednexus::storage::internal {

Bytes seal_segment(const crypto::AeadKey& key, BytesView plain, Random& random) {
    MN_CHECK(!plain.empty() && plain.size() <= kSegmentPlainSizeBytes);
    const auto nonce = random_id<crypto::AeadNonce>(random);
    const Bytes sealed = crypto::aead_seal(key, nonce, {}, plain);
    Bytes out;
    out.reserve(kSegmentOverheadBytes + plain.size());
    append(out, nonce.view());
    append(out, sealed);
    MN_CHECK(out.size() == plain.size() + kSegmentOverheadBytes);
    return out;
}

Result<Bytes> open_segment(std::span<const crypto::AeadKey> keys, BytesView sealed) {
    if (sealed.size() > kSegmentOverheadBytes) {
        const auto nonce = *crypto::AeadNonce::from(sealed.first(12));
        for (const crypto::AeadKey& key : keys) {
            auto plain = crypto::aead_open(key, nonce, {}, sealed.subspan(12));
            if (plain) {
                return plain;
            }
        }
    }
    return fail(Kind::corrupt, "tag mismatch");
}

Result<std::uint64_t> plain_size_of(std::uint64_t body_size_bytes) {
    const std::uint64_t whole = body_size_bytes / kSegmentSealedSizeBytes;
    const std::uint64_t rest = body_size_bytes % kSegmentSealedSizeBytes;
    if (rest != 0 && rest <= kSegmentOverheadBytes) {
        return fail(Kind::corrupt, "the body ends inside a segment");
    }
    const std::uint64_t last = rest == 0 ? 0 : rest - kSegmentOverheadBytes;
    return whole * kSegmentPlainSizeBytes + last;
}

}  // namespace mednexus::storage::internal
