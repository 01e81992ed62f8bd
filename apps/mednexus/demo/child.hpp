#pragma once
/// Other programs as children: one that runs to its end, and one that serves until told to stop. No
/// child outlives this process: each asks the kernel for a signal when its parent ends. Threads:
/// one; children belong to the thread that started them.
#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

#include "mednexus/core/result.hpp"

namespace mednexus::demo {

/// True after SIGINT or SIGTERM; every wait below then ends early with `unavailable`.
[[nodiscard]] bool is_interrupted() noexcept;
/// From now on SIGINT and SIGTERM only set is_interrupted().
void note_interruptions();
/// Ends this process by the signal that interrupted it, as a shell expects.
[[noreturn]] void end_by_interruption();

/// Absolute path of a program in the same folder as this one. Errors: not_found.
[[nodiscard]] Result<std::string> sibling_program(const std::string& name);

enum class Network : std::uint8_t { shared, cut };

struct ChildOptions {
    std::string log_path{};             ///< its standard error is appended there; empty: discarded
    Network network = Network::shared;  ///< cut: an empty network namespace of its own
    std::vector<std::string> hidden{};  ///< folders that are empty for it: a mount and user
                                        ///< namespace of its own
    std::chrono::seconds time_max{120};
};

struct ChildResult {
    int exit_code = 0;  ///< 128 + signal when a signal ended it
    std::string out;
    std::string err;
};

/// Runs `command` (absolute path first) to its end, with empty standard input and without
/// MEDNEXUS_HOME.
/// Errors   unavailable: time is up, interrupted, or no namespace can be made;
///          internal: fork, pipe; io: the log; invalid: over 64 MiB of output
[[nodiscard]] Result<ChildResult> run_child(const std::vector<std::string>& command,
                                            const ChildOptions& options);

/// True when a child without network can be made here.
[[nodiscard]] bool can_cut_network();
/// True when a child can be made here for which a folder is empty.
[[nodiscard]] bool can_hide_folders();

/// How a program says that it serves.
enum class ReadyBy : std::uint8_t {
    descriptor,  ///< "--ready-fd N" is added to its command, and it writes to N
    output       ///< it writes to its standard output
};

struct DaemonOptions {
    std::string log_path{};  ///< its standard error is appended there; empty: discarded
    std::chrono::seconds ready_max{60};
    ReadyBy ready_by = ReadyBy::descriptor;
    std::vector<std::string> hidden{};  ///< as in ChildOptions
};

/// A program that serves. Its destructor stops it.
class Daemon {
public:
    /// Starts `command` and waits until it says that it serves.
    /// Errors   unavailable: it ended before it was ready (see the log), time is up; internal; io
    [[nodiscard]] static Result<Daemon> start(std::vector<std::string> command,
                                              const DaemonOptions& options);
    Daemon(Daemon&& other) noexcept;
    Daemon& operator=(Daemon&&) = delete;
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();

    /// SIGTERM, then SIGKILL after 15 s. Errors   internal: it did not end with status 0
    [[nodiscard]] Result<void> stop();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

private:
    explicit Daemon(pid_t pid) : pid_(pid) {}

    pid_t pid_;  ///< 0: stopped or moved from
};

/// A TCP port of 127.0.0.1 that was free a moment ago. Errors: unavailable.
[[nodiscard]] Result<std::uint16_t> choose_free_port();
/// True when nobody listens on it now.
[[nodiscard]] bool is_port_free(std::uint16_t port);

}  // namespace mednexus::demo
