#include <vector>

#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/clinical/phenopacket.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus case add [OPTIONS] FILE…

Deposits phenopackets (v2, JSON): checks and de-identifies each, seals it for this institution, stores
it under the 0G root of its ciphertext, logs the deposit. When a line is printed, its case is durable.
The same case again is not stored twice. FILE itself stays as it is.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  one object a file
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

/// The node's answer with the file's name in it.
Result<json::Value> add_one(const std::string& path, Operator& node) {
    MN_TRY(const Bytes text, read_input(path, clinical::kPhenopacketBytesMax));
    json::Object arguments;
    arguments.set("phenopacket", text_of(text));
    auto answer = node.execute("case.add", std::move(arguments));
    if (!answer) {
        return fail_in(path, answer.error());
    }
    if (answer->as_object() != nullptr) {
        answer->as_object()->set("file", path);
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

Result<int> run_case_add(const Options& options, Terminal& terminal) {
    MN_TRY(const auto node, open_operator(options.home, terminal));
    Progress progress(terminal, "depositing", options.files.size());
    for (const auto& path : options.files) {
        MN_TRY(const auto answer, add_one(path, *node));
        terminal.result(answer, prose_of(path, answer));
        progress.advance(1);
    }
    return 0;
}

}  // namespace

int cmd_case_add(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_case_add);
}

}  // namespace mednexus::cli
