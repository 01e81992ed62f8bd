#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage =

    R"(usage: mednexus case share [OPTIONS] (CASE | --job JOB --handle HANDLE)
         --to NAME --purpose DUO

Makes one case readable for another institution: its key is wrapped anew, the sealed object stays as
it is. Agreement and consent decide; the decision is logged before any key moves.

  --job JOB               the match in which the other institution saw it,
  --handle HANDLE         and the name it had there
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
    std::string job;
    std::string handle;
    std::string to;
    std::string purpose;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("CASE", options.case_id, Need::optional);
    parser.text("--job", options.job);
    parser.text("--handle", options.handle);
    parser.text("--to", options.to, Need::required);
    parser.text("--purpose", options.purpose, Need::required);
}

Result<int> run_case_share(const Options& options, Terminal& terminal) {
    const bool is_by_handle = !options.job.empty() && !options.handle.empty();
    if (options.case_id.empty() != is_by_handle) {
        return terminal.report_usage("name one case: CASE, or --job JOB and --handle HANDLE",
                                     "mednexus case share");
    }
    json::Object arguments;
    if (is_by_handle) {
        arguments.set("job", options.job);
        arguments.set("handle", options.handle);
    } else {
        arguments.set("case", options.case_id);
    }
    arguments.set("to", options.to);
    arguments.set("purpose", options.purpose);
    MN_TRY(const auto answer, execute(options.home, terminal, "case.share", std::move(arguments)));
    terminal.result(answer,
                    fmt::format("{}: shared with {}; log leaf {}\n",
                                shown(answer, "case"),
                                options.to,
                                shown(answer, "leaf")));
    return 0;
}

}  // namespace

int cmd_case_share(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_case_share);
}

}  // namespace mednexus::cli
