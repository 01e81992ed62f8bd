#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage =
    R"(usage: mednexus case share [OPTIONS] CASE --to NAME --purpose DUO

Makes one case readable for another institution: its key is wrapped anew, the sealed object stays as
it is. Agreement and consent decide; the decision is logged before any key moves.

  --to NAME               an institution whose card was added
  --purpose DUO           e.g. DUO:0000043 (clinical care)
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus case share --home north 0x<64 hex digits> --to south.example --purpose DUO:0000043
  mednexus case share --home north 0x<64 hex digits> --to south.example --purpose DUO:0000043 --json
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

Result<int> run_case_share(const Options& options, Terminal& terminal) {
    json::Object arguments;
    arguments.set("case", options.case_id);
    arguments.set("to", options.to);
    arguments.set("purpose", options.purpose);
    MN_TRY(const auto answer, execute(options.home, terminal, "case.share", std::move(arguments)));
    terminal.result(answer,
                    fmt::format("{}: shared with {}; log leaf {}\n",
                                options.case_id,
                                options.to,
                                shown(answer, "leaf")));
    return 0;
}

}  // namespace

int cmd_case_share(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_case_share);
}

}  // namespace mednexus::cli
