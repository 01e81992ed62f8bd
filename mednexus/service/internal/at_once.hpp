#pragma once
/// The same work for several things at once.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "mednexus/core/fence.hpp"

namespace mednexus::service::internal {

/// Runs work(0) to work(count - 1), each once, at most `threads_max` at a time, and waits for all.
/// The calling thread works too; where no other can be started it does everything.
inline void for_each_at_once(std::size_t count,
                             std::size_t threads_max,
                             const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    const auto take_turns = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            work(i);
        }
    };
    std::vector<std::jthread> helpers;
    [[maybe_unused]] const auto started = fenced("threads", [&] {
        while (helpers.size() + 1 < std::min(count, threads_max)) {
            helpers.emplace_back(take_turns);
        }
        return helpers.size();
    });
    take_turns();
}

}  // namespace mednexus::service::internal
