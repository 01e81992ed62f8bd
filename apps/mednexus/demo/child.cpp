#include "apps/mednexus/demo/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mednexus::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kOutputBytesMax = 64U << 20U;
constexpr int kPollMs = 100;
constexpr int kExitNoNetworkNamespace = 126;
constexpr int kExitNotStarted = 127;
constexpr std::chrono::seconds kStopMax{15};

volatile std::sig_atomic_t interruption = 0;  // NOLINT: the only state a signal handler may touch

void note_signal(int signal) {
    interruption = signal;
}

[[nodiscard]] Failure fail_errno(const std::string& what) {
    return fail(Kind::internal, what + ": " + std::strerror(errno));  // NOLINT: one thread
}

/// A file descriptor with an owner.
class Descriptor {
public:
    explicit Descriptor(int value = -1) noexcept : value_(value) {}

    Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() { close(); }

    void close() noexcept {
        if (value_ >= 0) {
            ::close(std::exchange(value_, -1));
        }
    }

    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

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

/// Everything that happens between fork and exec: only system calls, nothing that allocates.
struct Birth {
    char* const* argv;
    pid_t parent;
    int out;  ///< -1: as the log
    int err;
    int ready = -1;  ///< inherited by the program under this number
    Network network = Network::shared;
};

[[noreturn]] void become(const Birth& birth) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    if (::getppid() != birth.parent) {
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
        ::_exit(kExitNoNetworkNamespace);
    }
    ::execv(birth.argv[0], birth.argv);
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

int exit_code_of_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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

/// Takes what a pipe holds. False: its other end is closed.
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

/// Reads both pipes until the child has closed them.
Result<void> collect(Pipe& out, Pipe& err, std::chrono::seconds time_max, ChildResult& result) {
    const auto deadline = Clock::now() + time_max;
    std::array<pollfd, 2> waiting{pollfd{out.read.get(), POLLIN, 0},
                                  pollfd{err.read.get(), POLLIN, 0}};
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        if (is_interrupted()) {
            return fail(Kind::unavailable, "demo: interrupted");
        }
        if (Clock::now() >= deadline) {
            return fail(Kind::unavailable, "demo: time is up");
        }
        if (::poll(waiting.data(), waiting.size(), kPollMs) <= 0) {
            continue;
        }
        for (pollfd& one : waiting) {
            if (one.fd < 0 || one.revents == 0) {
                continue;
            }
            const bool is_out = one.fd == out.read.get();
            MN_TRY(const bool is_open,
                   drain(is_out ? out.read : err.read, is_out ? result.out : result.err));
            if (!is_open) {
                one.fd = -1;
            }
        }
    }
    return {};
}

void write_all(const Descriptor& to, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t count = ::write(to.get(), text.data() + done, text.size() - done);
        if (count <= 0) {
            return;
        }
        done += static_cast<std::size_t>(count);
    }
}

}  // namespace

bool is_interrupted() noexcept {
    return interruption != 0;
}

void note_interruptions() {
    struct sigaction action {};

    action.sa_handler = note_signal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

void end_by_interruption() {
    const int signal = interruption;
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    ::_exit(128 + signal);
}

Result<std::string> sibling_program(const std::string& name) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto path = self.parent_path() / name;
    if (error || ::access(path.c_str(), X_OK) != 0) {
        return fail(Kind::not_found, "demo: no program " + path.string());
    }
    return path.string();
}

Result<ChildResult> run_child(const std::vector<std::string>& command,
                              const ChildOptions& options) {
    MN_TRY(Pipe out, make_pipe());
    MN_TRY(Pipe err, make_pipe());
    MN_TRY(const Descriptor log, open_log(options.log_path));
    const std::vector<char*> argv = argv_of(command);
    const Birth birth{
        argv.data(), ::getpid(), out.write.get(), err.write.get(), -1, options.network};
    const pid_t pid = ::fork();
    if (pid < 0) {
        return fail_errno("demo: fork");
    }
    if (pid == 0) {
        become(birth);
    }
    out.write.close();
    err.write.close();
    ChildResult result;
    const Result<void> collected = collect(out, err, options.time_max, result);
    write_all(log, result.err);
    if (!collected) {
        end_child(pid);
        return fail_in(command.at(0), collected.error());
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    result.exit_code = exit_code_of_status(status);
    if (options.network == Network::cut && result.exit_code == kExitNoNetworkNamespace) {
        return fail(Kind::unavailable, "demo: no network namespace can be made here");
    }
    return result;
}

bool can_cut_network() {
    return run_child({"/bin/true"}, {.network = Network::cut}).has_value();
}

Result<Daemon> Daemon::start(std::vector<std::string> command,
                             const std::string& log_path,
                             std::chrono::seconds ready_max) {
    MN_TRY(Pipe ready, make_pipe());
    MN_TRY(const Descriptor log, open_log(log_path));
    command.insert(command.end(), {"--ready-fd", std::to_string(ready.write.get())});
    const std::vector<char*> argv = argv_of(command);
    const Birth birth{argv.data(), ::getpid(), -1, log.get(), ready.write.get()};
    const pid_t pid = ::fork();
    if (pid < 0) {
        return fail_errno("demo: fork");
    }
    if (pid == 0) {
        become(birth);
    }
    ready.write.close();
    Daemon daemon(pid);
    const auto deadline = Clock::now() + ready_max;
    pollfd waiting{ready.read.get(), POLLIN, 0};
    while (::poll(&waiting, 1, kPollMs) <= 0) {
        if (is_interrupted() || Clock::now() >= deadline) {
            return fail(Kind::unavailable, "demo: " + command[0] + ": not ready in time");
        }
    }
    std::string word;
    MN_TRY(const bool is_open, drain(ready.read, word));
    if (!is_open) {
        return fail(Kind::unavailable, "demo: " + command[0] + ": ended before it was ready");
    }
    return daemon;
}

Daemon::Daemon(Daemon&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

Daemon::~Daemon() {
    if (pid_ != 0) {
        end_child(pid_);
    }
}

Result<void> Daemon::stop() {
    if (pid_ == 0) {
        return {};
    }
    const int code = end_child(std::exchange(pid_, 0));
    if (code != 0) {
        return fail(Kind::internal, "demo: a daemon ended with status " + std::to_string(code));
    }
    return {};
}

}  // namespace mednexus::demo
