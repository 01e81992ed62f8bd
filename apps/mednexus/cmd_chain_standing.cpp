/// suspend, reinstate and revoke: one change of an institution's standing each.
#include <fmt/format.h>

#include "apps/mednexus/chain_desk.hpp"
#include "apps/mednexus/commands.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kSuspendUsage = R"(usage: mednexus chain suspend [OPTIONS] NAME

Suspends an institution: from that block on no node decides in its favour.

  --dir DIR               the chain's folder (or MEDNEXUS_CHAIN_DIR;
                          otherwise ~/.local/state/mednexus/chain)
  --rpc URL               another node than the folder's local chain
  --accreditor FILE       another sealed key than DIR/accreditor.mnk
  --tip-gwei N            the least tip (2 on 0G's chains, else what the node suggests)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  {"block":…,"institution":…,"name":…,"transaction":…}

examples:
  mednexus chain suspend north.example
  mednexus chain suspend --passphrase-file accreditor.passphrase --json north.example
)";

constexpr std::string_view kReinstateUsage = R"(usage: mednexus chain reinstate [OPTIONS] NAME

Ends an institution's suspension.

  --dir DIR               the chain's folder (or MEDNEXUS_CHAIN_DIR;
                          otherwise ~/.local/state/mednexus/chain)
  --rpc URL               another node than the folder's local chain
  --accreditor FILE       another sealed key than DIR/accreditor.mnk
  --tip-gwei N            the least tip (2 on 0G's chains, else what the node suggests)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  {"block":…,"institution":…,"name":…,"transaction":…}

examples:
  mednexus chain reinstate north.example
  mednexus chain reinstate --passphrase-file accreditor.passphrase --json north.example
)";

constexpr std::string_view kRevokeUsage = R"(usage: mednexus chain revoke [OPTIONS] NAME

Revokes an institution's accreditation, for good.

  --dir DIR               the chain's folder (or MEDNEXUS_CHAIN_DIR;
                          otherwise ~/.local/state/mednexus/chain)
  --rpc URL               another node than the folder's local chain
  --accreditor FILE       another sealed key than DIR/accreditor.mnk
  --tip-gwei N            the least tip (2 on 0G's chains, else what the node suggests)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  {"block":…,"institution":…,"name":…,"transaction":…}

examples:
  mednexus chain revoke north.example
  mednexus chain revoke --passphrase-file accreditor.passphrase --json north.example
)";

struct Options {
    ChainOptions chain;
    std::string name;
};

void declare(Parser& parser, Options& options) {
    declare_accreditor(parser, options.chain);
    parser.word("NAME", options.name);
}

template <chain::Standing kStanding>
Result<int> run(const Options& options, Terminal& terminal) {
    constexpr std::string_view kDone = kStanding == chain::Standing::active      ? "reinstated"
                                       : kStanding == chain::Standing::suspended ? "suspended"
                                                                                 : "revoked";
    MN_TRY(const auto act, open_act(options.chain, terminal));
    const Hash32 institution = chain::institution_id(options.name);
    MN_TRY(const auto receipt,
           act.sender->send(act.at.institutions, chain::standing_call(institution, kStanding)));
    terminal.result(act_json(options.name, receipt),
                    fmt::format("{}: {} in block {}\n", options.name, kDone, receipt.block_number));
    return 0;
}

}  // namespace

int cmd_chain_suspend(Args args, Terminal& terminal) {
    return command<Options>(
        kSuspendUsage, args, terminal, declare, run<chain::Standing::suspended>);
}

int cmd_chain_reinstate(Args args, Terminal& terminal) {
    return command<Options>(kReinstateUsage, args, terminal, declare, run<chain::Standing::active>);
}

int cmd_chain_revoke(Args args, Terminal& terminal) {
    return command<Options>(kRevokeUsage, args, terminal, declare, run<chain::Standing::revoked>);
}

}  // namespace mednexus::cli
