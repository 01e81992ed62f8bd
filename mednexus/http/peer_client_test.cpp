#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/http/client.hpp"
#include "mednexus/http/internal/testing/house.hpp"
#include "mednexus/http/internal/testing/raw_tls.hpp"

namespace mednexus::http {
namespace {

using internal::House;
using internal::make_test_identity;
using internal::object_with;
using internal::RawConnection;
using internal::RawServer;
using internal::TestIdentity;
using testing::HasSubstr;

service::PeerAddress at(std::uint16_t port, const TestIdentity& identity) {
    return {"north.example", "https://127.0.0.1:" + std::to_string(port), identity.pin};
}

/// Asks a server that answers any request with `answer` and then drops the connection.
Result<json::Value> ask_answering(const std::string& answer, ClientLimits limits = {}) {
    const TestIdentity theirs = make_test_identity();
    const RawServer server(theirs, [&](RawConnection& connection) {
        EXPECT_NE(connection.receive_until("{}"), "");
        EXPECT_TRUE(connection.send(answer));
        connection.drop();
    });
    auto client = House::client_as(make_test_identity(), limits);
    return client.call(at(server.port(), theirs), "echo", json::Object());
}

void expect_unavailable(const Result<json::Value>& answer, const char* words) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::unavailable);
    EXPECT_THAT(answer.error().what, HasSubstr(words));
    EXPECT_THAT(answer.error().what, HasSubstr("north.example"));
}

TEST(PeerClient, BringsBackTheAnswer) {
    const House house;
    auto client = house.client();
    const auto answer = client.call(house.address(), "echo", object_with("a", 1));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(json::write_canonical(*answer),
              R"({"body":{"a":1},"operation":"echo","who":"south.example"})");
}

TEST(PeerClient, BringsBackObjectsAndLogFiles) {
    const House house;
    auto client = house.client();
    const auto object = client.get_object(house.address(), ObjectRoot());
    ASSERT_TRUE(object) << object.error().what;
    EXPECT_EQ(text_of(*object), "ciphertext for south.example");
    const auto checkpoint = client.get_log_file(house.address(), "checkpoint");
    ASSERT_TRUE(checkpoint) << checkpoint.error().what;
    EXPECT_EQ(text_of(*checkpoint), "north.example/log\n0\n");
    EXPECT_EQ(client.get_log_file(house.address(), "tile/0/000").error().kind, Kind::not_found);
    EXPECT_EQ(client.get_log_file(house.address(), "../x").error().kind, Kind::invalid);
}

TEST(PeerClient, BringsBackTheLargestBlob) {
    House house;
    Bytes blob(service::kBlobSizeBytesMax);
    for (std::size_t i = 0; i < blob.size(); ++i) {
        blob[i] = static_cast<std::uint8_t>((i * 2654435761U) >> 13U);
    }
    house.node.set_blob(blob);
    auto client = house.client();
    const auto found = client.get_blob(house.address(), Hash32());
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_TRUE(*found == blob);
    EXPECT_EQ(client.get_blob(house.address(), *Hash32::from(Bytes(32, 1))).error().kind,
              Kind::denied);
}

TEST(PeerClient, BringsBackEveryKindOfErrorAsItIs) {
    const House house;
    auto client = house.client();
    for (const Kind kind : {Kind::invalid,
                            Kind::not_found,
                            Kind::denied,
                            Kind::conflict,
                            Kind::corrupt,
                            Kind::io,
                            Kind::busy,
                            Kind::unavailable,
                            Kind::internal}) {
        const auto answer =
            client.call(house.address(), "fail." + std::string(name_of(kind)), json::Object());
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, kind);
        EXPECT_EQ(answer.error().what, "peer north.example: fake: it did not go well");
    }
}

TEST(PeerClient, IsToldThatNoCardHasItsKey) {
    const House house;
    auto stranger = House::client_as(make_test_identity());
    const auto answer = stranger.call(house.address(), "echo", json::Object());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::denied);
}

TEST(PeerClient, RefusesAServerWithAnotherKeyBeforeItSaysAnything) {
    House house;
    auto client = house.client();
    auto address = house.address();
    address.tls_pin = make_test_identity().pin;
    expect_unavailable(client.call(address, "echo", json::Object()), "pin rule");
    EXPECT_EQ(house.node.calls(), 0);
}

TEST(PeerClient, RefusesAPinThatDiffersInOneBit) {
    const House house;
    auto client = house.client();
    auto address = house.address();
    address.tls_pin.mutable_array()[31] ^= 1U;
    expect_unavailable(client.call(address, "echo", json::Object()), "pin rule");
}

