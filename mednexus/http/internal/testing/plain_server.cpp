#include "mednexus/http/internal/testing/plain_server.hpp"

#include <array>
#include <cstdlib>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mednexus/core/check.hpp"

namespace mednexus::http::internal {

namespace {

constexpr int kPollMs = 20;

bool is_readable(int socket) {
    pollfd waiting{socket, POLLIN, 0};
    return ::poll(&waiting, 1, kPollMs) > 0;
}

std::size_t body_size_of(const std::string& head) {
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t at = head.find(kName);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + kName.size()));
}

struct ReadRequest {
    std::string head;
    std::string body;
};

}  // namespace

PlainServer::PlainServer(Serve serve) : serve_(std::move(serve)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    MN_CHECK(::bind(listener_, raw, size) == 0 && ::listen(listener_, 8) == 0);
    MN_CHECK(::getsockname(listener_, raw, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { run(); });
}

PlainServer::~PlainServer() {
    is_stopping_ = true;
    thread_.join();
    ::close(listener_);
}

std::string PlainServer::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

void PlainServer::run() {
    while (!is_stopping_) {
        if (is_readable(listener_)) {
            const int socket = ::accept(listener_, nullptr, nullptr);
            ++connections_;
            serve_connection(socket);
            ::close(socket);
        }
    }
}

void PlainServer::serve_connection(int socket) {
    std::string waiting;
    std::array<char, 65536> part{};
    while (!is_stopping_) {
        const std::size_t end = waiting.find("\r\n\r\n");
        if (end != std::string::npos && waiting.size() >= end + 4 + body_size_of(waiting)) {
            last_head_ = waiting.substr(0, end);
            const PlainReply reply = serve_(waiting.substr(end + 4));
            ::send(socket, reply.text.data(), reply.text.size(), MSG_NOSIGNAL);
            waiting.clear();
            if (reply.then_close) {
                return;
            }
            continue;
        }
        if (is_readable(socket)) {
            const ssize_t got = ::recv(socket, part.data(), part.size(), 0);
            if (got <= 0) {
                return;
            }
            waiting.append(part.data(), static_cast<std::size_t>(got));
        } else if (is_readable(listener_)) {
            return;  // somebody else waits
        }
    }
}

std::string http_ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace mednexus::http::internal
