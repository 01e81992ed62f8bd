#pragma once
/// Starting and ending the process of the local chain. Threads: one.
#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

#include "mednexus/core/result.hpp"

namespace mednexus::chain_tools::internal {

struct Launch {
    std::vector<std::string> command;  ///< absolute path first
    std::string log;                   ///< its output is appended there
    bool is_detached = true;           ///< a session of its own; else it ends with this process
};

/// Errors: internal: fork; io: the log. That the program cannot run shows as its end.
[[nodiscard]] Result<pid_t> launch(const Launch& what);

/// False also for a child of ours that ended (it is collected).
[[nodiscard]] bool is_running(pid_t pid);

/// SIGTERM, and SIGKILL when `time_max` has passed. False: it is there all the same.
bool end(pid_t pid, std::chrono::seconds time_max);

/// A TCP port of 127.0.0.1 that was free a moment ago. Errors: unavailable.
[[nodiscard]] Result<std::uint16_t> choose_port();

}  // namespace mednexus::chain_tools::internal
