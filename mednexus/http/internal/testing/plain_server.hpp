#pragma once
/// A loopback HTTP server that says exactly what a test wants, well-formed or not. One thread, one
/// connection at a time.
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace mednexus::http::internal {

/// What one request got.
struct PlainReply {
    std::string text;         ///< whole HTTP answer, as sent
    bool then_close = false;  ///< close without saying so before
};

class PlainServer {
public:
    using Serve = std::function<PlainReply(const std::string& body)>;
    explicit PlainServer(Serve serve);
    PlainServer(const PlainServer&) = delete;
    PlainServer& operator=(const PlainServer&) = delete;
    PlainServer(PlainServer&&) = delete;
    PlainServer& operator=(PlainServer&&) = delete;
    ~PlainServer();

    [[nodiscard]] std::string url() const;

    [[nodiscard]] int connections() const noexcept { return connections_; }

    /// Head and body of the newest request.
    [[nodiscard]] std::string last_head() const { return last_head_; }

private:
    void run();
    void serve_connection(int socket);

    Serve serve_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_stopping_ = false;
    std::atomic<int> connections_ = 0;
    std::string last_head_;
    std::jthread thread_;
};

/// 200 with this body.
[[nodiscard]] std::string http_ok(const std::string& body);

}  // namespace mednexus::http::internal
