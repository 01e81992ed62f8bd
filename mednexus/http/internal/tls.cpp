#include "mednexus/http/internal/tls.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::http::internal {

namespace {

constexpr long kCertificateListSizeBytesMax = 16L << 10;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Failure refuse(const char* what) {
    ERR_clear_error();  // the queue belongs to the thread, not to us
    return fail(Kind::invalid, std::string("tls: ") + what);
}

Result<Hash32> pin_of(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) {
        return refuse("a certificate without a readable key");
    }
    const Hash32 pin = crypto::sha256({der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return pin;
}

/// Our own slot: Asio deletes what it finds in OpenSSL's app_data.
int pin_rule_slot() {
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

/// Self-signed envelopes have no chain to check: possession of the key is proved by the handshake,
/// and whose key it is by its pin.
int take_any_certificate(X509_STORE_CTX* store, void* /*argument*/) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

int take_pinned_certificate(X509_STORE_CTX* store, void* /*argument*/) {
    const int index = SSL_get_ex_data_X509_STORE_CTX_idx();
    const auto* connection = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, index));
    auto* rule = static_cast<PinRule*>(SSL_get_ex_data(connection, pin_rule_slot()));
    const X509* certificate = X509_STORE_CTX_get0_cert(store);
    const auto pin = pin_of(certificate);
    const bool fits = rule != nullptr && pin && *pin == rule->expected;
    if (rule != nullptr) {
        rule->has_refused = !fits;
    }
    X509_STORE_CTX_set_error(store, fits ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return fits ? 1 : 0;
}

Result<void> apply_profile(SSL_CTX* context) {
    const bool is_set =
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
        SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
        SSL_CTX_set_ciphersuites(context,
                                 "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
                                 "TLS_AES_128_GCM_SHA256") == 1 &&
        SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1 &&
        SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1;
    if (!is_set) {
        return refuse("this OpenSSL cannot do the profile");
    }
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, kCertificateListSizeBytesMax);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return {};
}

Result<Key> parse_key(const SecretBytes& pkcs8) {
    const BytesView der = pkcs8.reveal();
    const unsigned char* at = der.data();
    Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())), EVP_PKEY_free);
    if (!key || at != der.data() + der.size()) {
        return refuse("the private key is no PKCS#8 DER");
    }
    return key;
}

Result<Certificate> parse_certificate(BytesView der) {
    const unsigned char* at = der.data();
    Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
    if (!certificate || at != der.data() + der.size()) {
        return refuse("the certificate is no X.509 DER");
    }
    return certificate;
}

Result<Context> make_context(const SSL_METHOD* method, const service::TlsIdentity& identity) {
    Context context(SSL_CTX_new(method));
    if (!context) {
        return refuse("OpenSSL has no context for us");
    }
    MN_DO(apply_profile(context.get()));
    MN_TRY(const Key key, parse_key(identity.private_key));
    MN_TRY(const Certificate certificate, parse_certificate(identity.certificate));
    if (SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1) {
        return refuse("key and certificate do not belong together");
    }
    return context;
}

}  // namespace

Result<Context> make_server_context(const service::TlsIdentity& identity) {
    MN_TRY(Context context, make_context(TLS_server_method(), identity));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), take_any_certificate, nullptr);
    return context;
}

Result<Context> make_client_context(const service::TlsIdentity& identity) {
    MN_TRY(Context context, make_context(TLS_client_method(), identity));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), take_pinned_certificate, nullptr);
    return context;
}

void expect_pin(SSL* connection, PinRule& rule) {
    SSL_set_ex_data(connection, pin_rule_slot(), &rule);
}

Result<Hash32> pin_of_other_side(const SSL* connection) {
    const Certificate certificate(SSL_get1_peer_certificate(connection), X509_free);
    if (!certificate) {
        return fail(Kind::denied, "tls: the other side has shown no certificate");
    }
    return pin_of(certificate.get());
}

}  // namespace mednexus::http::internal
