#pragma once
/// The TLS profile of docs/formats/http.md, section 2, as OpenSSL contexts.
#include <memory>

#include <openssl/ssl.h>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::http::internal {

struct ContextDeleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};

using Context = std::unique_ptr<SSL_CTX, ContextDeleter>;

/// Asks every client for a certificate and takes any; who it is, the pin tells afterwards.
/// Errors   invalid: key or certificate do not parse or do not belong together
[[nodiscard]] Result<Context> make_server_context(const service::TlsIdentity& identity);

/// Refuses every server without an expect_pin, and every other pin. Errors: as above.
[[nodiscard]] Result<Context> make_client_context(const service::TlsIdentity& identity);

/// Outlives the handshake of the connection it was given to.
struct PinRule {
    Hash32 expected;
    bool has_refused = false;
};

/// The one key that `connection`, made of a client context, may meet.
void expect_pin(SSL* connection, PinRule& rule);

/// The pin of the certificate whose key the other side has proved. Errors: denied: it has none.
[[nodiscard]] Result<Hash32> pin_of_other_side(const SSL* connection);

}  // namespace mednexus::http::internal
