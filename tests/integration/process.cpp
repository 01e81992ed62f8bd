#include "tests/integration/process.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mednexus::integration {

namespace {

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void redirect(const std::string& path, int to) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open's mode
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, to);
    ::close(file);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::string& output)
    : output_(output) {
    std::vector<char*> argv;
    for (const std::string& word : command) {
        argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execv does not write to them
    }
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // NOLINT(cppcoreguidelines-pro-type-vararg)
        redirect(output_ + ".out", STDOUT_FILENO);
        redirect(output_ + ".err", STDERR_FILENO);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
}

Process::~Process() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

demo::ChildResult Process::wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {
        .exit_code = code, .out = read_file(output_ + ".out"), .err = read_file(output_ + ".err")};
}

std::jthread kill_later(pid_t pid, std::chrono::microseconds delay) {
    // A descriptor, not the number: the process may end first, and another one get its number.
    const auto process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    EXPECT_GE(process, 0);
    return std::jthread([process, delay] {
        std::this_thread::sleep_for(delay);
        ::syscall(SYS_pidfd_send_signal, process, SIGKILL, nullptr, 0);
        ::close(process);
    });
}

}  // namespace mednexus::integration
