// `eval similar --encrypted` over all 4,914 published cases: every ranking must be that of the
// plain scorer, which runs beside it as the peer. Takes the better part of an hour on two cores.
#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "bench/published_cases.hpp"
#include "bench/report.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace {

using mednexus::Kind;
using mednexus::Result;
using mednexus::bench::seconds_now;
namespace compute = mednexus::compute;

/// Rankings that are not the same, line by line.
std::size_t differences(const compute::SimilarReport& a, const compute::SimilarReport& b) {
    std::size_t count = a.rankings.size() == b.rankings.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(a.rankings.size(), b.rankings.size()); ++i) {
        count += to_json_line(a.rankings[i]) == to_json_line(b.rankings[i]) ? 0U : 1U;
    }
    return count;
}

Result<void> run(bool as_json) {
    MN_TRY(const mednexus::bench::PublishedCases published,
           mednexus::bench::read_published_cases());
    const auto& hpo = published.hpo;
    const auto& cases = published.cases;
    const std::uint32_t threads = std::max(1U, std::thread::hardware_concurrency());
    const double start = seconds_now();
    MN_TRY(const auto plain, compute::evaluate_similar(cases, hpo, {.threads = threads}));
    const double between = seconds_now();
    mednexus::crypto::SystemRandom random;
    MN_TRY(const auto encrypted,
           compute::evaluate_similar(cases, hpo, {.threads = threads, .random = &random}));
    const double done = seconds_now();
    const std::string parameters = fmt::format(
        "{} cases, every one a query, N=8192, d=256, 3 parties, {} threads", cases.size(), threads);
    const std::size_t different = differences(plain, encrypted);
    mednexus::bench::print({.bench = "similar_encrypted.rankings_that_differ",
                            .value = static_cast<double>(different),
                            .unit = "rankings",
                            .floor_or_peer = "all",
                            .floor_or_peer_value = static_cast<double>(plain.rankings.size()),
                            .parameters = parameters},
                           as_json);
    mednexus::bench::print({.bench = "similar_encrypted.seconds",
                            .value = done - between,
                            .unit = "s",
                            .floor_or_peer = "plain scorer",
                            .floor_or_peer_value = between - start,
                            .parameters = parameters},
                           as_json);
    if (different != 0) {
        return mednexus::fail(Kind::internal, "a ranking under encryption differs from plain");
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const Result<void> outcome = run(mednexus::bench::wants_json(argc, argv));
    if (!outcome) {
        fmt::print(stderr, "bench similar_encrypted: {}\n", outcome.error().what);
        return mednexus::exit_code_of(outcome.error().kind);
    }
    return 0;
}
