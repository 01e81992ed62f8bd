#include "mednexus/storage/internal/segment.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"
#include "mednexus/storage/crypt4gh.hpp"

namespace mednexus::storage::internal {

void seal_segment(const crypto::AeadKey& key,
                  BytesView plain,
                  Random& random,
                  std::span<std::uint8_t> out) {
    MN_CHECK(!plain.empty());
    MN_CHECK(plain.size() <= kSegmentPlainSizeBytes);
    MN_CHECK(out.size() == plain.size() + kSegmentOverheadBytes);
    const auto nonce = random_id<crypto::AeadNonce>(random);
    std::copy(nonce.view().begin(), nonce.view().end(), out.begin());
    crypto::aead_seal_into(key, nonce, {}, plain, out.subspan(crypto::AeadNonce::kSizeBytes));
}

Result<void> open_segment(std::span<const crypto::AeadKey> keys,
                          BytesView sealed,
                          std::span<std::uint8_t> out) {
    MN_CHECK(!out.empty());
    MN_CHECK(sealed.size() == out.size() + kSegmentOverheadBytes);
    const auto nonce = *crypto::AeadNonce::from(sealed.first(crypto::AeadNonce::kSizeBytes));
    const BytesView text = sealed.subspan(crypto::AeadNonce::kSizeBytes);
    for (const crypto::AeadKey& key : keys) {
        if (crypto::aead_open_into(key, nonce, {}, text, out)) {
            return {};
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
