// `eval similar --encrypted` over all 4,914 published cases: every ranking must be that of the
// plain scorer, which runs beside it as the peer. Takes the better part of an hour on two cores.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "bench/report.hpp"
#include "mednexus/clinical/case_line.hpp"
#include "mednexus/clinical/hpo.hpp"
#include "mednexus/compute/similar.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace {

using mednexus::Kind;
using mednexus::Result;
using mednexus::bench::seconds_now;
namespace clinical = mednexus::clinical;
namespace compute = mednexus::compute;

std::string data_folder() {
    const char* given = std::getenv("MEDNEXUS_DATA");
    return given != nullptr ? given : std::string(MEDNEXUS_SOURCE_DIR) + "/../shared/data";
}

Result<std::string> read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return mednexus::fail(Kind::not_found, path);
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::vector<compute::EvaluationCase>> read_cases(const std::string& path) {
    std::ifstream file(path);
    std::vector<compute::EvaluationCase> cases;
    for (std::string line; std::getline(file, line);) {
        MN_TRY(const clinical::CaseLine one, clinical::parse_case_line(line, cases.size() + 1));
        cases.push_back(compute::evaluation_case(one));
    }
    if (cases.empty()) {
        return mednexus::fail(Kind::not_found, path);
    }
    return cases;
}

/// Rankings that are not the same, line by line.
std::size_t differences(const compute::SimilarReport& a, const compute::SimilarReport& b) {
    std::size_t count = a.rankings.size() == b.rankings.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(a.rankings.size(), b.rankings.size()); ++i) {
        count += to_json_line(a.rankings[i]) == to_json_line(b.rankings[i]) ? 0U : 1U;
    }
    return count;
}

Result<void> run(bool as_json) {
    const std::string data = data_folder();
    MN_TRY(const clinical::Hpo hpo, clinical::load_hpo([&](std::string_view name) {
               return read_text(data + "/hpo/" + std::string(name));
           }));
    MN_TRY(const auto cases, read_cases(data + "/phenopackets/cases_dev.jsonl"));
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
