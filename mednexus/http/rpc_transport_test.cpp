#include "mednexus/http/rpc_transport.hpp"

#include <cstdlib>
#include <fstream>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/chain/client.hpp"
#include "mednexus/codec/base64.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/crypto/tls_identity.hpp"
#include "mednexus/http/internal/rpc_message.hpp"
#include "mednexus/http/internal/rpc_url.hpp"
#include "mednexus/http/internal/testing/plain_server.hpp"
#include "mednexus/http/internal/testing/raw_tls.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::http {
namespace {

using internal::http_ok;
using internal::parse_rpc_answer;
using internal::parse_rpc_url;
using internal::PlainReply;
using internal::PlainServer;
using ::testing::HasSubstr;
using ::testing::Not;

std::string id_of(const std::string& request) {
    std::smatch found;
    EXPECT_TRUE(std::regex_search(request, found, std::regex("\"id\":([0-9]+)")));
    return found[1];
}

std::string answer_to(const std::string& request, const std::string& rest) {
    return R"({"jsonrpc":"2.0","id":)" + id_of(request) + "," + rest + "}";
}

PlainReply chain_seven(const std::string& request) {
    return {http_ok(answer_to(request, R"("result":"0x7")"))};
}

Result<std::uint64_t> ask(RpcTransport& transport, const std::string& url) {
    return chain::Client(transport, url).chain_id();
}

TEST(RpcUrl, ReadsWhatNodesAreNamedBy) {
    struct Case {
        const char* text;
        bool is_tls;
        const char* host;
        int port;
        const char* target;
    };

    for (const Case& one :
         {Case{"http://127.0.0.1:8545", false, "127.0.0.1", 8545, "/"},
          Case{"http://node", false, "node", 80, "/"},
          Case{"https://node.example/v1/k?x=1", true, "node.example", 443, "/v1/k?x=1"},
          Case{"https://node.example?key=1", true, "node.example", 443, "/?key=1"},
          Case{"http://[::1]:1/", false, "::1", 1, "/"},
          Case{"http://[::1]", false, "::1", 80, "/"}}) {
        const auto url = parse_rpc_url(one.text);
        ASSERT_TRUE(url) << one.text;
        EXPECT_EQ(url->is_tls, one.is_tls);
        EXPECT_EQ(url->where.host, one.host);
        EXPECT_EQ(url->where.port, one.port);
        EXPECT_EQ(url->target, one.target);
    }
}

TEST(RpcUrl, RefusesOthersWithoutQuotingThem) {
    for (const std::string& text :
         std::vector<std::string>{"",
                                  "node",
                                  "ws://node",
                                  "http://",
                                  "http:///secret",
                                  "http://user:secret@node/",
                                  "http://node:0/secret",
                                  "http://node:65536/secret",
                                  "http://node/a b",
                                  "http://node/\r\nsecret: 1",
                                  "http://node/#secret",
                                  "http://::1/",
                                  "http://node/" + std::string(3000, 'x')}) {
        const auto url = parse_rpc_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().kind, Kind::invalid);
        EXPECT_THAT(url.error().what, Not(HasSubstr("secret")));
    }
}

TEST(RpcMessage, ReadsResultsAndErrors) {
    EXPECT_EQ(*parse_rpc_answer(R"({"jsonrpc":"2.0","id":4,"result":"x"})", 4)->result.as_string(),
              "x");
    EXPECT_TRUE(parse_rpc_answer(R"({"jsonrpc":"2.0","id":4,"result":null})", 4)->result.is_null());
    const auto refused = parse_rpc_answer(
        R"({"jsonrpc":"2.0","id":4,"error":{"code":3,"message":"no","data":"0x01"}})", 4);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->error->code, 3);
    EXPECT_EQ(refused->error->data, "0x01");
    const auto odd = parse_rpc_answer(
        R"({"jsonrpc":"2.0","id":4,"result":null,"error":{"code":-1,"message":"","data":{}}})", 4);
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->error->data, "");
}

