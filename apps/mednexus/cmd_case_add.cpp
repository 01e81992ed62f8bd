#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/lines.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/clinical/case_line.hpp"
#include "mednexus/clinical/phenopacket.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus case add [OPTIONS] FILE…

Deposits phenopackets (v2, JSON), or with a name ending in .jsonl one case a line: checks and de-
identifies each, seals it for this institution, stores it under the 0G root of its ciphertext,
logs the deposit. When a line is printed, its case is durable. The same case again is not stored
twice. FILE itself stays as it is.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  one object a case
  --progress              show how far it is

examples:
  mednexus case add --home north case.json
  mednexus case add --home north --json cases/*.json
)";

struct Options {
    HomeOptions home;
    std::vector<std::string> files;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.words("FILE", options.files);
}

/// The node's answer with the case's place in it, e.g. "case.json" or "cases.jsonl:12".
Result<json::Value> add_one(const std::string& place, std::string_view text, Operator& node) {
    json::Object arguments;
    arguments.set("phenopacket", text);
    auto answer = node.execute("case.add", std::move(arguments));
    if (!answer) {
        return fail_in(place, answer.error());
    }
    if (answer->as_object() != nullptr) {
        answer->as_object()->set("file", place);
    }
    return answer;
}

std::string prose_of(const std::string& path, const json::Value& answer) {
    auto prose = fmt::format("{}: {} as case {}, object {}\n",
                             path,
                             shown(answer, "status"),
                             shown(answer, "case"),
                             shown(answer, "root"));
    if (const auto removed = elements(answer, "removed").size(); removed > 0) {
        prose += fmt::format("  left out to de-identify: {} places\n", removed);
    }
    if (const auto unknown = joined(answer, "unknown_terms"); !unknown.empty()) {
        prose += fmt::format("  kept, though unknown to this HPO release: {}\n", unknown);
    }
    return prose;
}

/// When the file was last written.
Result<std::string> time_of(const std::string& path) {
    struct stat facts {};

    if (::stat(path.c_str(), &facts) != 0) {
        return fail(Kind::not_found, path + ": no such file");
    }
    return to_rfc3339({facts.st_mtim.tv_sec});
}

class Depositing {
public:
    Depositing(Operator& node, Terminal& terminal)
        : node_(node), terminal_(terminal), progress_(terminal, "depositing", 0) {}

    Result<void> file(const std::string& path) {
        constexpr std::string_view kLinesEnding = ".jsonl";
        if (path.ends_with(kLinesEnding)) {
            return lines(path);
        }
        MN_TRY(const Bytes text, read_input(path, clinical::kPhenopacketBytesMax));
        return one(path, text_of(text));
    }

private:
    Result<void> one(const std::string& place, std::string_view text) {
        MN_TRY(const auto answer, add_one(place, text, node_));
        terminal_.result(answer, prose_of(place, answer));
        progress_.advance(1);
        return {};
    }

    /// A line says neither when it was written nor in which release of HPO: the time is the file's,
    /// so that the same file again gives the same cases; the release is the one the node reads it
    /// in.
    Result<void> lines(const std::string& path) {
        MN_TRY(InputFile file, InputFile::open(path));
        MN_TRY(const std::string written, time_of(path));
        MN_TRY(const auto status, node_.execute("status", json::Object{}));
        MN_TRY(const std::string release, string_of(status, "hpo_release"));
        LineReader reader(file, clinical::kCaseLineBytesMax);
        for (std::uint64_t number = 1;; ++number) {
            MN_TRY(const auto line, reader.next());
            if (!line) {
                return {};
            }
            auto parsed = clinical::parse_case_line(*line, number);
            if (!parsed) {
                return fail_in(path, parsed.error());
            }
            clinical::add_metadata(parsed->value, written, release);
            MN_DO(one(fmt::format("{}:{}", path, number),
                      json::write_canonical(clinical::write_phenopacket(parsed->value))));
        }
    }

    Operator& node_;
    Terminal& terminal_;
    Progress progress_;
};

Result<int> run_case_add(const Options& options, Terminal& terminal) {
    MN_TRY(const auto node, open_operator(options.home, terminal));
    Depositing depositing(*node, terminal);
    for (const auto& path : options.files) {
        MN_DO(depositing.file(path));
    }
    return 0;
}

}  // namespace

int cmd_case_add(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_case_add);
}

}  // namespace mednexus::cli
