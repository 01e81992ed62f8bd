#include "mednexus/crypto/tls_identity.hpp"

#include <ctime>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {
namespace {

constexpr UnixTime kStart{1763834432};  // 2025-11-22T18:00:32Z

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Certificate certificate_of(BytesView der) {
    const unsigned char* at = der.data();
    return {d2i_X509(nullptr, &at, static_cast<long>(der.size())), &X509_free};
}

Key key_of(const SecretBytes& der) {
    const unsigned char* at = der.reveal().data();
    return {d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size_bytes())), &EVP_PKEY_free};
}

TEST(TlsIdentity, MakesACertificateThatItsOwnKeySigned) {
    const auto identity = make_tls_identity("clinic.example", kStart, 10);
    ASSERT_TRUE(identity) << identity.error().what;
    const Certificate certificate = certificate_of(identity->certificate_der);
    const Key key = key_of(identity->private_key_pkcs8_der);
    ASSERT_TRUE(certificate && key);
    EXPECT_EQ(EVP_PKEY_get_bits(key.get()), 256);
    EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
    EXPECT_EQ(X509_verify(certificate.get(), key.get()), 1);
    EXPECT_EQ(X509_get_version(certificate.get()), X509_VERSION_3);
}

TEST(TlsIdentity, NamesTheInstitutionForServerAndClient) {
    const auto identity = make_tls_identity("clinic.example", kStart, 10);
    const Certificate certificate = certificate_of(identity->certificate_der);
    EXPECT_EQ(X509_check_host(certificate.get(), "clinic.example", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
    EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
}

TEST(TlsIdentity, LastsFromItsStartForItsYears) {
    const auto identity = make_tls_identity("clinic.example", kStart, 10);
    const Certificate certificate = certificate_of(identity->certificate_der);
    std::time_t at = kStart.seconds;
    EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate.get()), at), 0);
    at += std::time_t{10} * 365 * 86400;
    EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate.get()), at), 0);
}

TEST(TlsIdentity, TakesNamesWhoseCharactersMeanSomethingToOpenssl) {
    for (const std::string_view name : {"a,DNS:evil.example", "a:b=c", "/x/y", "@section"}) {
        const auto identity = make_tls_identity(name, kStart, 1);
        ASSERT_TRUE(identity) << name;
        const Certificate certificate = certificate_of(identity->certificate_der);
        EXPECT_EQ(X509_check_host(certificate.get(), "evil.example", 0, 0, nullptr), 0);
    }
}

TEST(TlsIdentity, RefusesOtherNamesAndYears) {
    const std::string long_name(65, 'a');
    for (const std::string_view name : {std::string_view(""),
                                        std::string_view("a b"),
                                        std::string_view("a\n"),
                                        std::string_view("S\xC3\xBC"
                                                         "d"),
                                        std::string_view("a\0b", 3),
                                        std::string_view(long_name)}) {
        EXPECT_EQ(make_tls_identity(name, kStart, 1).error().kind, Kind::invalid);
    }
    for (const int years : {-1, 0, 101}) {
        EXPECT_EQ(make_tls_identity("a", kStart, years).error().kind, Kind::invalid);
    }
}

TEST(TlsPin, IsTheDigestOfTheSubjectPublicKeyInfo) {
    const auto identity = make_tls_identity("clinic.example", kStart, 10);
    const Key key = key_of(identity->private_key_pkcs8_der);
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    ASSERT_GT(size, 0);
    EXPECT_EQ(*tls_pin_of_certificate(identity->certificate_der),
              sha256({der, static_cast<std::size_t>(size)}));
    OPENSSL_free(der);
}

TEST(TlsPin, DiffersForEveryKey) {
    const auto one = make_tls_identity("clinic.example", kStart, 10);
    const auto other = make_tls_identity("clinic.example", kStart, 10);
    EXPECT_NE(*tls_pin_of_certificate(one->certificate_der),
              *tls_pin_of_certificate(other->certificate_der));
}

TEST(TlsPin, RefusesWhatIsNotOneCertificate) {
    const Bytes good = make_tls_identity("clinic.example", kStart, 10)->certificate_der;
    EXPECT_EQ(tls_pin_of_certificate({}).error().kind, Kind::invalid);
    for (std::size_t size = 0; size < good.size(); size += 7) {
        EXPECT_EQ(tls_pin_of_certificate(BytesView(good).first(size)).error().kind, Kind::invalid);
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(tls_pin_of_certificate(longer).error().kind, Kind::invalid);
    EXPECT_FALSE(tls_pin_of_certificate(bytes_of("-----BEGIN CERTIFICATE-----")));
}

}  // namespace
}  // namespace mednexus::crypto
