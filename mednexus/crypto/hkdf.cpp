#include <algorithm>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {

namespace {

constexpr std::size_t kHkdfOutBytesMax = 255 * Hash32::kSizeBytes;  // RFC 5869 section 2.3
static_assert(kHkdfOutBytesMax == 8160);

/// HMAC with the result in memory that is wiped.
Secret<32> secret_hmac(BytesView key, BytesView data) {
    constexpr std::uint8_t kNothing = 0;  // HMAC() takes a null key for "the last one"
    Secret<32> out;
    unsigned size = 0;
    const unsigned char* const done = HMAC(EVP_sha256(),
                                           key.empty() ? &kNothing : key.data(),
                                           static_cast<int>(key.size()),
                                           data.data(),
                                           data.size(),
                                           out.mutable_reveal().data(),
                                           &size);
    MN_CHECK(done != nullptr);
    MN_CHECK(size == Hash32::kSizeBytes);
    return out;
}

}  // namespace

Hash32 hmac_sha256(BytesView key, BytesView data) {
    const Secret<32> tag = secret_hmac(key, data);
    Hash32 out;
    std::copy(tag.reveal().begin(), tag.reveal().end(), out.mutable_array().begin());
    return out;
}

Result<SecretBytes> hkdf_sha256(BytesView key,
                                BytesView salt,
                                BytesView info,
                                std::size_t out_bytes) {
    if (out_bytes == 0 || out_bytes > kHkdfOutBytesMax) {
        return fail(Kind::invalid, "hkdf: cannot make " + std::to_string(out_bytes) + " bytes");
    }
    // RFC 5869 section 2.2: the salt is the HMAC's key
    // NOLINTNEXTLINE(readability-suspicious-call-argument)
    const Secret<32> pseudo_random_key = secret_hmac(salt, key);
    Bytes out;
    out.reserve(out_bytes);  // never grows, so no copy is left behind unwiped
    Bytes input;
    input.reserve(Hash32::kSizeBytes + info.size() + 1);
    for (std::uint8_t round = 1; out.size() < out_bytes; ++round) {
        append(input, info);
        input.push_back(round);
        const Secret<32> block = secret_hmac(pseudo_random_key.reveal(), input);
        const std::size_t wanted = std::min(out_bytes - out.size(), block.reveal().size());
        append(out, block.reveal().first(wanted));
        input.assign(block.reveal().begin(), block.reveal().end());
    }
    wipe(input);
    return SecretBytes(std::move(out));
}

Secret<32> derive_key(const Secret<32>& key, std::string_view label) {
    const auto bytes = hkdf_sha256(key.reveal(), {}, bytes_of(label), 32);
    MN_CHECK(bytes.has_value());
    auto out = Secret<32>::from(bytes->reveal());
    MN_CHECK(out.has_value());
    return *std::move(out);
}

}  // namespace mednexus::crypto
