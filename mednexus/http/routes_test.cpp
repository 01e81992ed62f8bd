#include "mednexus/http/internal/routes.hpp"

#include <gtest/gtest.h>

#include "mednexus/http/internal/address.hpp"
#include "mednexus/http/internal/testing/fake_node.hpp"

namespace mednexus::http::internal {
namespace {

TEST(LogPath, TakesWhatTlogTilesNames) {
    for (const char* path : {"checkpoint",
                             "tile/0/000",
                             "tile/0/x001/x234/067",
                             "tile/1/000.p/8",
                             "tile/entries/x001/067",
                             "tile/entries/000.p/255"}) {
        EXPECT_TRUE(is_log_path(path)) << path;
    }
}

TEST(LogPath, RefusesWhatLeavesTheLog) {
    const std::string long_path = "tile/" + std::string(124, '0');
    for (const char* path : {"",
                             "checkpoint/",
                             "/checkpoint",
                             "tile",
                             "tile/",
                             "tile//0",
                             "tile/0/",
                             "tile/../x",
                             "tile/./x",
                             "tile/.x",
                             "tile/0/..",
                             "tile/0/a..b",
                             "tile/0/%2e",
                             "tile/0\\x",
                             "node.sqlite",
                             "Tile/0/000",
                             "tile/0/\n",
                             long_path.c_str()}) {
        EXPECT_FALSE(is_log_path(path)) << path;
    }
}

TEST(OperationName, HasItsAlphabetAndLength) {
    EXPECT_TRUE(is_operation_name("case.add"));
    EXPECT_TRUE(is_operation_name(std::string(64, 'a')));
    for (const char* name : {"", "Case", "a/b", "a b", "a%2f", "é"}) {
        EXPECT_FALSE(is_operation_name(name)) << name;
    }
    EXPECT_FALSE(is_operation_name(std::string(65, 'a')));
}

TEST(HostPort, ReadsAddressesAndNames) {
    const auto v4 = parse_host_port("127.0.0.1:8443");
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->host, "127.0.0.1");
    EXPECT_EQ(v4->port, 8443);
    const auto v6 = parse_endpoint("https://[2001:db8::1]:443");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->host, "2001:db8::1");
    EXPECT_EQ(write_host_port(*v6), "[2001:db8::1]:443");
    EXPECT_TRUE(parse_endpoint("https://node.north.example:443"));
}

TEST(HostPort, RefusesWhatIsNeither) {
    for (const char* text : {"",
                             ":",
                             "h:",
                             ":1",
                             "h:65536",
                             "h:+1",
                             "h:-1",
                             "h: 1",
                             "h:1 ",
                             "h:1x",
                             "::1:1",
                             "[h]:1",
                             "[::1]",
                             "[]:1",
                             "a b:1",
                             "a/b:1",
                             "a@b:1"}) {
        EXPECT_FALSE(parse_host_port(text)) << text;
    }
}

TEST(ErrorAnswer, RoundTripsEveryKind) {
    for (const Kind kind : {Kind::invalid,
                            Kind::not_found,
                            Kind::denied,
                            Kind::conflict,
                            Kind::corrupt,
                            Kind::io,
                            Kind::busy,
                            Kind::unavailable,
                            Kind::internal}) {
        const Answer answer = error_answer({kind, "storage.get: \"x\" is away"});
        EXPECT_EQ(answer.status, http_status_of(kind));
        const Error back = error_of(answer);
        EXPECT_EQ(back.kind, kind);
        EXPECT_EQ(back.what, "storage.get: \"x\" is away");
    }
}

TEST(ErrorAnswer, WithoutReasonIsUnavailable) {
    for (const char* body : {"",
                             "[]",
                             "{}",
                             R"({"error":"x"})",
                             R"({"error":{"kind":"denied"}})",
                             R"({"error":{"kind":1,"what":"x"}})"}) {
        const Answer answer{.status = 403, .body = to_bytes(std::string_view(body))};
        EXPECT_EQ(error_of(answer).kind, Kind::unavailable) << body;
    }
}

TEST(ErrorAnswer, KindThatWeDoNotKnowIsInternal) {
    const std::string_view body = R"({"error":{"kind":"melted","what":"x"}})";
    EXPECT_EQ(error_of(Answer{.status = 418, .body = to_bytes(body)}).kind, Kind::internal);
}

TEST(Routes, EachDoorHasItsOwn) {
    FakeNode node;
    const Traffic traffic;
    const Site site{node, traffic};
    const auto status = [&](Door door, std::string method, std::string target) {
        const Request request{std::move(method), std::move(target), "application/json", "{}"};
        return answer_request(site, door, "south.example", request).status;
    };
    EXPECT_EQ(status(Door::peer, "GET", "/v1/log/checkpoint"), 200);
    EXPECT_EQ(status(Door::operators, "GET", "/v1/log/checkpoint"), 404);
    EXPECT_EQ(status(Door::peer, "POST", "/v1/peer/echo"), 200);
    EXPECT_EQ(status(Door::operators, "POST", "/v1/peer/echo"), 404);
    EXPECT_EQ(status(Door::peer, "POST", "/v1/operator/status"), 404);
    EXPECT_EQ(status(Door::operators, "POST", "/v1/operator/status"), 200);
    EXPECT_EQ(status(Door::peer, "GET", "/metrics"), 404);
    EXPECT_EQ(status(Door::operators, "GET", "/metrics"), 200);
    EXPECT_EQ(status(Door::peer, "HEAD", "/v1/health"), 405);
}

TEST(Routes, WantJsonByItsName) {
    const auto is_refused = [](std::string type) {
        return refuse_header(Door::peer, {"POST", "/v1/peer/echo", std::move(type), ""})
            .has_value();
    };
    EXPECT_FALSE(is_refused("application/json"));
    EXPECT_FALSE(is_refused("Application/JSON; charset=utf-8"));
    for (const char* type : {"", "text/plain", "application/jsonp", "application/x-json"}) {
        EXPECT_TRUE(is_refused(type)) << type;
    }
}

}  // namespace
}  // namespace mednexus::http::internal
