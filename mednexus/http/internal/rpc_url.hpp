#pragma once
/// URLs of JSON-RPC nodes. Threads: free functions.
#include <string>
#include <string_view>

#include "mednexus/http/internal/address.hpp"

namespace mednexus::http::internal {

struct RpcUrl {
    bool is_tls = false;
    HostPort where;
    std::string target = "/";

    /// What may share a connection.
    [[nodiscard]] std::string origin() const;
};

/// Errors: invalid, without quoting the text: its path may be a key.
[[nodiscard]] Result<RpcUrl> parse_rpc_url(std::string_view text);

}  // namespace mednexus::http::internal
