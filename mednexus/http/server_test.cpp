#include "mednexus/http/server.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mednexus/http/internal/testing/house.hpp"
#include "mednexus/http/internal/testing/raw_tls.hpp"

namespace mednexus::http {
namespace {

using internal::connect_raw;
using internal::elapsed_ms;
using internal::House;
using internal::make_test_identity;
using internal::TlsVersion;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::StartsWith;

std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + std::string(body);
}

std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
}

/// Everything that a known peer gets for this text.
std::string ask(const House& house, std::string_view text) {
    const auto connection = connect_raw(house.port(), &house.peer);
    if (!connection) {
        return "no handshake";
    }
    EXPECT_TRUE(connection->send(text));
    return connection->receive_all();
}

TEST(Server, AnswersAKnownPeerByTheNameOfItsCard) {
    const House house;
    const std::string answer = ask(house, post("/v1/peer/echo", R"({"a":1})"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(answer, HasSubstr(R"({"body":{"a":1},"operation":"echo","who":"south.example"})"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store"));
}

TEST(Server, SaysNothingButThatItServesOnHealth) {
    const House house;
    EXPECT_THAT(ask(house, get("/v1/health")),
                testing::EndsWith("\r\n\r\n{\"status\":\"serving\"}"));
}

TEST(Server, RefusesAnUnknownPinOnEveryRoute) {
    House house;
    const auto stranger = make_test_identity();
    for (const std::string& text : {get("/v1/health"),
                                    get("/v1/log/checkpoint"),
                                    get("/nowhere"),
                                    post("/v1/peer/echo", "{}")}) {
        const auto connection = connect_raw(house.port(), &stranger);
        ASSERT_TRUE(connection);
        ASSERT_TRUE(connection->send(text));
        const std::string answer = connection->receive_all();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 ")) << text;
        EXPECT_THAT(answer, HasSubstr(R"("kind":"denied")"));
    }
    EXPECT_EQ(house.node.calls(), 0);
}

TEST(Server, RefusesAPeerFromTheNextRequestOnceItsCardIsWithdrawn) {
    House house;
    const auto connection = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(connection);
    const std::string request = "GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n";
    ASSERT_TRUE(connection->send(request));
    EXPECT_THAT(connection->receive_until("serving"), StartsWith("HTTP/1.1 200 "));
    house.node.forget(house.peer.pin);
    ASSERT_TRUE(connection->send(request));
    EXPECT_THAT(connection->receive_until("denied"), StartsWith("HTTP/1.1 403 "));
}

TEST(Server, RefusesAClientWithoutCertificate) {
    const House house;
    const auto connection = connect_raw(house.port(), nullptr);
    if (connection) {  // under TLS 1.3 the client learns it with its first read
        [[maybe_unused]] const bool sent = connection->send(get("/v1/health"));
        EXPECT_EQ(connection->receive_all(), "");
    }
    EXPECT_EQ(house.node.calls(), 0);
}

TEST(Server, RefusesTls12) {
    const House house;
    EXPECT_FALSE(connect_raw(house.port(), &house.peer, TlsVersion::v1_2));
    EXPECT_TRUE(connect_raw(house.port(), &house.peer, TlsVersion::v1_3));
}

TEST(Server, RefusesPlainText) {
    const House house;
    const int socket = internal::connect_tcp(house.port());
    const std::string text = get("/v1/health");
    ASSERT_EQ(::send(socket, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
    std::array<char, 4096> part{};
    std::string got;
    for (ssize_t n = 0; (n = ::recv(socket, part.data(), part.size(), 0)) > 0;) {
        got.append(part.data(), static_cast<std::size_t>(n));
    }
    ::close(socket);
    EXPECT_THAT(got, testing::Not(HasSubstr("HTTP/")));
}

TEST(Server, RefusesABodyOverTheLimitByItsLengthAlone) {
    House house;
    const auto connection = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(connection);
    ASSERT_TRUE(connection->send(
        "POST /v1/peer/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 16777217\r\n\r\n"));
    const std::string answer = connection->receive_until("}}");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(answer, HasSubstr(R"("kind":"invalid")"));
    EXPECT_EQ(house.node.calls(), 0);
}

TEST(Server, ClientThatSendsTheOversizeBodyStillReadsTheRefusal) {
    const House house;
    const std::string body(kRequestBodySizeBytesMax + 1, ' ');
    const auto connection = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(connection);
    const std::string text = post("/v1/peer/echo", body);
    for (std::size_t at = 0; at < text.size(); at += 1U << 16U) {
        ASSERT_TRUE(connection->send(std::string_view(text).substr(at, 1U << 16U)));
    }
    EXPECT_THAT(connection->receive_until("}}"), StartsWith("HTTP/1.1 413 "));
}

TEST(Server, TakesABodyOfExactlyTheLimit) {
    const House house;
    std::string body = "[\"" + std::string(kRequestBodySizeBytesMax - 4, 'x') + "\"]";
    auto client = house.client();
    const auto answer = client.call(house.address(), "echo", json::parse(body).value());
    ASSERT_TRUE(answer) << answer.error().what;
}

TEST(Server, RefusesAHeaderOverTheLimit) {
    const House house;
    const std::string text =
        "GET /v1/health HTTP/1.1\r\nHost: x\r\nX: " + std::string(kRequestHeaderSizeBytesMax, 'x') +
        "\r\n\r\n";
    EXPECT_THAT(ask(house, text), StartsWith("HTTP/1.1 431 "));
}

TEST(Server, SaysWhereJsonIsWrong) {
    const House house;
    const std::string answer = ask(house, post("/v1/peer/echo", "{\n  \"a\": }"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(answer, HasSubstr("line 2, column 8"));
    EXPECT_THAT(ask(house, post("/v1/peer/echo", "")), StartsWith("HTTP/1.1 400 "));
}

TEST(Server, RefusesWhatIsNoHttp) {
    const House house;
    EXPECT_THAT(ask(house, "HELLO\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST(Server, KnowsNoOtherRoutes) {
    const House house;
    for (const std::string_view target : {"/",
                                          "/v1",
                                          "/v1/health/",
                                          "/v1/health?x=1",
                                          "/metrics",
                                          "/v1/operator/status",
                                          "/v1/log/",
                                          "/v1/log/../node.sqlite",
                                          "/v1/log/tile/%2e%2e/x",
                                          "/v1/objects/0x00",
                                          "/v1/blobs/",
                                          "/v1/blobs/0x00"}) {
        EXPECT_THAT(ask(house, get(target)), StartsWith("HTTP/1.1 404 ")) << target;
    }
    EXPECT_THAT(ask(house, post("/v1/peer/../operator/x", "{}")), StartsWith("HTTP/1.1 404 "));
}

TEST(Server, NamesTheMethodThatARouteHas) {
    const House house;
    const std::string answer = ask(house, get("/v1/peer/echo"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(answer, HasSubstr("Allow: POST"));
    EXPECT_THAT(ask(house, post("/v1/health", "{}")), HasSubstr("Allow: GET"));
}

TEST(Server, WantsJsonWithALength) {
    const House house;
    EXPECT_THAT(ask(house,
                    "POST /v1/peer/echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                    "Content-Length: 2\r\nConnection: close\r\n\r\n{}"),
                StartsWith("HTTP/1.1 415 "));
    EXPECT_THAT(ask(house,
                    "POST /v1/peer/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
                StartsWith("HTTP/1.1 411 "));
}

TEST(Server, GivesLogFilesAndObjectsAsTheyAre) {
    const House house;
    const std::string checkpoint = ask(house, get("/v1/log/checkpoint"));
    EXPECT_THAT(checkpoint, HasSubstr("Content-Type: text/plain"));
    EXPECT_THAT(checkpoint, testing::EndsWith("\r\n\r\nnorth.example/log\n0\n"));
    EXPECT_THAT(ask(house, get("/v1/log/tile/0/x001/067")), HasSubstr("ledger: no such file"));
    const std::string zero = "/v1/objects/0x" + std::string(64, '0');
    EXPECT_THAT(ask(house, get(zero)), testing::EndsWith("ciphertext for south.example"));
    EXPECT_THAT(ask(house, get("/v1/objects/0x" + std::string(64, 'A'))),
                HasSubstr("no such route"));
}

TEST(Server, GivesBlobsToTheirAudience) {
    const House house;
    const std::string zero = "/v1/blobs/0x" + std::string(64, '0');
    EXPECT_THAT(ask(house, get(zero)), testing::EndsWith("\r\n\r\na blob"));
    EXPECT_THAT(ask(house, get("/v1/blobs/0x" + std::string(64, '1'))),
                StartsWith("HTTP/1.1 403 "));
    for (const std::string& other :
         {"/v1/blobs/" + std::string(64, '0'), "/v1/blobs/0x" + std::string(64, 'A')}) {
        EXPECT_THAT(ask(house, get(other)), HasSubstr("no such route")) << other;
    }
    EXPECT_THAT(ask(house, post(zero, "{}")), HasSubstr("Allow: GET"));
}

TEST(Server, HoldsNoMoreBlobsThanItMay) {
    House house({.blobs_in_flight_bytes_max = service::kBlobSizeBytesMax});
    house.node.waits_before_blobs = true;
    const std::string zero = "/v1/blobs/0x" + std::string(64, '0');
    std::thread first([&] { EXPECT_THAT(ask(house, get(zero)), StartsWith("HTTP/1.1 200 ")); });
    house.node.gate().await_waiting(1);
    const std::string second = ask(house, get(zero));
    EXPECT_THAT(second, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(second, HasSubstr("Retry-After"));
    EXPECT_THAT(ask(house, get("/v1/health")), StartsWith("HTTP/1.1 200 "));
    house.node.gate().open();
    first.join();
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(ask(house, get(zero)), StartsWith("HTTP/1.1 200 ")) << "freed again";
    }
}

TEST(Server, CutsOffAClientThatDawdlesOverItsHeader) {
    House house({.idle_ms_max = 300});
    const auto connection = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(connection);
    ASSERT_TRUE(connection->send("GET /v1/hea"));
    const auto begun = steady_clock::now();
    EXPECT_EQ(connection->receive_all(), "");
    EXPECT_LT(elapsed_ms(begun), 5'000);
}

TEST(Server, CutsOffAClientThatDawdlesOverItsBody) {
    House house({.body_ms_max = 300});
    const auto connection = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(connection);
    const std::string text = post("/v1/peer/echo", "{\"a\":1}");
    ASSERT_TRUE(connection->send(std::string_view(text).substr(0, text.size() - 1)));
    const auto begun = steady_clock::now();
    EXPECT_EQ(connection->receive_all(), "");
    EXPECT_LT(elapsed_ms(begun), 5'000);
    EXPECT_EQ(house.node.calls(), 0);
}

TEST(Server, CutsOffAClientThatNeverShakesHands) {
    const House house({.handshake_ms_max = 300});
    const int socket = internal::connect_tcp(house.port());
    std::array<char, 16> part{};
    const auto begun = steady_clock::now();
    EXPECT_LE(::recv(socket, part.data(), part.size(), 0), 0);
    EXPECT_LT(elapsed_ms(begun), 5'000);
    ::close(socket);
}

TEST(Server, KeepsAConnectionForMoreThanOneRequest) {
    const House house;
    const auto connection = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(connection);
    const std::string two =
        "GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n" + get("/v1/log/checkpoint");
    ASSERT_TRUE(connection->send(two));
    const std::string answers = connection->receive_all();
    EXPECT_THAT(answers, HasSubstr("serving"));
    EXPECT_THAT(answers, HasSubstr("north.example/log"));
}

TEST(Server, SaysBusyWhenAllHandlersAreTaken) {
    House house({.peer_threads = 2, .jobs_waiting_max = 0});
    std::vector<std::jthread> held;
    for (int i = 0; i < 2; ++i) {
        held.emplace_back(
            [&] { EXPECT_THAT(ask(house, post("/v1/peer/wait", "{}")), HasSubstr("200")); });
        house.node.gate().await_waiting(i + 1);
    }
    const std::string answer = ask(house, post("/v1/peer/echo", "{}"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("Retry-After: 1"));
    EXPECT_THAT(answer, HasSubstr(R"("kind":"busy")"));
    house.node.gate().open();
}

TEST(Server, SaysBusyWhenItHoldsTooManyConnections) {
    const House house({.peer_connections_max = 1});
    const auto first = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(first);
    ASSERT_TRUE(first->send("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_THAT(first->receive_until("serving"), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask(house, get("/v1/health")), StartsWith("HTTP/1.1 503 "));
}

TEST(Server, SaysBusyWhenItHoldsTooManyBodies) {
    const House house({.bodies_in_flight_bytes_max = 8});
    EXPECT_THAT(ask(house, post("/v1/peer/echo", "[1,2,3,4]")), StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(ask(house, post("/v1/peer/echo", "[1,2]")), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, AnswersManyAtOnce) {
    House house;
    constexpr int kThreads = 8;
    constexpr int kCallsEach = 12;
    std::atomic<int> good{0};
    {
        auto client = house.client();  // outlives its callers
        std::vector<std::jthread> callers;
        for (int t = 0; t < kThreads; ++t) {
            callers.emplace_back([&] {
                for (int i = 0; i < kCallsEach; ++i) {
                    const json::Value body = internal::object_with("i", i);
                    const auto answer = client.call(house.address(), "echo", body);
                    good += answer && *answer->as_object()->find("body") == body ? 1 : 0;
                }
            });
        }
    }
    EXPECT_EQ(good.load(), kThreads * kCallsEach);
    EXPECT_EQ(house.node.calls(), kThreads * kCallsEach);
}

TEST(Server, FinishesRunningRequestsWhenItStops) {
    House house;
    std::string answer;
    std::jthread caller([&] { answer = ask(house, post("/v1/peer/wait", "{}")); });
    house.node.gate().await_waiting(1);
    std::jthread opener([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        house.node.gate().open();
    });
    EXPECT_TRUE(house.server->stop());
    caller.join();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST(Server, StopsAtOnceWhileClientsAreIdle) {
    const House house;
    const auto idle = connect_raw(house.port(), &house.peer);
    const int silent = internal::connect_tcp(house.port());
    const auto half = connect_raw(house.port(), &house.peer);
    ASSERT_TRUE(half->send("POST /v1/pe"));
    const auto begun = steady_clock::now();
    EXPECT_TRUE(house.server->stop());
    EXPECT_LT(elapsed_ms(begun), 3'000);
    EXPECT_TRUE(house.server->stop());
    ::close(silent);
}

TEST(Server, CutsRequestsThatOutlastTheLimitToStop) {
    House house({.stop_ms_max = 200});
    std::string answer = "none";
    std::jthread caller([&] { answer = ask(house, post("/v1/peer/wait", "{}")); });
    house.node.gate().await_waiting(1);
    const auto stopped = house.server->stop();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, Kind::unavailable);
    house.node.gate().open();  // else the destructor waits for it
    house.server.reset();
    caller.join();
    EXPECT_EQ(answer, "");
}

TEST(Server, RefusesAnAddressThatIsNotLoopbackUnlessToldTo) {
    internal::FakeNode node;
    const auto refused = Server::start(node, {.listen = "0.0.0.0:0"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::denied);
    EXPECT_TRUE(Server::start(node, {.listen = "0.0.0.0:0", .exposure = Exposure::any_address}));
    EXPECT_TRUE(Server::start(node, {.listen = "[::1]:0"}));
    EXPECT_TRUE(Server::start(node, {.listen = "localhost:0"}));
}

TEST(Server, RefusesAListenThatIsNoAddress) {
    internal::FakeNode node;
    for (const char* listen :
         {"", "127.0.0.1", "node.example:1", "127.0.0.1:65536", "::1:80", ":80"}) {
        const auto refused = Server::start(node, {.listen = listen});
        ASSERT_FALSE(refused) << listen;
        EXPECT_EQ(refused.error().kind, Kind::invalid) << listen;
    }
}

TEST(Server, SaysThatItsAddressIsTaken) {
    const House house;
    internal::FakeNode node;
    const auto refused =
        Server::start(node, {.listen = "127.0.0.1:" + std::to_string(house.port())});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
}

}  // namespace
}  // namespace mednexus::http
