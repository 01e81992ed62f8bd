#include "apps/mednexus/chain_tools/internal/launch.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mednexus::chain_tools::internal {

namespace {

constexpr int kExitNotStarted = 127;
constexpr std::chrono::milliseconds kPoll{10};

/// What happens between fork and exec: only system calls, nothing that allocates.
[[noreturn]] void become(char* const* argv, pid_t parent, int log, bool is_detached) {
    if (is_detached) {
        ::setsid();
    } else {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // NOLINT(cppcoreguidelines-pro-type-vararg)
        if (::getppid() != parent) {
            ::_exit(kExitNotStarted);
        }
    }
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGPIPE, SIG_DFL);
    const int nothing = ::open("/dev/null", O_RDONLY);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    // A daemon that kept a script's pipe open would keep its reader waiting.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    ::execv(argv[0], argv);
    ::_exit(kExitNotStarted);
}

std::vector<char*> argv_of(const std::vector<std::string>& command) {
    std::vector<char*> argv;
    for (const std::string& word : command) {
        argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execv does not write to them
    }
    argv.push_back(nullptr);
    return argv;
}

/// The letter of a process's state; 0 when it is gone.
char state_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t end = text.rfind(") ");
    return end == std::string::npos || end + 2 >= text.size() ? '\0' : text[end + 2];
}

bool await_end(pid_t pid, std::chrono::seconds time_max) {
    const auto deadline = std::chrono::steady_clock::now() + time_max;
    while (is_running(pid)) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(kPoll);
    }
    return true;
}

}  // namespace

Result<pid_t> launch(const Launch& what) {
    const std::vector<char*> argv = argv_of(what.command);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open's mode
    const int log = ::open(what.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) {
        return fail(Kind::io, what.log + ": cannot be written");
    }
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
        become(argv.data(), parent, log, what.is_detached);
    }
    ::close(log);
    if (pid < 0) {
        return fail(Kind::internal, "chain: no process can be made");
    }
    return pid;
}

bool is_running(pid_t pid) {
    ::waitpid(pid, nullptr, WNOHANG);  // collects it when it is a child of ours
    const char state = state_of(pid);
    return state != '\0' && state != 'Z';
}

bool end(pid_t pid, std::chrono::seconds time_max) {
    ::kill(pid, SIGTERM);
    if (await_end(pid, time_max)) {
        return true;
    }
    ::kill(pid, SIGKILL);
    return await_end(pid, time_max);
}

Result<std::uint16_t> choose_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the socket interface
    const bool is_bound = socket >= 0 && ::bind(socket, generic, size) == 0 &&
                          ::getsockname(socket, generic, &size) == 0;
    if (socket >= 0) {
        ::close(socket);
    }
    if (!is_bound) {
        return fail(Kind::unavailable, "chain: no free port on 127.0.0.1");
    }
    return ntohs(address.sin_port);
}

}  // namespace mednexus::chain_tools::internal
