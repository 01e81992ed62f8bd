#pragma once
/// One figure of a benchmark, with the peer or the physical floor that was measured in the same
/// run. The JSON form is the one of ARCHITECTURE section 7.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mednexus/core/result.hpp"

namespace mednexus::bench {

struct Figure {
    std::string bench;
    double value = 0;
    std::string unit;
    std::string floor_or_peer;  ///< what it is compared with, in words
    double floor_or_peer_value = 0;
    std::string parameters;  ///< input, sizes, threads
};

/// True when the arguments hold --json.
[[nodiscard]] bool wants_json(int argc, char** argv);

/// Prints the figure on standard output: one JSON object a line, or a line for people.
void print(const Figure& figure, bool as_json);

/// Seconds of a clock that never goes back.
[[nodiscard]] double seconds_now();

/// The shortest of so many rounds: what the machine can do when nobody disturbs it.
[[nodiscard]] double best_seconds(int rounds, const std::function<void()>& work);

/// Ends the program with the error's exit code, and its words on standard error.
[[noreturn]] void stop(const Error& error);

/// The value; without one there is nothing to measure.
template <typename T>
T must(Result<T> result) {
    if (!result) {
        stop(result.error());
    }
    return *std::move(result);
}

/// Keeps the compiler from removing what was computed.
template <typename T>
void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace mednexus::bench
