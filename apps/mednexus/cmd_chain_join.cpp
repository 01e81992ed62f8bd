#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/home.hpp"
#include "mednexus/service/home.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus chain join [OPTIONS] DEPLOYMENT

Lets the decisions of a home rest on a chain: writes the table [chain] of its mednexus.toml from
DEPLOYMENT, the chain.json that "mednexus chain deploy" left. From the next start on no key moves
unless that chain says that the patient agrees and the institutions are accredited.

  --rpc URL               the institution's own node, http:// or https://
  --confirmations N       blocks until what permits counts, its own included (2)
  --age-max SECONDS       how old the newest block may be (60)
  --tip-min WEI           smallest tip of a transaction; 0G networks want 2000000000 (0)
  --home DIR              the institution's home (or MEDNEXUS_HOME); no process may hold it
  --json                  the settings, as one object

examples:
  mednexus chain join --home north --rpc http://127.0.0.1:8545 chain/chain.json
  mednexus chain join --home north --rpc https://node.example/rpc --confirmations 12 chain.json
)";

struct Options {
    HomeOptions home;
    std::string deployment;
    std::string rpc;
    std::uint32_t confirmations = 2;
    std::uint32_t age_seconds_max = 60;
    std::uint32_t tip_wei_min = 0;
};

void declare(Parser& parser, Options& options) {
    declare_home(parser, options.home);
    parser.word("DEPLOYMENT", options.deployment);
    parser.text("--rpc", options.rpc, Need::required);
    parser.number("--confirmations", options.confirmations);
    parser.number("--age-max", options.age_seconds_max);
    parser.number("--tip-min", options.tip_wei_min);
}

Result<int> run_chain_join(const Options& options, Terminal& terminal) {
    constexpr std::size_t kDeploymentBytesMax = 65536;
    MN_DO(require_home(options.home, terminal));
    MN_TRY(const Bytes text, read_input(options.deployment, kDeploymentBytesMax));
    const auto at = chain::parse_deployment(text_of(text));
    if (!at) {
        return fail_in(options.deployment, at.error());
    }
    const service::ChainConfig config{.rpc = options.rpc,
                                      .at = *at,
                                      .confirmations = options.confirmations,
                                      .age_seconds_max = options.age_seconds_max,
                                      .tip_wei_min = options.tip_wei_min};
    MN_DO(service::join_chain(options.home.home, config));
    json::Object out;
    out.set("chain_id", at->chain_id);
    out.set("confirmations", config.confirmations);
    out.set("rpc", config.rpc);
    terminal.result(out,
                    fmt::format("{}: decisions rest on chain {} from the next start on\n",
                                options.home.home,
                                at->chain_id));
    return 0;
}

}  // namespace

int cmd_chain_join(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_chain_join);
}

}  // namespace mednexus::cli
