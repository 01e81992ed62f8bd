#include "mednexus/http/internal/testing/raw_tls.hpp"

#include <array>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mednexus/core/check.hpp"
#include "mednexus/http/internal/tls.hpp"

namespace mednexus::http::internal {

struct RawConnection::Impl {
    Impl(int socket_taken, SSL_CTX* context) : socket(socket_taken), ssl(SSL_new(context)) {
        SSL_set_fd(ssl, socket);
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    Impl(Impl&&) = delete;
    Impl& operator=(Impl&&) = delete;

    ~Impl() {
        SSL_free(ssl);
        if (socket >= 0) {
            ::close(socket);
        }
    }

    int socket;
    SSL* ssl;
};

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

sockaddr* raw(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

void limit_waits(int socket) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/// A context of our own, not the product's: these clients break its profile on purpose.
Context make_loose_context(const TestIdentity* identity, TlsVersion version) {
    Context context(SSL_CTX_new(TLS_client_method()));
    const int number = version == TlsVersion::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context.get(), number);
    SSL_CTX_set_max_proto_version(context.get(), number);
    if (identity != nullptr) {
        const BytesView key = identity->private_key.reveal();
        const unsigned char* at = key.data();
        EVP_PKEY* parsed = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(key.size()));
        SSL_CTX_use_PrivateKey(context.get(), parsed);
        EVP_PKEY_free(parsed);
        SSL_CTX_use_certificate_ASN1(context.get(),
                                     static_cast<int>(identity->certificate.size()),
                                     identity->certificate.data());
    }
    return context;
}

}  // namespace

RawConnection::RawConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RawConnection::RawConnection(RawConnection&&) noexcept = default;
RawConnection::~RawConnection() = default;

bool RawConnection::send(std::string_view text) {
    return SSL_write(impl_->ssl, text.data(), static_cast<int>(text.size())) ==
           static_cast<int>(text.size());
}

std::string RawConnection::receive() {
    std::array<char, 16384> part{};
    const int got = SSL_read(impl_->ssl, part.data(), static_cast<int>(part.size()));
    return got > 0 ? std::string(part.data(), static_cast<std::size_t>(got)) : std::string();
}

std::string RawConnection::receive_until(std::string_view mark) {
    std::string out;
    while (out.find(mark) == std::string::npos) {
        const std::string part = receive();
        if (part.empty()) {
            break;
        }
        out += part;
    }
    return out;
}

std::string RawConnection::receive_all() {
    std::string out;
    for (std::string part = receive(); !part.empty(); part = receive()) {
        out += part;
    }
    return out;
}

void RawConnection::drop() {
    ::close(std::exchange(impl_->socket, -1));
}

int connect_tcp(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    limit_waits(socket);
    sockaddr_in address = loopback(port);
    MN_CHECK(::connect(socket, raw(address), sizeof address) == 0);
    return socket;
}

std::unique_ptr<RawConnection> connect_raw(std::uint16_t port,
                                           const TestIdentity* identity,
                                           TlsVersion version) {
    const Context context = make_loose_context(identity, version);
    auto impl = std::make_unique<RawConnection::Impl>(connect_tcp(port), context.get());
    if (SSL_connect(impl->ssl) != 1) {
        return nullptr;
    }
    return std::make_unique<RawConnection>(std::move(impl));
}

RawServer::RawServer(const TestIdentity& identity, Serve serve, ClientCertificate client) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    MN_CHECK(::bind(listener_, raw(address), size) == 0 && ::listen(listener_, 8) == 0);
    MN_CHECK(::getsockname(listener_, raw(address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, client, tls = identity.tls(), serve = std::move(serve)] {
        run(tls, client, serve);
    });
}

RawServer::~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept
    thread_.join();
    ::close(listener_);
}

void RawServer::run(const service::TlsIdentity& identity,
                    ClientCertificate client,
                    const Serve& serve) {
    const auto context = make_server_context(identity);
    MN_CHECK(context.has_value());
    if (client == ClientCertificate::not_asked) {
        SSL_CTX_set_verify(context->get(), SSL_VERIFY_NONE, nullptr);
    }
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        limit_waits(socket);
        auto impl = std::make_unique<RawConnection::Impl>(socket, context->get());
        if (SSL_accept(impl->ssl) == 1) {
            ++handshakes_;
            RawConnection connection(std::move(impl));
            serve(connection);
        }
    }
}

}  // namespace mednexus::http::internal
