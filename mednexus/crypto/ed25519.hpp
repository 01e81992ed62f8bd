#pragma once
/// Ed25519, RFC 8032. Vendor: libsodium (refuses small-order and non-canonical keys and
/// signatures).
#include "mednexus/core/fixed.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::crypto {

using Ed25519PublicKey = Fixed<struct Ed25519PublicKeyTag, 32>;
using Ed25519Signature = Fixed<struct Ed25519SignatureTag, 64>;
using Ed25519Seed = Secret<32>;  ///< the 32-byte private key of RFC 8032

[[nodiscard]] Ed25519Seed make_ed25519_seed(Random& random);
[[nodiscard]] Ed25519PublicKey ed25519_public_of(const Ed25519Seed& seed);
[[nodiscard]] Ed25519Signature ed25519_sign(const Ed25519Seed& seed, BytesView message);

/// Errors   denied: the signature is not this key's over this message
[[nodiscard]] Result<void> ed25519_verify(const Ed25519PublicKey& key,
                                          BytesView message,
                                          const Ed25519Signature& signature);

}  // namespace mednexus::crypto
