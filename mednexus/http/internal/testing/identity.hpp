#pragma once
/// Keys and certificates for tests: fresh P-256, self-signed.
#include "mednexus/core/ids.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::http::internal {

struct TestIdentity {
    SecretBytes private_key;  ///< PKCS#8 DER
    Bytes certificate;        ///< DER
    Hash32 pin;

    [[nodiscard]] service::TlsIdentity tls() const { return {private_key.clone(), certificate}; }
};

[[nodiscard]] TestIdentity make_test_identity();

}  // namespace mednexus::http::internal
