#include <utility>

#include <poll.h>

#include "apps/mednexus/demo/child.hpp"
#include "apps/mednexus/demo/internal/birth.hpp"

namespace mednexus::demo {

Result<Daemon> Daemon::start(std::vector<std::string> command, const DaemonOptions& options) {
    MN_TRY(internal::Pipe ready, internal::make_pipe());
    MN_TRY(const internal::Descriptor log, internal::open_log(options.log_path));
    internal::BirthOptions birth{.err = log.get(), .hidden = &options.hidden};
    if (options.ready_by == ReadyBy::descriptor) {
        command.insert(command.end(), {"--ready-fd", std::to_string(ready.write.get())});
        birth.ready = ready.write.get();
    } else {
        birth.out = ready.write.get();
    }
    MN_TRY(const pid_t pid, internal::spawn(command, birth));
    ready.write.close();
    Daemon daemon(pid);
    const auto deadline = std::chrono::steady_clock::now() + options.ready_max;
    pollfd waiting{ready.read.get(), POLLIN, 0};
    while (::poll(&waiting, 1, internal::kPollMs) <= 0) {
        if (is_interrupted() || std::chrono::steady_clock::now() >= deadline) {
            return fail(Kind::unavailable, "demo: " + command[0] + ": not ready in time");
        }
    }
    std::string word;
    MN_TRY(const bool is_open, internal::drain(ready.read, word));
    if (!is_open) {
        return fail(Kind::unavailable, "demo: " + command[0] + ": ended before it was ready");
    }
    return daemon;
}

Daemon::Daemon(Daemon&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

Daemon::~Daemon() {
    if (pid_ != 0) {
        internal::end_child(pid_);
    }
}

Result<void> Daemon::stop() {
    if (pid_ == 0) {
        return {};
    }
    const int code = internal::end_child(std::exchange(pid_, 0));
    if (code != 0) {
        return fail(Kind::internal, "demo: a daemon ended with status " + std::to_string(code));
    }
    return {};
}

}  // namespace mednexus::demo
