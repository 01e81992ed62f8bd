#pragma once
/// X25519 key agreement, RFC 7748. Vendor: libsodium.
#include "mednexus/core/fixed.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::crypto {

using X25519PublicKey = Fixed<struct X25519PublicKeyTag, 32>;
using X25519SecretKey = Secret<32>;

[[nodiscard]] X25519SecretKey make_x25519_secret(Random& random);
[[nodiscard]] X25519PublicKey x25519_public_of(const X25519SecretKey& secret);

/// Errors   invalid: the result is all zero (a point of small order)
[[nodiscard]] Result<Secret<32>> x25519(const X25519SecretKey& secret, const X25519PublicKey& peer);

}  // namespace mednexus::crypto