TEST(RpcMessage, RefusesWhatIsNoAnswerToTheRequest) {
    for (const char* text :
         {"",
          "[]",
          "{}",
          "7",
          "<html>",
          R"({"jsonrpc":"2.0","id":5,"result":1})",
          R"({"jsonrpc":"2.0","id":"4","result":1})",
          R"({"jsonrpc":"2.0","id":null,"result":1})",
          R"({"jsonrpc":"2.0","result":1})",
          R"({"jsonrpc":"1.0","id":4,"result":1})",
          R"({"id":4,"result":1})",
          R"({"jsonrpc":"2.0","id":4})",
          R"({"jsonrpc":"2.0","id":4,"error":null})",
          R"({"jsonrpc":"2.0","id":4,"error":7})",
          R"({"jsonrpc":"2.0","id":4,"error":{"code":"3","message":"x"}})",
          R"({"jsonrpc":"2.0","id":4,"error":{"code":3}})",
          R"({"jsonrpc":"2.0","id":4,"error":{"code":1.5,"message":"x"}})",
          R"({"jsonrpc":"2.0","id":4,"result":1,"error":{"code":3,"message":"x"}})",
          R"([{"jsonrpc":"2.0","id":4,"result":1}])"}) {
        const auto answer = parse_rpc_answer(text, 4);
        ASSERT_FALSE(answer) << text;
        EXPECT_EQ(answer.error().kind, Kind::invalid) << text;
    }
}

TEST(RpcTransport, AsksOverOneKeptConnection) {
    PlainServer server(chain_seven);
    RpcTransport transport;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask(transport, server.url()).value(), 7U);
    }
    EXPECT_EQ(server.connections(), 1);
    EXPECT_THAT(server.last_head(), HasSubstr("POST / HTTP/1.1"));
    EXPECT_THAT(server.last_head(), HasSubstr("Content-Type: application/json"));
}

TEST(RpcTransport, SendsThePathOfTheUrl) {
    PlainServer server(chain_seven);
    RpcTransport transport;
    EXPECT_TRUE(ask(transport, server.url() + "/v1/key?a=b"));
    EXPECT_THAT(server.last_head(), HasSubstr("POST /v1/key?a=b HTTP/1.1"));
}

TEST(RpcTransport, RepeatsOnAFreshConnectionWhenTheKeptOneWasClosed) {
    PlainServer server([](const std::string& request) {
        auto reply = chain_seven(request);
        reply.then_close = true;  // though the head said keep-alive
        return reply;
    });
    RpcTransport transport;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(ask(transport, server.url()).value(), 7U);
    }
    EXPECT_EQ(server.connections(), 3);
}

TEST(RpcTransport, HonoursAConnectionThatSaysItCloses) {
    PlainServer server([](const std::string& request) {
        const std::string body = answer_to(request, R"("result":"0x7")");
        return PlainReply{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body,
                          true};
    });
    RpcTransport transport;
    EXPECT_TRUE(ask(transport, server.url()));
    EXPECT_TRUE(ask(transport, server.url()));
    EXPECT_EQ(server.connections(), 2);
}

TEST(RpcTransport, PassesErrorObjectsOn) {
    PlainServer server([](const std::string& request) {
        return PlainReply{
            http_ok(answer_to(request, R"("error":{"code":-32601,"message":"no such method"})"))};
    });
    RpcTransport transport;
    const auto answer = transport.call(server.url(), "eth_x", json::Array{});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error->code, -32601);
}

void expect_refused(const PlainServer::Serve& serve, Kind kind, const std::string& words) {
    PlainServer server(serve);
    RpcTransport transport({.connect_ms_max = 500, .call_ms_max = 500});
    const auto result = ask(transport, server.url() + "/secret");
    ASSERT_FALSE(result);
    EXPECT_EQ(name_of(result.error().kind), name_of(kind)) << result.error().what;
    EXPECT_THAT(result.error().what, HasSubstr(words));
    EXPECT_THAT(result.error().what, Not(HasSubstr("secret")));
}

TEST(RpcTransport, RefusesOtherStatuses) {
    for (const std::string status : {"429 Too Many", "500 Oops", "204 None", "302 Found"}) {
        expect_refused(
            [&](const std::string& /*request*/) {
                return PlainReply{"HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n"};
            },
            Kind::unavailable,
            "HTTP status " + status.substr(0, 3));
    }
}

TEST(RpcTransport, RefusesAnAnswerToAnotherRequest) {
    expect_refused(
        [](const std::string& /*request*/) {
            return PlainReply{http_ok(R"({"jsonrpc":"2.0","id":999999,"result":"0x7"})")};
        },
        Kind::invalid,
        "no JSON-RPC 2.0 answer");
}

TEST(RpcTransport, RefusesWhatIsNoJson) {
    expect_refused([](const std::string& /*request*/) { return PlainReply{http_ok("<html>")}; },
                   Kind::invalid,
                   "no JSON");
}

TEST(RpcTransport, RefusesAnAnswerThatClaimsMoreThanTheLimit) {
    expect_refused(
        [](const std::string& /*request*/) {
            return PlainReply{"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n{"};
        },
        Kind::invalid,
        "longer than 67108864 bytes");
}

