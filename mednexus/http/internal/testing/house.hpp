#pragma once
/// A node behind a running server, and a peer that it knows.
#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "mednexus/http/client.hpp"
#include "mednexus/http/internal/testing/fake_node.hpp"
#include "mednexus/http/server.hpp"

namespace mednexus::http::internal {

class House {
public:
    explicit House(ServerLimits limits = {}, std::string home = {}) {
        node.know("south.example", peer.pin);
        auto started = Server::start(node, {.home = std::move(home), .limits = limits});
        EXPECT_TRUE(started) << started.error().what;
        server = std::make_unique<Server>(*std::move(started));
    }

    [[nodiscard]] std::uint16_t port() const { return server->port(); }

    [[nodiscard]] service::PeerAddress address() const {
        return {
            "north.example", "https://127.0.0.1:" + std::to_string(port()), node.identity().pin};
    }

    [[nodiscard]] PeerClient client() const { return client_as(peer); }

    [[nodiscard]] static PeerClient client_as(const TestIdentity& identity,
                                              ClientLimits limits = {}) {
        PeerClient client(limits);
        const auto presented = client.present(identity.tls());
        EXPECT_TRUE(presented) << presented.error().what;
        return client;
    }

    FakeNode node;
    TestIdentity peer = make_test_identity();
    std::unique_ptr<Server> server;
};

[[nodiscard]] inline std::int64_t elapsed_ms(std::chrono::steady_clock::time_point since) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 since)
        .count();
}

[[nodiscard]] inline json::Value object_with(std::string key, json::Value value) {
    json::Object object;
    object.set(std::move(key), std::move(value));
    return object;
}

}  // namespace mednexus::http::internal
