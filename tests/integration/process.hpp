#pragma once
/// A program beside the test, and its end by SIGKILL. Threads: one, but for what kill_later starts.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "apps/mednexus/demo/child.hpp"

namespace mednexus::integration {

/// A program that runs beside the test, with its standard output and error in files.
class Process {
public:
    Process(const std::vector<std::string>& command, const std::string& output);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// 128 + signal when one ended it.
    [[nodiscard]] demo::ChildResult wait();

private:
    std::string output_;
    pid_t pid_ = 0;
};

/// SIGKILL to `pid` after `delay`, from a thread that join() ends.
[[nodiscard]] std::jthread kill_later(pid_t pid, std::chrono::microseconds delay);

}  // namespace mednexus::integration
