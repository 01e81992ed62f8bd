#pragma once
/// How a child comes to life and to its end; for child.cpp and daemon.cpp. Threads: one.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>
#include <unistd.h>

#include "apps/mednexus/demo/child.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::demo::internal {

inline constexpr int kPollMs = 100;
inline constexpr int kExitNoNamespace = 126;

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

/// Both ends close in a child. Errors: internal.
[[nodiscard]] Result<Pipe> make_pipe();
/// For appending; "" is /dev/null. Errors: io.
[[nodiscard]] Result<Descriptor> open_log(const std::string& path);

/// The files that a child is born with.
struct BirthOptions {
    int out = -1;  ///< standard output; -1: as err
    int err = -1;
    int ready = -1;  ///< kept open under this number; -1: none
    Network network = Network::shared;
    const std::vector<std::string>* hidden = nullptr;  ///< folders that are empty for it
};

/// Starts `command`, which gets SIGTERM when this process ends. Errors: internal.
[[nodiscard]] Result<pid_t> spawn(const std::vector<std::string>& command,
                                  const BirthOptions& options);

/// 128 + signal when a signal ended it.
[[nodiscard]] int exit_code_of_status(int status);
/// SIGTERM, then SIGKILL after 15 s; collects the child and gives its exit code.
int end_child(pid_t pid);

/// Takes what a pipe holds. False: its other end is closed.
/// Errors   invalid: over 64 MiB; internal
[[nodiscard]] Result<bool> drain(const Descriptor& from, std::string& into);

}  // namespace mednexus::demo::internal
