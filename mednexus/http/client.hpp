#pragma once
/// Asking another institution's node, or one's own daemon. See docs/formats/http.md.
#include <memory>
#include <string>
#include <string_view>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/http/limits.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::http {

/// HTTPS to peers; one connection per call. Threads: any number may call at once.
class PeerClient final : public service::PeerTransport {
public:
    explicit PeerClient(ClientLimits limits = {});
    PeerClient(PeerClient&&) noexcept;
    PeerClient& operator=(PeerClient&&) noexcept;
    PeerClient(const PeerClient&) = delete;
    PeerClient& operator=(const PeerClient&) = delete;
    ~PeerClient() override;

    /// The key and certificate to show from now on. A Node needs its transport before it can tell
    /// them, so a client starts without: until then every call is `unavailable`. Node::open makes
    /// none.
    /// Errors   invalid: not a PKCS#8 key and its X.509 certificate, both DER
    [[nodiscard]] Result<void> present(const service::TlsIdentity& identity);

    /// Errors   unavailable: refused, time limit, pin rule, connection lost, answer too long;
    ///          invalid: endpoint or body unfit to send, answer no JSON; the peer's own
    [[nodiscard]] Result<json::Value> call(const service::PeerAddress& peer,
                                           std::string_view operation,
                                           const json::Value& body) override;
    [[nodiscard]] Result<Bytes> get_object(const service::PeerAddress& peer,
                                           const ObjectRoot& root) override;
    [[nodiscard]] Result<Bytes> get_blob(const service::PeerAddress& peer,
                                         const Hash32& hash) override;
    /// GET /v1/log/<path>, e.g. "checkpoint". Errors: as call.
    [[nodiscard]] Result<Bytes> get_log_file(const service::PeerAddress& peer,
                                             std::string_view path);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The daemon that holds a home, through its socket. Threads: any number may call at once.
class OperatorClient {
public:
    static constexpr ClientLimits kLimits{.answer_ms_max = 600'000};

    explicit OperatorClient(std::string home, ClientLimits limits = kLimits);

    /// True: a daemon answers. False: nobody listens (no home, no socket, or one left behind).
    /// Errors   unavailable: something listens but does not answer; denied: another user's; io
    [[nodiscard]] Result<bool> is_answering() const;

    /// POST /v1/operator/<operation>. Errors   unavailable: no daemon, time limit, connection lost;
    ///          denied: another user's socket; the node's own
    [[nodiscard]] Result<json::Value> execute(std::string_view operation,
                                              const json::Value& arguments) const;

    /// GET /metrics.
    [[nodiscard]] Result<std::string> metrics() const;

private:
    std::string home_;
    ClientLimits limits_;
};

}  // namespace mednexus::http
