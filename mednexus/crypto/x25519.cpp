#include "mednexus/crypto/x25519.hpp"

#include <sodium.h>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/internal/sodium.hpp"

namespace mednexus::crypto {

static_assert(crypto_scalarmult_curve25519_SCALARBYTES == 32);
static_assert(crypto_scalarmult_curve25519_BYTES == X25519PublicKey::kSizeBytes);

X25519SecretKey make_x25519_secret(Random& random) {
    X25519SecretKey out;
    random.fill(out.mutable_reveal());
    return out;
}

X25519PublicKey x25519_public_of(const X25519SecretKey& secret) {
    internal::need_sodium();
    X25519PublicKey out;
    const int status =
        crypto_scalarmult_curve25519_base(out.mutable_array().data(), secret.reveal().data());
    MN_CHECK(status == 0);
    return out;
}

Result<Secret<32>> x25519(const X25519SecretKey& secret, const X25519PublicKey& peer) {
    internal::need_sodium();
    Secret<32> out;
    const int status = crypto_scalarmult_curve25519(
        out.mutable_reveal().data(), secret.reveal().data(), peer.array().data());
    if (status != 0) {
        return fail(Kind::invalid, "x25519: the peer's key is a point of small order");
    }
    return out;
}

}  // namespace mednexus::crypto
