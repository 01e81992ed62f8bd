#pragma once
/// JSON-RPC 2.0 as text. Threads: free functions.
#include "mednexus/chain/transport.hpp"

namespace mednexus::http::internal {

[[nodiscard]] std::string write_rpc_request(std::uint64_t id,
                                            std::string_view method,
                                            const json::Value& params);

/// Errors: invalid: no JSON, no answer to the request of this id, neither or both of result and
/// error.
/// Source   JSON-RPC 2.0 section 5
[[nodiscard]] Result<chain::RpcAnswer> parse_rpc_answer(std::string_view text, std::uint64_t id);

}  // namespace mednexus::http::internal
