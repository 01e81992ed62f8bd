#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/chain_wait.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus case erase [OPTIONS] CASE

Destroys the keys and salts of CASE, so that what cannot be deleted says nothing any more; deletes
its sealed body and its consents; revokes them and lays a tombstone on chain. It cannot be undone.
The report gives each stage as done, as pending until a block, or names what cannot be reached.
Asked again it gives the report as it is then.

  --wait SECONDS          wait so long for the chain (0)
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus case erase --home north 0x<64 hex digits>
  mednexus case erase --home north --wait 60 --json 0x<64 hex digits>
)";

struct Options {
    HomeOptions home;
    std::string case_id;
    std::uint32_t wait_seconds = 0;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("CASE", options.case_id);
    parser.number("--wait", options.wait_seconds);
}

std::string prose_of(const json::Value& answer) {
    std::string out =
        fmt::format("{}: erased; log leaf {}\n", shown(answer, "case"), shown(answer, "leaf"));
    for (const json::Value& stage : elements(answer, "stages")) {
        out += fmt::format("  {:<18} {:<14} {}\n",
                           shown(stage, "stage"),
                           shown(stage, "state"),
                           shown(stage, "detail"));
    }
    return out;
}

Result<int> run_case_erase(const Options& options, Terminal& terminal) {
    MN_TRY(const auto node, open_operator(options.home, terminal));
    json::Object arguments;
    arguments.set("case", options.case_id);
    MN_TRY(json::Value answer, node->execute("case.erase", arguments));
    std::vector<std::string> items;
    for (const json::Value& item : elements(answer, "chain_items")) {
        items.push_back(item.as_string() != nullptr ? *item.as_string() : "");
    }
    if (!items.empty() && options.wait_seconds > 0) {
        MN_DO(wait_for_chain(*node, terminal, items, options.wait_seconds));
        MN_TRY(answer, node->execute("case.erase", arguments));
    }
    terminal.result(answer, prose_of(answer));
    return 0;
}

}  // namespace

int cmd_case_erase(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_case_erase);
}

}  // namespace mednexus::cli
