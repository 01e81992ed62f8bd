#pragma once
/// chain::Transport over HTTP/1.1: http:// to a node on the same machine or network, https:// with
/// the system's certificate authorities and the host's name checked. Connections are kept and
/// reused. Threads: any number may call at once, each on a connection of its own.
#include <memory>

#include "mednexus/chain/transport.hpp"

namespace mednexus::http {

struct RpcLimits {
    std::uint32_t connect_ms_max = 5'000;  ///< name, connect and TLS handshake each
    std::uint32_t call_ms_max = 30'000;    ///< from sending to the whole answer
    std::uint32_t idle_connections_max = 8;
};

class RpcTransport final : public chain::Transport {
public:
    explicit RpcTransport(RpcLimits limits = {});
    RpcTransport(const RpcTransport&) = delete;
    RpcTransport& operator=(const RpcTransport&) = delete;
    ~RpcTransport() override;

    /// `url` is http:// or https:// with a host, and perhaps a port and a path; no user name. It
    /// may carry a key in its path, so no error text holds it.
    ///
    /// A call on a kept connection that turns out to be closed is repeated once on a fresh one: all
    /// methods that chain::Client uses may be repeated.
    ///
    /// Errors   chain::Transport's; also invalid: no such URL
    [[nodiscard]] Result<chain::RpcAnswer> call(const std::string& url,
                                                std::string_view method,
                                                const json::Value& params) override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mednexus::http
