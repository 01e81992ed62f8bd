#include "bench/report.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/clock.hpp"

namespace mednexus::bench {

namespace {

json::Number number(double value) {
    return json::Number{fmt::format("{:.6g}", value)};
}

}  // namespace

bool wants_json(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    return std::any_of(arguments.begin(), arguments.end(), [](const char* argument) {
        return std::string_view(argument) == "--json";
    });
}

void print(const Figure& figure, bool as_json) {
    const double ratio =
        figure.floor_or_peer_value == 0 ? 0 : figure.value / figure.floor_or_peer_value;
    if (!as_json) {
        fmt::print("{:<28} {:>12.6g} {:<8} {} {:.6g}, ratio {:.3g}; {}\n",
                   figure.bench,
                   figure.value,
                   figure.unit,
                   figure.floor_or_peer,
                   figure.floor_or_peer_value,
                   ratio,
                   figure.parameters);
        return;
    }
    json::Object line;
    line.set("bench", figure.bench);
    line.set("value", number(figure.value));
    line.set("unit", figure.unit);
    line.set("floor_or_peer", figure.floor_or_peer);
    line.set("floor_or_peer_value", number(figure.floor_or_peer_value));
    line.set("ratio", number(ratio));
    line.set("parameters", figure.parameters);
    fmt::print("{}\n", json::write_canonical(line));
}

double seconds_now() {
    return static_cast<double>(SystemClock().monotonic_ns()) * 1e-9;
}

double best_seconds(int rounds, const std::function<void()>& work) {
    double best = std::numeric_limits<double>::max();
    for (int round = 0; round < rounds; ++round) {
        const double start = seconds_now();
        work();
        best = std::min(best, seconds_now() - start);
    }
    return best;
}

void stop(const Error& error) {
    fmt::print(stderr, "bench: {}\n", error.what);
    std::exit(exit_code_of(error.kind));
}

}  // namespace mednexus::bench
