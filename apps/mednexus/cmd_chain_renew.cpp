#include <fmt/format.h>

#include "apps/mednexus/chain_desk.hpp"
#include "apps/mednexus/commands.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus chain renew [OPTIONS] NAME

Gives an institution's accreditation another end, later or earlier.

  --expires WHEN          a number of days, or a date like 2030-12-31 (365)
  --dir DIR               the chain's folder (or MEDNEXUS_CHAIN_DIR;
                          otherwise ~/.local/state/mednexus/chain)
  --rpc URL               another node than the folder's local chain
  --accreditor FILE       another sealed key than DIR/accreditor.mnk
  --tip-gwei N            the least tip (2 on 0G's chains, else what the node suggests)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  {"block":…,"expires":…,"institution":…,"name":…,"transaction":…}

examples:
  mednexus chain renew north.example
  mednexus chain renew --expires 2030-12-31 --json north.example
)";

struct Options {
    ChainOptions chain;
    std::string expires = "365";
    std::string name;
};

void declare(Parser& parser, Options& options) {
    declare_accreditor(parser, options.chain);
    parser.text("--expires", options.expires);
    parser.word("NAME", options.name);
}

Result<int> run_renew(const Options& options, Terminal& terminal) {
    MN_TRY(const UnixTime expires, parse_expiry(options.expires, terminal.clock().now()));
    MN_TRY(const auto act, open_act(options.chain, terminal));
    const Hash32 institution = chain::institution_id(options.name);
    MN_TRY(const auto receipt,
           act.sender->send(act.at.institutions, chain::renew_call(institution, expires)));
    json::Object object = act_json(options.name, receipt);
    object.set("expires", to_rfc3339(expires));
    terminal.result(std::move(object),
                    fmt::format("{}: accredited until {} in block {}\n",
                                options.name,
                                to_rfc3339(expires),
                                receipt.block_number));
    return 0;
}

}  // namespace

int cmd_chain_renew(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_renew);
}

}  // namespace mednexus::cli
