#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apps/mednexus/demo/child.hpp"

namespace mednexus::demo {
namespace {

/// Binds a socket to 127.0.0.1:`port` and tells the port it got; 0 when that fails.
std::uint16_t bind_briefly(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
        return 0;
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the socket interface
    const bool is_bound =
        ::bind(socket, generic, size) == 0 && ::getsockname(socket, generic, &size) == 0;
    ::close(socket);
    return is_bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

}  // namespace

Result<std::uint16_t> choose_free_port() {
    const std::uint16_t port = bind_briefly(0);
    if (port == 0) {
        return fail(Kind::unavailable, "demo: no free port on 127.0.0.1");
    }
    return port;
}

bool is_port_free(std::uint16_t port) {
    return bind_briefly(port) == port;
}

}  // namespace mednexus::demo
