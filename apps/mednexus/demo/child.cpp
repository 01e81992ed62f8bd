#include "apps/mednexus/demo/child.hpp"

#include <array>
#include <csignal>
#include <filesystem>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/mednexus/demo/internal/birth.hpp"

namespace mednexus::demo {

using internal::Descriptor;
using internal::Pipe;

namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t interruption = 0;  // NOLINT: the only state a signal handler may touch

void note_signal(int signal) {
    interruption = signal;
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
        if (::poll(waiting.data(), waiting.size(), internal::kPollMs) <= 0) {
            continue;
        }
        for (pollfd& one : waiting) {
            if (one.fd < 0 || one.revents == 0) {
                continue;
            }
            const bool is_out = one.fd == out.read.get();
            MN_TRY(const bool is_open,
                   internal::drain(is_out ? out.read : err.read, is_out ? result.out : result.err));
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
    action.sa_flags = SA_RESTART;  // waitpid goes on; poll, which waits long, does not
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
    MN_TRY(Pipe out, internal::make_pipe());
    MN_TRY(Pipe err, internal::make_pipe());
    MN_TRY(const Descriptor log, internal::open_log(options.log_path));
    MN_TRY(const pid_t pid,
           internal::spawn(command,
                           {.out = out.write.get(),
                            .err = err.write.get(),
                            .network = options.network,
                            .hidden = &options.hidden}));
    out.write.close();
    err.write.close();
    ChildResult result;
    const Result<void> collected = collect(out, err, options.time_max, result);
    write_all(log, result.err);
    if (!collected) {
        internal::end_child(pid);
        return fail_in(command.at(0), collected.error());
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    result.exit_code = internal::exit_code_of_status(status);
    const bool is_apart = options.network == Network::cut || !options.hidden.empty();
    if (is_apart && result.exit_code == internal::kExitNoNamespace) {
        return fail(Kind::unavailable, "demo: no namespace can be made here");
    }
    return result;
}

bool can_cut_network() {
    return run_child({"/bin/true"}, {.network = Network::cut}).has_value();
}

bool can_hide_folders() {
    return run_child({"/bin/true"}, {.hidden = {"/tmp"}}).has_value();
}

}  // namespace mednexus::demo
