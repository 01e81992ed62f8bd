#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consent explain [OPTIONS] CASE

Says whether CASE would be released to an institution now, and by which rules. Nothing is released
and nothing is logged. Exit 0 when it would be, 77 when not.

  --to NAME               the institution that would ask
  --purpose DUO           e.g. DUO:0000007
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer: every rule, its outcome, and words

examples:
  mednexus consent explain --home north --to south.example --purpose DUO:0000007 0x<64 hex digits>
  mednexus consent explain --home north --to south.example --purpose DUO:0000043 --json 0x…
)";

struct Options {
    HomeOptions home;
    std::string case_id;
    std::string to;
    std::string purpose;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("CASE", options.case_id);
    parser.text("--to", options.to, Need::required);
    parser.text("--purpose", options.purpose, Need::required);
}

bool is_permitted(const json::Value& answer) {
    return shown(answer, "permitted") == "true";
}

std::string prose_of(const json::Value& answer, const Options& options) {
    std::string out = fmt::format("{}: {} to {} for {}\n",
                                  options.case_id,
                                  is_permitted(answer) ? "would be released" : "would be refused",
                                  options.to,
                                  options.purpose);
    for (const json::Value& rule : elements(answer, "rules")) {
        out += fmt::format("  {:<12} {:<24} {}\n",
                           shown(rule, "outcome"),
                           shown(rule, "rule"),
                           shown(rule, "words"));
    }
    return out;
}

Result<int> run_consent_explain(const Options& options, Terminal& terminal) {
    json::Object arguments;
    arguments.set("case", options.case_id);
    arguments.set("to", options.to);
    arguments.set("purpose", options.purpose);
    MN_TRY(const auto answer,
           execute(options.home, terminal, "consent.explain", std::move(arguments)));
    terminal.result(answer, prose_of(answer, options));
    return is_permitted(answer) ? 0 : exit_code_of(Kind::denied);
}

}  // namespace

int cmd_consent_explain(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consent_explain);
}

}  // namespace mednexus::cli
