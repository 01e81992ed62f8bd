#pragma once
/// The TLS identity of a node: a P-256 key and a certificate it signed itself. Peers do not trust
/// any issuer: they pin the public key (docs/formats/keystore.md section 2). Vendor: OpenSSL 3.
#include <string_view>

#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::crypto {

struct TlsKeyPair {
    SecretBytes private_key_pkcs8_der;
    Bytes certificate_der;
};

/// A fresh key, and its X.509 v3 certificate for server and client authentication, in which subject
/// and the one DNS name are `common_name`.
///
/// Needs    common_name: 1..64 printable ASCII characters without space; 1 <= years <= 100
/// Errors   invalid: a need is broken; internal: OpenSSL failed
/// Source   RFC 5280, RFC 5480 (key), RFC 5958 (PKCS #8)
[[nodiscard]] Result<TlsKeyPair> make_tls_identity(std::string_view common_name,
                                                   UnixTime not_before,
                                                   int years);

/// SHA-256 of the DER SubjectPublicKeyInfo: the same for every certificate of one key.
///
/// Errors   invalid: not exactly one DER certificate with a public key
/// Source   RFC 7469 section 2.4 (the value that is pinned)
[[nodiscard]] Result<Hash32> tls_pin_of_certificate(BytesView der);

}  // namespace mednexus::crypto
