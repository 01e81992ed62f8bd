#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus case list [OPTIONS]

Lists the cases of the home: id, object root, when deposited. No content.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus case list --home north
  MEDNEXUS_HOME=north mednexus case list --json
)";

struct Options {
    HomeOptions home;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
}

Result<int> run_case_list(const Options& options, Terminal& terminal) {
    MN_TRY(const auto answer, execute(options.home, terminal, "case.list", json::Object{}));
    std::string prose;
    for (const auto& entry : elements(answer, "cases")) {
        prose += fmt::format(
            "{}  {}  {}\n", shown(entry, "case"), shown(entry, "root"), shown(entry, "deposited"));
    }
    terminal.talk(fmt::format("{} cases", elements(answer, "cases").size()));
    terminal.result(answer, prose);
    return 0;
}

}  // namespace

int cmd_case_list(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_case_list);
}

}  // namespace mednexus::cli
