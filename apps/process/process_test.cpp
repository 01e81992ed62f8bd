#include "apps/process/process.hpp"

#include <array>
#include <csignal>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mednexus::process {
namespace {

/// Runs `check` in a child, since these calls change a process for good; true when it returned
/// true.
template <typename Check>
bool holds_in_child(Check check) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(check() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Process, LeavesNoCoreFile) {
    EXPECT_TRUE(holds_in_child([] {
        rlimit limit{};
        return keep_memory_private().has_value() && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
               ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0;
    }));
}

TEST(Process, SurvivesAPeerThatClosed) {
    EXPECT_TRUE(holds_in_child([] {
        ignore_broken_pipes();
        std::array<int, 2> ends{};
        return ::pipe(ends.data()) == 0 && ::close(ends[0]) == 0 && ::write(ends[1], "x", 1) == -1;
    }));
}

TEST(Process, EndsWithItsParent) {
    std::array<int, 2> life{};
    ASSERT_EQ(::pipe(life.data()), 0);
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        if (::fork() == 0) {
            const bool watched = end_with_parent().has_value();
            const ssize_t told = ::write(ready[1], watched ? "y" : "n", 1);
            ::alarm(60);  // the test ends with a signal of its own if ours never comes
            ::pause();
            ::_exit(told == 1 ? 0 : 1);
        }
        char answer = 'n';
        const ssize_t got = ::read(ready[0], &answer, 1);
        ::_exit(got == 1 && answer == 'y' ? 0 : 1);
    }
    ::close(life[1]);
    int status = 0;
    ::waitpid(parent, &status, 0);
    EXPECT_EQ(status, 0);
    char nothing = 0;
    EXPECT_EQ(::read(life[0], &nothing, 1), 0);  // the grandchild held the last writing end
    ::close(life[0]);
    ::close(ready[0]);
    ::close(ready[1]);
}

}  // namespace
}  // namespace mednexus::process
