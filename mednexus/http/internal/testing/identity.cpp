#include "mednexus/http/internal/testing/identity.hpp"

#include <memory>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::http::internal {

namespace {

constexpr long kYearSeconds = 365L * 24 * 60 * 60;

template <typename T, typename Encode>
Bytes der_of(T* value, Encode encode) {
    unsigned char* out = nullptr;
    const int size = encode(value, &out);
    MN_CHECK(size > 0);
    Bytes der(out, out + size);
    OPENSSL_free(out);
    return der;
}

Bytes pkcs8_of(EVP_PKEY* key) {
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
        EVP_PKEY2PKCS8(key), PKCS8_PRIV_KEY_INFO_free);
    return der_of(info.get(), i2d_PKCS8_PRIV_KEY_INFO);
}

}  // namespace

TestIdentity make_test_identity() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509* x = certificate.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), 0);
    X509_gmtime_adj(X509_getm_notAfter(x), kYearSeconds);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x),
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"),
                               -1,
                               -1,
                               0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    MN_CHECK(X509_set_pubkey(x, key.get()) == 1);
    MN_CHECK(X509_sign(x, key.get(), EVP_sha256()) > 0);
    const Bytes spki = der_of(key.get(), i2d_PUBKEY);
    return {SecretBytes(pkcs8_of(key.get())), der_of(x, i2d_X509), crypto::sha256(spki)};
}

}  // namespace mednexus::http::internal
