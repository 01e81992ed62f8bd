#include "apps/mednexus/demo/internal/birth.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mednexus::demo::internal {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kOutputBytesMax = 64U << 20U;
constexpr int kExitNotStarted = 127;
constexpr std::chrono::seconds kStopMax{15};

[[nodiscard]] Failure fail_errno(const std::string& what) {
    return fail(Kind::internal, what + ": " + std::strerror(errno));  // NOLINT: one thread
}

/// Whom a user namespace of one user maps to itself; made before fork.
struct Self {
    std::string uid_map = fmt::format("{0} {0} 1", ::geteuid());
    std::string gid_map = fmt::format("{0} {0} 1", ::getegid());
};

bool write_file(const char* path, const char* text, std::size_t size) {
    const int file =
        ::open(path, O_WRONLY | O_CLOEXEC);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    const bool is_written = file >= 0 && ::write(file, text, size) == static_cast<ssize_t>(size);
    ::close(file);
    return is_written;
}

/// A mount and user namespace of its own, with nothing in the hidden folders, and no capability
/// after exec by which it could take off what hides them.
bool hide(const std::vector<std::string>& folders, const Self& self) {
    constexpr std::string_view kDeny = "deny";
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
        !write_file("/proc/self/setgroups", kDeny.data(), kDeny.size()) ||
        !write_file("/proc/self/uid_map", self.uid_map.data(), self.uid_map.size()) ||
        !write_file("/proc/self/gid_map", self.gid_map.data(), self.gid_map.size()) ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return false;
    }
    const bool are_hidden =
        std::all_of(folders.begin(), folders.end(), [](const std::string& folder) {
            return ::mount("tmpfs", folder.c_str(), "tmpfs", MS_RDONLY, "size=4k") == 0;
        });
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    return are_hidden && ::prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) == 0;
}

/// What happens between fork and exec: only system calls, nothing that allocates.
[[noreturn]] void become(char* const* argv,
                         pid_t parent,
                         const BirthOptions& birth,
                         const Self& self) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    if (::getppid() != parent) {
        ::_exit(kExitNotStarted);
    }
    // Ctrl-C reaches the whole foreground group: a group of its own leaves the order to us.
    ::setpgid(0, 0);
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    const int nothing = ::open("/dev/null", O_RDONLY);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(birth.out >= 0 ? birth.out : birth.err, STDOUT_FILENO);
    ::dup2(birth.err, STDERR_FILENO);
    if (birth.ready >= 0) {
        ::fcntl(birth.ready, F_SETFD, 0);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    }
    if (birth.network == Network::cut && ::unshare(CLONE_NEWNET) != 0 &&
        ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
        ::_exit(kExitNoNamespace);
    }
    if (birth.hidden != nullptr && !birth.hidden->empty() && !hide(*birth.hidden, self)) {
        ::_exit(kExitNoNamespace);
    }
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

/// Waits for the end of `pid`. False: not within `time_max`.
bool await_end(pid_t pid, std::chrono::milliseconds time_max, int& status) {
    const auto deadline = Clock::now() + time_max;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (Clock::now() >= deadline) {
            return false;
        }
        ::usleep(2000);
    }
    return true;
}

}  // namespace

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail_errno("demo: pipe");
    }
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<Descriptor> open_log(const std::string& path) {
    const std::string target = path.empty() ? "/dev/null" : path;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open's mode
    const int value = ::open(target.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (value < 0) {
        return fail(Kind::io, "demo: cannot write " + target);
    }
    return Descriptor(value);
}

Result<pid_t> spawn(const std::vector<std::string>& command, const BirthOptions& options) {
    const std::vector<char*> argv = argv_of(command);
    const Self self;
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) {
        return fail_errno("demo: fork");
    }
    if (pid == 0) {
        become(argv.data(), parent, options, self);
    }
    return pid;
}

int exit_code_of_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Ends a child that is still there, and collects it.
int end_child(pid_t pid) {
    int status = 0;
    ::kill(pid, SIGTERM);
    if (!await_end(pid, kStopMax, status)) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, &status, 0);
    }
    return exit_code_of_status(status);
}

Result<bool> drain(const Descriptor& from, std::string& into) {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0) {
        if (errno == EINTR) {
            return true;
        }
        return fail_errno("demo: read from a child");
    }
    into.append(buffer.data(), static_cast<std::size_t>(count));
    if (into.size() > kOutputBytesMax) {
        return fail(Kind::invalid, "demo: a child wrote more than 64 MiB");
    }
    return count != 0;
}

}  // namespace mednexus::demo::internal
