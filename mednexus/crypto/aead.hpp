#pragma once
/// ChaCha20-Poly1305, RFC 8439 (IETF: 12-byte nonce, 16-byte tag). Vendor: libsodium.
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/fixed.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::crypto {

using AeadKey = Secret<32>;
using AeadNonce = Fixed<struct AeadNonceTag, 12>;
inline constexpr std::size_t kAeadTagSizeBytes = 16;

/// Returns ciphertext ‖ tag. A nonce must never repeat under one key.
[[nodiscard]] Bytes aead_seal(const AeadKey& key,
                              const AeadNonce& nonce,
                              BytesView aad,
                              BytesView plain);

/// Errors   corrupt: shorter than a tag, or the tag does not match (key, nonce, aad or bytes
/// differ)
[[nodiscard]] Result<Bytes> aead_open(const AeadKey& key,
                                      const AeadNonce& nonce,
                                      BytesView aad,
                                      BytesView sealed);

/// The same without allocation. Lengths: out has plain.size() + 16 bytes and does not overlap
/// plain.
void aead_seal_into(const AeadKey& key,
                    const AeadNonce& nonce,
                    BytesView aad,
                    BytesView plain,
                    std::span<std::uint8_t> out);

/// The same without allocation; after an error `out` holds nothing of the plaintext. Lengths: out
/// has sealed.size() - 16 bytes and does not overlap sealed. Errors: as aead_open.
[[nodiscard]] Result<void> aead_open_into(const AeadKey& key,
                                          const AeadNonce& nonce,
                                          BytesView aad,
                                          BytesView sealed,
                                          std::span<std::uint8_t> out);

}  // namespace mednexus::crypto
