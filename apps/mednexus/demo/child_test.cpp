#include "apps/mednexus/demo/child.hpp"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::demo {
namespace {

std::vector<std::string> shell(const std::string& script) {
    return {"/bin/sh", "-c", script, "sh"};
}

TEST(Child, GivesExitCodeAndBothOutputs) {
    const auto result = run_child(shell("echo out; echo err >&2; exit 65"), {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->exit_code, 65);
    EXPECT_EQ(result->out, "out\n");
    EXPECT_EQ(result->err, "err\n");
}

TEST(Child, TakesLongOutputOnBothPipesWithoutStanding) {
    const auto result =
        run_child(shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"), {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->out.size(), 300000U);
    EXPECT_EQ(result->err.size(), 300000U);
}

TEST(Child, ReportsASignalAs128AndItsNumber) {
    const auto result = run_child(shell("kill -9 $$"), {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->exit_code, 128 + 9);
}

TEST(Child, AppendsItsStandardErrorToTheLog) {
    const auto log = std::filesystem::temp_directory_path() /
                     ("mednexus_child_test_" + std::to_string(::getpid()));
    ASSERT_TRUE(run_child(shell("echo one >&2"), {.log_path = log}).has_value());
    ASSERT_TRUE(run_child(shell("echo two >&2"), {.log_path = log}).has_value());
    std::ifstream in(log);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "one\ntwo\n");
    std::filesystem::remove(log);
}

// The child never ends by itself and its time is up at once: no clock decides how this comes out.
TEST(Child, IsEndedWhenItsTimeIsUp) {
    const auto result =
        run_child(shell("exec tail -f /dev/null"), {.time_max = std::chrono::seconds(0)});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, Kind::unavailable);
    EXPECT_NE(result.error().what.find("time is up"), std::string::npos);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
    EXPECT_EQ(errno, ECHILD);
}

TEST(Child, ThatDoesNotExistGives127) {
    const auto result = run_child({"/nonexistent/program"}, {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->exit_code, 127);
}

TEST(Child, WithoutNetworkSeesNoInterfaceButADeadLoopback) {
    if (!can_cut_network()) {
        GTEST_SKIP() << "Child.WithoutNetworkSeesNoInterfaceButADeadLoopback: no namespaces here";
    }
    const auto result =
        run_child(shell("tail -n +3 /proc/net/dev | wc -l"), {.network = Network::cut});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(std::stoi(result->out), 1);
}

TEST(Child, SeesNothingInHiddenFoldersAndEverythingElse) {
    if (!can_hide_folders()) {
        GTEST_SKIP() << "Child.SeesNothingInHiddenFolders…: no namespaces here";
    }
    const testing::TemporaryFolder hidden;
    const testing::TemporaryFolder open;
    const auto made = run_child(
        shell("echo secret >" + hidden.path() + "/key; echo word >" + open.path() + "/note"), {});
    ASSERT_TRUE(made.has_value());
    const std::string look = "cat " + open.path() + "/note; ls " + hidden.path() + "; echo made >" +
                             hidden.path() + "/new || echo refused";
    const auto result = run_child(shell(look), {.hidden = {hidden.path()}});
    ASSERT_TRUE(result.has_value()) << result.error().what;
    EXPECT_EQ(result->out, "word\nrefused\n");
    const auto after = run_child(shell("ls " + hidden.path()), {});
    ASSERT_TRUE(after.has_value());
    EXPECT_EQ(after->out, "key\n");
}

TEST(Child, CannotTakeOffWhatHidesAFolderNorReachItThroughAnotherProcess) {
    if (!can_hide_folders()) {
        GTEST_SKIP() << "Child.CannotTakeOffWhatHides…: no namespaces here";
    }
    const testing::TemporaryFolder hidden;
    ASSERT_TRUE(run_child(shell("echo secret >" + hidden.path() + "/key"), {}).has_value());
    const std::string self = "/proc/" + std::to_string(::getpid());
    const std::string look =
        "PATH=$PATH:/sbin:/usr/sbin; command -v umount mount >/dev/null || echo "
        "none; umount " +
        hidden.path() + " || echo stays; umount -l " + hidden.path() +
        " || echo stays; mount -t tmpfs none /mnt || echo refused; cat " + self + "/root" +
        hidden.path() + "/key || echo closed; ls " + hidden.path();
    const auto result = run_child(shell(look), {.hidden = {hidden.path()}});
    ASSERT_TRUE(result.has_value()) << result.error().what;
    EXPECT_EQ(result->out, "stays\nstays\nrefused\nclosed\n") << result->err;
    // The same look finds it where nothing is hidden.
    const auto open = run_child(shell("cat " + self + "/root" + hidden.path() + "/key"), {});
    ASSERT_TRUE(open.has_value());
    EXPECT_EQ(open->out, "secret\n");
}

TEST(Child, WhoseHiddenFolderDoesNotExistIsNotStarted) {
    if (!can_hide_folders()) {
        GTEST_SKIP() << "Child.WhoseHiddenFolder…: no namespaces here";
    }
    const auto result = run_child(shell("echo started"), {.hidden = {"/nonexistent/folder"}});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, Kind::unavailable);
}

// start() adds "--ready-fd N": the script sees them as $1 and $2.
TEST(Daemon, IsReadyWhenItSaysSoAndStopsOnRequest) {
    auto daemon = Daemon::start(
        shell("trap 'exit 0' TERM; echo ready >/dev/fd/$2; while :; do sleep 0.05; done"),
        {.ready_max = std::chrono::seconds(10)});
    ASSERT_TRUE(daemon.has_value()) << daemon.error().what;
    EXPECT_EQ(::kill(daemon->pid(), 0), 0);
    EXPECT_TRUE(daemon->stop().has_value());
}

TEST(Daemon, ThatEndsBeforeItIsReadyIsUnavailable) {
    const auto daemon = Daemon::start(shell("exit 3"), {.ready_max = std::chrono::seconds(10)});
    ASSERT_FALSE(daemon.has_value());
    EXPECT_EQ(daemon.error().kind, Kind::unavailable);
}

TEST(Daemon, ThatNeverSaysReadyIsStopped) {
    const auto daemon =
        Daemon::start(shell("exec sleep 60"), {.ready_max = std::chrono::seconds(1)});
    ASSERT_FALSE(daemon.has_value());
    EXPECT_EQ(daemon.error().kind, Kind::unavailable);
}

TEST(Daemon, ThatEndsBadlyIsReported) {
    auto daemon = Daemon::start(
        shell("trap 'exit 4' TERM; echo ready >/dev/fd/$2; while :; do sleep 0.05; done"),
        {.ready_max = std::chrono::seconds(10)});
    ASSERT_TRUE(daemon.has_value());
    EXPECT_FALSE(daemon->stop().has_value());
}

TEST(Port, ThatWasChosenIsFree) {
    const auto port = choose_free_port();
    ASSERT_TRUE(port.has_value());
    EXPECT_TRUE(is_port_free(*port));
}

}  // namespace
}  // namespace mednexus::demo
