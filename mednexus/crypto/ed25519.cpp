#include "mednexus/crypto/ed25519.hpp"

#include <sodium.h>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/internal/sodium.hpp"

namespace mednexus::crypto {

static_assert(crypto_sign_ed25519_SEEDBYTES == 32);
static_assert(crypto_sign_ed25519_PUBLICKEYBYTES == Ed25519PublicKey::kSizeBytes);
static_assert(crypto_sign_ed25519_BYTES == Ed25519Signature::kSizeBytes);

namespace {

/// libsodium's private key is seed ‖ public key.
struct KeyPair {
    Ed25519PublicKey public_key;
    Secret<crypto_sign_ed25519_SECRETKEYBYTES> secret_key;
};

KeyPair key_pair_of(const Ed25519Seed& seed) {
    internal::need_sodium();
    KeyPair out;
    const int status = crypto_sign_ed25519_seed_keypair(out.public_key.mutable_array().data(),
                                                        out.secret_key.mutable_reveal().data(),
                                                        seed.reveal().data());
    MN_CHECK(status == 0);
    return out;
}

}  // namespace

Ed25519Seed make_ed25519_seed(Random& random) {
    Ed25519Seed out;
    random.fill(out.mutable_reveal());
    return out;
}

Ed25519PublicKey ed25519_public_of(const Ed25519Seed& seed) {
    return key_pair_of(seed).public_key;
}

Ed25519Signature ed25519_sign(const Ed25519Seed& seed, BytesView message) {
    const KeyPair keys = key_pair_of(seed);
    Ed25519Signature out;
    const int status = crypto_sign_ed25519_detached(out.mutable_array().data(),
                                                    nullptr,
                                                    message.data(),
                                                    message.size(),
                                                    keys.secret_key.reveal().data());
    MN_CHECK(status == 0);
    return out;
}

Result<void> ed25519_verify(const Ed25519PublicKey& key,
                            BytesView message,
                            const Ed25519Signature& signature) {
    internal::need_sodium();
    const int status = crypto_sign_ed25519_verify_detached(
        signature.array().data(), message.data(), message.size(), key.array().data());
    if (status != 0) {
        return fail(Kind::denied, "ed25519.verify: not this key's signature over this message");
    }
    return {};
}

}  // namespace mednexus::crypto