TEST(PeerClient, ShowsNoCertificateToAServerThatThePinRuleRefuses) {
    const RawServer server(make_test_identity(), [](RawConnection&) {});
    auto client = House::client_as(make_test_identity());
    expect_unavailable(client.call(at(server.port(), make_test_identity()), "echo", json::Object()),
                       "pin rule");
    EXPECT_EQ(server.handshakes(), 0);
}

TEST(PeerClient, SaysThatNobodyListens) {
    service::PeerAddress address;
    {
        const House house;
        address = house.address();
    }
    auto client = House::client_as(make_test_identity());
    expect_unavailable(client.call(address, "echo", json::Object()), "connection refused");
}

TEST(PeerClient, GivesUpOnAServerThatNeverAnswers) {
    House house;
    auto client = House::client_as(house.peer, {.answer_ms_max = 200});
    expect_unavailable(client.call(house.address(), "wait", json::Object()), "time limit");
    house.node.gate().open();
}

TEST(PeerClient, NeverTakesACutAnswerForAWholeOne) {
    for (const char* answer : {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":1}",
                               "HTTP/1.1 200 OK\r\nContent-Le",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
                               "HTTP/1.1 200 OK\r\n\r\n{}"}) {
        expect_unavailable(ask_answering(answer), "answer");
    }
}

TEST(PeerClient, SaysThatAServerDiedWithoutAWord) {
    const TestIdentity theirs = make_test_identity();
    const RawServer server(theirs, [](RawConnection& connection) { connection.drop(); });
    auto client = House::client_as(make_test_identity());
    expect_unavailable(client.call(at(server.port(), theirs), "echo", json::Object()),
                       "connection closed");
}

TEST(PeerClient, RefusesAnAnswerOverTheLimit) {
    expect_unavailable(ask_answering("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n{}"),
                       "longer than 67108864");
}

TEST(PeerClient, RefusesAnAnswerThatIsNoJson) {
    const auto answer = ask_answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{{}}");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::invalid);
}

TEST(PeerClient, TakesARefusalWithoutReasonForUnavailable) {
    expect_unavailable(ask_answering("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\n<hi>"),
                       "answered 404 without a reason");
}

TEST(PeerClient, MakesAPeersWordsHarmless) {
    const std::string body =
        R"({"error":{"kind":"denied","what":")" + std::string(3000, 'x') + R"(\u001b[2J"}})";
    const auto answer = ask_answering(
        "HTTP/1.1 403 No\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::denied);
    EXPECT_LT(answer.error().what.size(), 1100U);
    EXPECT_EQ(answer.error().what.find('\x1b'), std::string::npos);
}

TEST(PeerClient, RefusesEndpointsAndOperationsUnfitToSend) {
    auto client = House::client_as(make_test_identity());
    for (const char* endpoint : {"",
                                 "http://127.0.0.1:1",
                                 "https://127.0.0.1",
                                 "https://[::1:1",
                                 "https://127.0.0.1:0",
                                 "https://127.0.0.1:1/x",
                                 "https://user@127.0.0.1:1"}) {
        const auto answer = client.call({"x", endpoint, {}}, "echo", json::Object());
        ASSERT_FALSE(answer) << endpoint;
        EXPECT_EQ(answer.error().kind, Kind::invalid) << endpoint;
    }
    const auto answer = client.call({"x", "https://127.0.0.1:1", {}}, "a/b", json::Object());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::invalid);
}

TEST(PeerClient, RefusesARequestThatNoNodeWouldTake) {
    const House house;
    auto client = house.client();
    const json::Value body = std::string(kRequestBodySizeBytesMax, 'x');
    const auto answer = client.call(house.address(), "echo", body);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::invalid);
}

TEST(PeerClient, HasNothingToShowUntilItIsGivenAnIdentity) {
    const House house;
    PeerClient client;
    expect_unavailable(client.call(house.address(), "echo", json::Object()), "no TLS identity");
}

TEST(PeerClient, RefusesAKeyThatIsNotTheCertificates) {
    const TestIdentity one = make_test_identity();
    const TestIdentity other = make_test_identity();
    PeerClient client;
    EXPECT_FALSE(client.present({one.private_key.clone(), other.certificate}));
    EXPECT_FALSE(client.present({SecretBytes(Bytes{1, 2, 3}), one.certificate}));
    EXPECT_FALSE(client.present({one.private_key.clone(), Bytes{}}));
    Bytes longer = one.certificate;
    longer.push_back(0);
    EXPECT_FALSE(client.present({one.private_key.clone(), longer}));
    EXPECT_TRUE(client.present(one.tls()));
}

}  // namespace
}  // namespace mednexus::http
