#pragma once
/// The port through which chain speaks JSON-RPC 2.0. http::RpcTransport is the real one,
/// testing::FakeChain a chain in memory. Threads: an implementation is safe for many callers.
#include <optional>
#include <string>
#include <string_view>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::chain {

/// An error object of the other side: not ours to interpret below Client.
struct RpcError {
    std::int64_t code = 0;
    std::string message;
    std::string data;  ///< "0x…" of a revert, or empty
};

/// Either `result` or `error` of the answer.
struct RpcAnswer {
    json::Value result;
    std::optional<RpcError> error;
};

class Transport {
public:
    virtual ~Transport() = default;
    /// POST of one request to `url`. An answer with an error object is an answer.
    ///
    /// Errors   unavailable: cannot connect, time limit, HTTP status; invalid: no JSON-RPC answer
    ///          to this request, or larger than 64 MiB
    [[nodiscard]] virtual Result<RpcAnswer> call(const std::string& url,
                                                 std::string_view method,
                                                 const json::Value& params) = 0;
};

}  // namespace mednexus::chain
