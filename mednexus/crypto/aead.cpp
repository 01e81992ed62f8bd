#include "mednexus/crypto/aead.hpp"

#include <sodium.h>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/internal/sodium.hpp"

namespace mednexus::crypto {

static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == 32);
static_assert(crypto_aead_chacha20poly1305_ietf_NPUBBYTES == AeadNonce::kSizeBytes);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == kAeadTagSizeBytes);

void aead_seal_into(const AeadKey& key,
                    const AeadNonce& nonce,
                    BytesView aad,
                    BytesView plain,
                    std::span<std::uint8_t> out) {
    internal::need_sodium();
    MN_CHECK(out.size() == plain.size() + kAeadTagSizeBytes);
    unsigned long long written = 0;
    const int status = crypto_aead_chacha20poly1305_ietf_encrypt(out.data(),
                                                                 &written,
                                                                 plain.data(),
                                                                 plain.size(),
                                                                 aad.data(),
                                                                 aad.size(),
                                                                 nullptr,
                                                                 nonce.array().data(),
                                                                 key.reveal().data());
    MN_CHECK(status == 0);
    MN_CHECK(written == out.size());
}

Bytes aead_seal(const AeadKey& key, const AeadNonce& nonce, BytesView aad, BytesView plain) {
    Bytes out(plain.size() + kAeadTagSizeBytes);
    aead_seal_into(key, nonce, aad, plain, out);
    return out;
}

Result<void> aead_open_into(const AeadKey& key,
                            const AeadNonce& nonce,
                            BytesView aad,
                            BytesView sealed,
                            std::span<std::uint8_t> out) {
    internal::need_sodium();
    if (sealed.size() < kAeadTagSizeBytes) {
        return fail(Kind::corrupt, "aead.open: shorter than a tag");
    }
    MN_CHECK(out.size() == sealed.size() - kAeadTagSizeBytes);
    unsigned long long written = 0;
    const int status = crypto_aead_chacha20poly1305_ietf_decrypt(out.data(),
                                                                 &written,
                                                                 nullptr,
                                                                 sealed.data(),
                                                                 sealed.size(),
                                                                 aad.data(),
                                                                 aad.size(),
                                                                 nonce.array().data(),
                                                                 key.reveal().data());
    if (status != 0) {
        return fail(Kind::corrupt, "aead.open: tag mismatch");
    }
    MN_CHECK(written == out.size());
    return {};
}

Result<Bytes> aead_open(const AeadKey& key,
                        const AeadNonce& nonce,
                        BytesView aad,
                        BytesView sealed) {
    Bytes out(sealed.size() < kAeadTagSizeBytes ? 0 : sealed.size() - kAeadTagSizeBytes);
    MN_DO(aead_open_into(key, nonce, aad, sealed, out));
    return out;
}

}  // namespace mednexus::crypto
