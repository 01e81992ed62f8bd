#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/chain_wait.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consent revoke [OPTIONS] CASE

Takes back what the patient of CASE permitted. It holds from the next decision on; what was released
before is not reached by it. It cannot be undone: a later consent is a new one.

  --wait SECONDS          wait so long for the chain (0); the refusal does not wait for it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consent revoke --home north 0x<64 hex digits>
  MEDNEXUS_HOME=north mednexus consent revoke --json 0x<64 hex digits>
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

Result<int> run_consent_revoke(const Options& options, Terminal& terminal) {
    MN_TRY(const auto node, open_operator(options.home, terminal));
    json::Object arguments;
    arguments.set("case", options.case_id);
    MN_TRY(const auto answer, node->execute("consent.revoke", arguments));
    if (const auto item = string_of(answer, "chain_item")) {
        MN_DO(wait_for_chain(*node, terminal, {*item}, options.wait_seconds));
    }
    terminal.result(
        answer, fmt::format("{}: consent revoked, from the next decision on\n", options.case_id));
    return 0;
}

}  // namespace

int cmd_consent_revoke(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consent_revoke);
}

}  // namespace mednexus::cli
