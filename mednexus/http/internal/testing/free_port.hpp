#pragma once
#include <cstdint>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mednexus::http::internal {

/// A TCP port of 127.0.0.1 that was free a moment ago; 0 when there is none.
[[nodiscard]] inline std::uint16_t choose_free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    const bool is_bound = ::bind(socket, raw, size) == 0 && ::getsockname(socket, raw, &size) == 0;
    ::close(socket);
    return is_bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

}  // namespace mednexus::http::internal
