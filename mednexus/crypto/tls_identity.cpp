#include "mednexus/crypto/tls_identity.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {

namespace {

/// Frees an OpenSSL object with its own function.
template <auto Free>
struct Freer {
    template <typename T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;
using Name = std::unique_ptr<GENERAL_NAME, Freer<GENERAL_NAME_free>>;
using Text = std::unique_ptr<ASN1_IA5STRING, Freer<ASN1_IA5STRING_free>>;

/// Also empties OpenSSL's error queue, which would be laid at the door of this thread's next call.
Failure failed(std::string_view step) {
    ERR_clear_error();
    return fail(Kind::internal, "tls_identity: " + std::string(step) + ": the library refused");
}

Result<void> need(bool done, std::string_view step) {
    if (!done) {
        return failed(step);
    }
    return {};
}

bool is_common_name(std::string_view name) noexcept {
    constexpr std::size_t kNameSizeBytesMax = 64;  // RFC 5280 appendix A.1, ub-common-name
    const bool is_printable =
        std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
    return !name.empty() && name.size() <= kNameSizeBytesMax && is_printable;
}

/// 127 random bits, so that no two certificates of one name have one serial (RFC 5280, 4.1.2.2).
Result<void> set_serial(X509* certificate) {
    constexpr int kSerialBits = 127;
    const Number number(BN_new());
    MN_DO(
        need(number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1,
             "serial"));
    return need(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
                "serial");
}

Result<void> set_validity(X509* certificate, UnixTime not_before, int years) {
    constexpr int kDaysPerYear = 365;
    const auto begin = static_cast<std::time_t>(not_before.seconds);
    ASN1_TIME* const from = X509_getm_notBefore(certificate);
    ASN1_TIME* const until = X509_getm_notAfter(certificate);
    return need(ASN1_TIME_set(from, begin) != nullptr &&
                    ASN1_TIME_adj(until, begin, years * kDaysPerYear, 0) != nullptr,
                "validity");
}

Result<void> set_names(X509* certificate, const std::string& common_name) {
    X509_NAME* const subject = X509_get_subject_name(certificate);
    const auto* const bytes = bytes_of(common_name).data();
    const auto size = static_cast<int>(common_name.size());
    MN_DO(need(
        X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC, bytes, size, -1, 0) == 1,
        "subject"));
    return need(X509_set_issuer_name(certificate, subject) == 1, "issuer");
}

Result<void> add_extension(X509* certificate, int id, const char* value) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, value));
    return need(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

/// Made of its parts: in OpenSSL's own syntax for values a comma in the name would start another.
Result<void> add_dns_name(X509* certificate, const std::string& dns_name) {
    const Names names(GENERAL_NAMES_new());
    Name name(GENERAL_NAME_new());
    Text text(ASN1_IA5STRING_new());
    MN_DO(need(
        names && name && text &&
            ASN1_STRING_set(text.get(), dns_name.data(), static_cast<int>(dns_name.size())) == 1,
        "name"));
    GENERAL_NAME_set0_value(name.get(), GEN_DNS, text.release());
    MN_DO(need(sk_GENERAL_NAME_push(names.get(), name.get()) > 0, "name"));
    (void)name.release();  // the list owns it now
    return need(X509_add1_ext_i2d(
                    certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
                "name");
}

Result<void> add_extensions(X509* certificate, const std::string& common_name) {
    MN_DO(add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE"));
    MN_DO(add_extension(certificate, NID_key_usage, "critical,digitalSignature"));
    MN_DO(add_extension(certificate, NID_ext_key_usage, "serverAuth,clientAuth"));
    return add_dns_name(certificate, common_name);
}

/// `encode` is an i2d function: null asks for the size, else it writes and moves the pointer.
template <typename Encode>
Result<Bytes> der_of(Encode encode) {
    const int size = encode(nullptr);
    MN_DO(need(size > 0, "encoding"));
    Bytes out(static_cast<std::size_t>(size));
    unsigned char* to = out.data();
    MN_DO(need(encode(&to) == size, "encoding"));
    return out;
}

Result<SecretBytes> pkcs8_of(const EVP_PKEY* key) {
    const Pkcs8 info(EVP_PKEY2PKCS8(key));
    MN_DO(need(info != nullptr, "private key"));
    MN_TRY(Bytes der,
           der_of([&](unsigned char** to) { return i2d_PKCS8_PRIV_KEY_INFO(info.get(), to); }));
    return SecretBytes(std::move(der));
}

Result<Bytes> sign_certificate(EVP_PKEY* key,
                               const std::string& common_name,
                               UnixTime not_before,
                               int years) {
    const Certificate certificate(X509_new());
    MN_DO(need(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "version"));
    MN_DO(set_serial(certificate.get()));
    MN_DO(set_validity(certificate.get(), not_before, years));
    MN_DO(set_names(certificate.get(), common_name));
    MN_DO(need(X509_set_pubkey(certificate.get(), key) == 1, "public key"));
    MN_DO(add_extensions(certificate.get(), common_name));
    MN_DO(need(X509_sign(certificate.get(), key, EVP_sha256()) > 0, "signature"));
    return der_of([&](unsigned char** to) { return i2d_X509(certificate.get(), to); });
}

}  // namespace

Result<TlsKeyPair> make_tls_identity(std::string_view common_name, UnixTime not_before, int years) {
    if (!is_common_name(common_name)) {
        return fail(Kind::invalid, "tls_identity: not a common name");
    }
    if (years < 1 || years > 100) {
        return fail(Kind::invalid, "tls_identity: " + std::to_string(years) + " years");
    }
    const Key key(EVP_EC_gen("P-256"));
    MN_DO(need(key != nullptr, "key"));
    MN_TRY(SecretBytes private_key, pkcs8_of(key.get()));
    MN_TRY(Bytes certificate,
           sign_certificate(key.get(), std::string(common_name), not_before, years));
    return TlsKeyPair{.private_key_pkcs8_der = std::move(private_key),
                      .certificate_der = std::move(certificate)};
}

Result<Hash32> tls_pin_of_certificate(BytesView der) {
    const unsigned char* at = der.data();
    const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!certificate || at != der.data() + der.size()) {
        ERR_clear_error();
        return fail(Kind::invalid, "tls_pin: not one DER certificate");
    }
    X509_PUBKEY* const info = X509_get_X509_PUBKEY(certificate.get());
    MN_TRY(const Bytes key, der_of([&](unsigned char** to) { return i2d_X509_PUBKEY(info, to); }));
    return sha256(key);
}

}  // namespace mednexus::crypto
