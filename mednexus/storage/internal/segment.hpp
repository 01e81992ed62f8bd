#pragma once
/// One data segment: nonce ‖ ciphertext ‖ tag.
/// Source   GA4GH File Encryption Standard, sections 3.4 and 4.1
#include <span>

#include "mednexus/core/random.hpp"
#include "mednexus/crypto/aead.hpp"

namespace mednexus::storage::internal {

/// Needs: 1 .. kSegmentPlainSizeBytes bytes of plaintext, and 28 more in `out`.
void seal_segment(const crypto::AeadKey& key,
                  BytesView plain,
                  Random& random,
                  std::span<std::uint8_t> out);

/// Needs: `out` has 28 bytes less than `sealed`, and at least one.
/// Errors: corrupt: none of the keys authenticates the segment.
[[nodiscard]] Result<void> open_segment(std::span<const crypto::AeadKey> keys,
                                        BytesView sealed,
                                        std::span<std::uint8_t> out);

/// Plaintext bytes of a body. Errors: corrupt for a length that no sealing produces: a last segment
/// shorter than nonce, one byte and tag.
[[nodiscard]] Result<std::uint64_t> plain_size_of(std::uint64_t body_size_bytes);

}  // namespace mednexus::storage::internal