TEST(RpcTransport, RefusesATruncatedAnswer) {
    expect_refused(
        [](const std::string& /*request*/) {
            return PlainReply{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"jsonrpc\"", true};
        },
        Kind::unavailable,
        "closed before the answer was complete");
}

TEST(RpcTransport, RefusesWhatIsNoHttp) {
    expect_refused(
        [](const std::string& /*request*/) {
            return PlainReply{"hello\r\n\r\n", true};
        },
        Kind::unavailable,
        "http.rpc");
}

TEST(RpcTransport, StopsWaitingAtItsTimeLimit) {
    expect_refused([](const std::string& /*request*/) { return PlainReply{""}; },
                   Kind::unavailable,
                   "time limit");
}

TEST(RpcTransport, IsUnavailableWhereNobodyListens) {
    std::string url;
    {
        PlainServer gone(chain_seven);
        url = gone.url();
    }
    RpcTransport transport;
    const auto result = ask(transport, url);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Kind::unavailable);
    EXPECT_THAT(result.error().what, HasSubstr("connection refused"));
}

TEST(RpcTransport, ServesManyThreadsAtOnce) {
    PlainServer server(chain_seven);
    RpcTransport transport;
    std::atomic<int> good = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int k = 0; k < 10; ++k) {
                    good += ask(transport, server.url()).has_value() ? 1 : 0;
                }
            });
        }
    }
    EXPECT_EQ(good, 40);
}

// ---- TLS: the system's authorities, here replaced by one certificate

void serve_tls(internal::RawConnection& connection) {
    const std::string head = connection.receive_until("\r\n\r\n");
    std::string body = head.substr(head.find("\r\n\r\n") + 4);
    while (body.find('}') == std::string::npos) {
        body += connection.receive();
    }
    (void)connection.send(chain_seven(body).text);
}

/// Makes `certificate` the only authority that OpenSSL's default paths give.
class OnlyAuthority {
public:
    explicit OnlyAuthority(const Bytes& certificate) {
        constexpr std::size_t kLine = 64;
        const std::string path = folder_.path() + "/ca.pem";
        const std::string text = codec::to_base64(certificate);
        std::ofstream file(path);
        file << "-----BEGIN CERTIFICATE-----\n";
        for (std::size_t at = 0; at < text.size(); at += kLine) {
            file << text.substr(at, kLine) << "\n";
        }
        file << "-----END CERTIFICATE-----\n";
        ::setenv("SSL_CERT_FILE", path.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }

    OnlyAuthority(const OnlyAuthority&) = delete;
    OnlyAuthority& operator=(const OnlyAuthority&) = delete;

    ~OnlyAuthority() { ::unsetenv("SSL_CERT_FILE"); }  // NOLINT(concurrency-mt-unsafe)

private:
    testing::TemporaryFolder folder_;
};

TEST(RpcTransport, RefusesACertificateThatNoAuthoritySigned) {
    const auto identity = internal::make_test_identity();
    internal::RawServer server(identity, serve_tls, internal::ClientCertificate::not_asked);
    RpcTransport transport({.connect_ms_max = 2000});
    const auto result = ask(transport, "https://localhost:" + std::to_string(server.port()));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Kind::unavailable);
    EXPECT_THAT(result.error().what, HasSubstr("certificate verify failed"));
}

/// A certificate for "localhost".
internal::TestIdentity localhost_identity() {
    auto made = crypto::make_tls_identity("localhost", SystemClock().now(), 1).value();
    return {std::move(made.private_key_pkcs8_der), made.certificate_der, Hash32{}};
}

TEST(RpcTransport, TakesACertificateThatATrustedAuthoritySignedForThisName) {
    const auto identity = localhost_identity();
    const OnlyAuthority authority(identity.certificate);
    internal::RawServer server(identity, serve_tls, internal::ClientCertificate::not_asked);
    RpcTransport transport({.connect_ms_max = 2000});
    const auto result = ask(transport, "https://localhost:" + std::to_string(server.port()));
    ASSERT_TRUE(result) << result.error().what;
    EXPECT_EQ(*result, 7U);
}

TEST(RpcTransport, RefusesATrustedCertificateOfAnotherName) {
    const auto identity = localhost_identity();
    const OnlyAuthority authority(identity.certificate);
    internal::RawServer server(identity, serve_tls, internal::ClientCertificate::not_asked);
    RpcTransport transport({.connect_ms_max = 2000});
    const auto result = ask(transport, "https://127.0.0.1:" + std::to_string(server.port()));
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().what, HasSubstr("certificate verify failed"));
}

}  // namespace
}  // namespace mednexus::http
