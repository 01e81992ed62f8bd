#pragma once
/// The two doors of a node: HTTPS with pinned keys for peers, a Unix socket for its operator.
/// See docs/formats/http.md. It has no rule of the domain: every answer is the Node's.
/// Threads: start and stop belong to one thread; the Node is called from the server's own threads.
#include <cstdint>
#include <memory>
#include <string>

#include "mednexus/core/result.hpp"
#include "mednexus/http/limits.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::http {

enum class Exposure : std::uint8_t { loopback_only, any_address };

struct ServerOptions {
    std::string listen = "127.0.0.1:0";  ///< "ADDRESS:PORT" or "[ADDRESS]:PORT"; port 0: a free one
    Exposure exposure = Exposure::loopback_only;
    std::string home{};  ///< folder of the operator socket; empty: no operator door
    ServerLimits limits{};
};

class Server {
public:
    /// Serves from the moment it returns. `node` outlives the server, which holds the home's lock:
    /// a socket left by a dead process is replaced.
    /// Errors   invalid: `listen`, the node's TLS identity; denied: an address that is not
    /// loopback;
    ///          unavailable: address in use; io: the operator socket
    [[nodiscard]] static Result<Server> start(service::Node& node, ServerOptions options);

    Server(Server&&) noexcept;
    Server& operator=(Server&&) = delete;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();  ///< as stop(), then waits for handlers that still run, without a limit

    [[nodiscard]] std::uint16_t port() const noexcept;

    /// Takes no new connection, finishes running requests, closes all connections. May be repeated.
    /// Errors   unavailable: handlers still run after stop_ms_max; their connections are cut
    [[nodiscard]] Result<void> stop();

private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mednexus::http
