#pragma once
/// One kept connection to a node. Threads: one at a time.
#include <memory>
#include <string>

#include "mednexus/http/internal/rpc_url.hpp"
#include "mednexus/http/rpc_transport.hpp"

namespace mednexus::http::internal {

class RpcConnection {
public:
    /// Connects, and over https:// checks who answers.
    /// Errors   unavailable: no such host, refused, time limit, certificate not trusted
    [[nodiscard]] static Result<std::unique_ptr<RpcConnection>> open(const RpcUrl& url,
                                                                     const RpcLimits& limits);
    virtual ~RpcConnection() = default;

    struct Answer {
        int status = 0;
        std::string body;
        bool is_reusable = false;
    };

    enum class Broken : std::uint8_t { before_answer, other };

    struct Failed {
        Error error;
        Broken how = Broken::other;
    };

    /// POST of `body`. `before_answer`: the other side had closed, nothing of an answer was read.
    [[nodiscard]] virtual tl::expected<Answer, Failed> post(const RpcUrl& url,
                                                            std::string body,
                                                            const RpcLimits& limits) = 0;
};

}  // namespace mednexus::http::internal
