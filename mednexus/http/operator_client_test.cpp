#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mednexus/http/client.hpp"
#include "mednexus/http/internal/local_socket.hpp"
#include "mednexus/http/internal/testing/house.hpp"

namespace mednexus::http {
namespace {

using internal::House;
using internal::object_with;
using testing::HasSubstr;

/// A new folder of its own for each test, removed at the end.
class OperatorClientTest : public testing::Test {
protected:
    OperatorClientTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mnx-http-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
    }

    ~OperatorClientTest() override { std::filesystem::remove_all(root_); }

    OperatorClientTest(const OperatorClientTest&) = delete;
    OperatorClientTest& operator=(const OperatorClientTest&) = delete;
    OperatorClientTest(OperatorClientTest&&) = delete;
    OperatorClientTest& operator=(OperatorClientTest&&) = delete;

    [[nodiscard]] std::string home() const { return root_.string(); }

    [[nodiscard]] std::string socket_path() const {
        return (root_ / internal::kLocalSocketName).string();
    }

    std::filesystem::path root_;
};

TEST_F(OperatorClientTest, ReachesTheNodeThroughItsSocket) {
    const House house({}, home());
    const OperatorClient client(home());
    EXPECT_TRUE(client.is_answering().value());
    const auto answer = client.execute("case.list", object_with("a", 1));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(json::write_canonical(*answer),
              R"({"body":{"a":1},"operation":"case.list","who":"operator"})");
}

TEST_F(OperatorClientTest, ReadsMetricsOfTheNodeAndOfTheServer) {
    const House house({}, home());
    const OperatorClient client(home());
    ASSERT_TRUE(client.execute("status", json::Object()));
    const auto text = client.metrics();
    ASSERT_TRUE(text) << text.error().what;
    EXPECT_THAT(*text, testing::StartsWith("mednexus_fake 1\n"));
    EXPECT_THAT(*text,
                HasSubstr("mednexus_http_answers_total{door=\"operator\",status=\"2xx\"} 1\n"));
}

TEST_F(OperatorClientTest, BringsBackTheNodesOwnErrors) {
    const House house({}, home());
    const auto answer = OperatorClient(home()).execute("fail.conflict", json::Object());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::conflict);
    EXPECT_EQ(answer.error().what, "fake: it did not go well");
}

TEST_F(OperatorClientTest, SocketBelongsToItsOwnerAloneAndGoesWithTheServer) {
    {
        const House house({}, home());

        struct stat found {};

        ASSERT_EQ(::stat(socket_path().c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777U, 0600U);
    }
    EXPECT_FALSE(std::filesystem::exists(socket_path()));
}

TEST_F(OperatorClientTest, SeesThatThereIsNoDaemon) {
    const OperatorClient client(home());
    EXPECT_FALSE(client.is_answering().value());
    EXPECT_FALSE(OperatorClient(home() + "/absent").is_answering().value());
    const auto answer = client.execute("status", json::Object());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::unavailable);
}

TEST_F(OperatorClientTest, SeesThroughASocketLeftByAKilledDaemonAndTheNextDaemonReplacesIt) {
    {
        const auto left = internal::listen_local(home());
        ASSERT_TRUE(left) << left.error().what;
    }
    ASSERT_TRUE(std::filesystem::exists(socket_path()));
    EXPECT_FALSE(OperatorClient(home()).is_answering().value());
    const House house({}, home());
    EXPECT_TRUE(OperatorClient(home()).is_answering().value());
}

TEST_F(OperatorClientTest, TellsADaemonThatHangsFromNone) {
    const auto listening = internal::listen_local(home());
    ASSERT_TRUE(listening) << listening.error().what;
    const auto answering = OperatorClient(home()).is_answering();
    ASSERT_FALSE(answering);
    EXPECT_EQ(answering.error().kind, Kind::unavailable);
}

TEST_F(OperatorClientTest, ServerLeavesAFileThatIsNoSocketAlone) {
    std::ofstream(socket_path()) << "mine";
    internal::FakeNode node;
    const auto started = Server::start(node, {.home = home()});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, Kind::conflict);
    EXPECT_TRUE(std::filesystem::is_regular_file(socket_path()));
}

TEST_F(OperatorClientTest, WorksInAHomeWhosePathIsTooLongForASocketAddress) {
    std::filesystem::path deep = root_;
    while (deep.string().size() < 300) {
        deep /= std::string(50, 'd');
    }
    std::filesystem::create_directories(deep);
    const House house({}, deep.string());
    const OperatorClient client(deep.string());
    EXPECT_TRUE(client.is_answering().value());
    EXPECT_TRUE(client.execute("status", json::Object()));
    EXPECT_TRUE(std::filesystem::exists(deep / internal::kLocalSocketName));
}

TEST_F(OperatorClientTest, IsNotKeptWaitingByPeers) {
    House house({.peer_threads = 1, .jobs_waiting_max = 0}, home());
    auto peer = house.client();
    std::jthread caller([&] { EXPECT_TRUE(peer.call(house.address(), "wait", json::Object())); });
    house.node.gate().await_waiting(1);
    EXPECT_TRUE(OperatorClient(home()).execute("status", json::Object()));
    house.node.gate().open();
}

TEST_F(OperatorClientTest, IsToldWhichOperationsCannotBe) {
    const House house({}, home());
    const auto answer = OperatorClient(home()).execute("case/list", json::Object());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::invalid);
}

}  // namespace
}  // namespace mednexus::http
