#pragma once
/// TLS without HTTP, for tests that must misbehave: a client that dawdles, a server that dies.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "mednexus/http/internal/testing/identity.hpp"

namespace mednexus::http::internal {

enum class TlsVersion : std::uint8_t { v1_2, v1_3 };

/// A blocking connection; every wait ends after 20 s.
class RawConnection {
public:
    struct Impl;
    explicit RawConnection(std::unique_ptr<Impl> impl);
    RawConnection(RawConnection&&) noexcept;
    RawConnection& operator=(RawConnection&&) = delete;
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;
    ~RawConnection();

    [[nodiscard]] bool send(std::string_view text);
    /// What comes in one read; empty at the end or on failure.
    [[nodiscard]] std::string receive();
    [[nodiscard]] std::string receive_until(std::string_view mark);
    [[nodiscard]] std::string receive_all();
    /// Closes without close_notify, as a killed process does.
    void drop();

private:
    std::unique_ptr<Impl> impl_;
};

/// Null when the handshake fails. `identity` null: without a certificate.
[[nodiscard]] std::unique_ptr<RawConnection> connect_raw(std::uint16_t port,
                                                         const TestIdentity* identity,
                                                         TlsVersion version = TlsVersion::v1_3);

/// A TCP connection that never speaks TLS; its descriptor.
[[nodiscard]] int connect_tcp(std::uint16_t port);

enum class ClientCertificate : std::uint8_t { demanded, not_asked };

/// Accepts one connection after another and hands each to `serve`.
class RawServer {
public:
    using Serve = std::function<void(RawConnection&)>;
    RawServer(const TestIdentity& identity,
              Serve serve,
              ClientCertificate client = ClientCertificate::demanded);
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    RawServer(RawServer&&) = delete;
    RawServer& operator=(RawServer&&) = delete;
    ~RawServer();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    [[nodiscard]] int handshakes() const noexcept { return handshakes_.load(); }

private:
    void run(const service::TlsIdentity& identity, ClientCertificate client, const Serve& serve);
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> handshakes_{0};
    std::jthread thread_;
};

}  // namespace mednexus::http::internal
