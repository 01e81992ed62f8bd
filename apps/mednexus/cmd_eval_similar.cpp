#include <vector>

#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/lines.hpp"
#include "apps/mednexus/watched_source.hpp"
#include "mednexus/clinical/hpo.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/compute/similar.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage =
    R"(usage: mednexus eval similar [OPTIONS] --cases FILE --ontology DIR --out FILE

Ranks every case of a case JSONL against the cases of other institutions, writes one line a case,
and counts how often a case of the same disease is among the first 1, 3 and 10. Scores are computed
in the clear, or, with the same result, under encryption. Annotations whose reference is a
publication of these cases are not used.

  --cases FILE     case JSONL
  --ontology DIR   hpo_terms.tsv, hpo_annotations.tsv, hpo_obsolete.tsv; or hp.obo or hp.json, and
                   phenotype.hpoa
  --out FILE       {"query":ID,"ranking":[{"case":ID,"score":X},…]} a line
  --force          overwrite FILE
  --threads N      1 to 256 (1)
  --queries N      only N of the cases ask, evenly spread over the file (every case)
  --encrypted      compute scores under encryption, all parties in this process: about half a
                   second a query instead of a fifth of a millisecond
  --json           the counts as one object
  --progress       show how far it is

examples:
  mednexus eval similar --cases cases.jsonl --ontology hpo --out ranking.jsonl
  mednexus eval similar --cases cases.jsonl --ontology hpo --out ranking.jsonl --threads 2 --json
  mednexus eval similar --encrypted --queries 64 --cases cases.jsonl --ontology hpo --out r.jsonl
)";

struct Options {
    std::string cases;
    std::string ontology;
    std::string output;
    std::uint32_t threads = 1;
    std::uint32_t queries = 0;
    bool is_forced = false;
    bool is_encrypted = false;
};

void declare(Parser& parser, Options& options) {
    parser.text("--cases", options.cases, Need::required);
    parser.text("--ontology", options.ontology, Need::required);
    parser.text("--out", options.output, Need::required);
    parser.number("--threads", options.threads);
    parser.number("--queries", options.queries);
    parser.flag("--force", options.is_forced);
    parser.flag("--encrypted", options.is_encrypted);
}

Result<std::vector<compute::EvaluationCase>> read_cases(const std::string& path,
                                                        Terminal& terminal) {
    MN_TRY(InputFile file, InputFile::open(path));
    WatchedSource watched(file, terminal, "reading " + path, file.size_bytes());
    LineReader lines(watched, clinical::kCaseLineBytesMax);
    std::vector<compute::EvaluationCase> cases;
    for (std::uint64_t number = 1;; ++number) {
        MN_TRY(const auto line, lines.next());
        if (!line) {
            return cases;
        }
        const auto parsed = clinical::parse_case_line(*line, number);
        if (!parsed) {
            return fail_in(path, parsed.error());
        }
        cases.push_back(compute::evaluation_case(*parsed));
    }
}

Result<clinical::Hpo> read_ontology(const std::string& folder) {
    auto hpo = clinical::load_hpo([&](std::string_view name) -> Result<std::string> {
        MN_TRY(const Bytes text,
               read_input(fmt::format("{}/{}", folder, name), clinical::kHpoFileBytesMax));
        return std::string(text_of(text));
    });
    return hpo ? std::move(hpo) : fail_in(folder, hpo.error());
}

Result<void> write_rankings(const Options& options, const compute::SimilarReport& report) {
    MN_TRY(OutputFile file,
           OutputFile::create(options.output,
                              options.is_forced ? Existing::replace : Existing::refuse));
    for (const auto& ranking : report.rankings) {
        MN_DO(file.append(bytes_of(compute::to_json_line(ranking))));
    }
    return file.commit();
}

std::string_view how_scored(const Options& options) {
    return options.is_encrypted ? "computed under encryption" : "computed in the clear";
}

json::Value json_of(const Options& options,
                    const compute::SimilarReport& report,
                    std::int64_t elapsed_ms) {
    json::Object object;
    object.set("cases", std::uint64_t{report.cases});
    object.set("queries", std::uint64_t{report.rankings.size()});
    object.set("cases_without_known_term", std::uint64_t{report.cases_without_known_term});
    object.set("queries_with_match", std::uint64_t{report.queries_with_match});
    object.set("hits_1", std::uint64_t{report.hits[0]});
    object.set("hits_3", std::uint64_t{report.hits[1]});
    object.set("hits_10", std::uint64_t{report.hits[2]});
    object.set("annotation_rows_dropped", std::uint64_t{report.annotation_rows_dropped});
    object.set("profile", codec::to_hex_0x(report.profile.view()));
    object.set("hpo_release", report.hpo_release);
    object.set("acknowledgement", clinical::hpo_acknowledgement(report.hpo_release));
    object.set("scores", how_scored(options));
    object.set("elapsed_ms", elapsed_ms);
    return object;
}

std::string prose_of(const Options& options,
                     const compute::SimilarReport& report,
                     std::int64_t elapsed_ms) {
    const auto percent = [&](std::size_t hits) {
        const auto of = static_cast<double>(std::max<std::size_t>(report.queries_with_match, 1));
        return 100.0 * static_cast<double>(hits) / of;
    };
    return fmt::format(
        "{} cases, {} queries, {} of them with a case of the same disease elsewhere\n"
        "such a case at rank 1: {:.1f} %, 3: {:.1f} %, 10: {:.1f} %\n"
        "{} annotation rows of these publications left out; {} cases without a known term\n"
        "scores {}, profile {}, {} ms\n{}\n",
        report.cases,
        report.rankings.size(),
        report.queries_with_match,
        percent(report.hits[0]),
        percent(report.hits[1]),
        percent(report.hits[2]),
        report.annotation_rows_dropped,
        report.cases_without_known_term,
        how_scored(options),
        codec::to_hex_0x(report.profile.view()),
        elapsed_ms,
        clinical::hpo_acknowledgement(report.hpo_release));
}

Result<int> run_eval_similar(const Options& options, Terminal& terminal) {
    constexpr std::int64_t kNsPerMs = 1'000'000;
    const auto started_ns = terminal.clock().monotonic_ns();
    MN_TRY(const auto cases, read_cases(options.cases, terminal));
    MN_TRY(const clinical::Hpo hpo, read_ontology(options.ontology));
    crypto::SystemRandom random;
    MN_TRY(const auto report,
           compute::evaluate_similar(cases,
                                     hpo,
                                     {.threads = options.threads,
                                      .queries = options.queries,
                                      .random = options.is_encrypted ? &random : nullptr}));
    MN_DO(write_rankings(options, report));
    const auto elapsed_ms = (terminal.clock().monotonic_ns() - started_ns) / kNsPerMs;
    terminal.result(json_of(options, report, elapsed_ms), prose_of(options, report, elapsed_ms));
    return 0;
}

}  // namespace

int cmd_eval_similar(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_eval_similar);
}

}  // namespace mednexus::cli
