#include <fmt/format.h>

#include "apps/mednexus/chain_desk.hpp"
#include "apps/mednexus/chain_tools/deploy.hpp"
#include "apps/mednexus/chain_tools/folder.hpp"
#include "apps/mednexus/commands.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus chain status [OPTIONS]

Which chain the node is on, its newest block, and whether the contracts of DIR/chain.json are there.
Ends with 69 when the node does not answer.

  --dir DIR  the chain's folder (or MEDNEXUS_CHAIN_DIR; otherwise ~/.local/state/mednexus/chain)
  --rpc URL  another node than the folder's local chain
  --json     {"block":{…},"chain_id":…,"contracts":{NAME:{"abi":…,"address":…,"code":…}},…}

examples:
  mednexus chain status
  mednexus chain status --rpc http://127.0.0.1:8545 --json
)";

struct Report {
    json::Object contracts;
    std::string prose;
};

Result<void> add_contract(Report& report,
                          const chain::Client& client,
                          const chain_tools::Placed& placed) {
    MN_TRY(const Bytes code, client.code_at(placed.address));
    const std::string_view name = chain::name_of(placed.contract);
    json::Object object;
    object.set("abi", codec::to_hex_0x(chain::abi_hash(placed.contract).view()));
    object.set("address", codec::to_hex_0x(placed.address.view()));
    object.set("code", !code.empty());
    report.contracts.set(std::string(name), std::move(object));
    report.prose += fmt::format("{:20} {}{}\n",
                                name,
                                crypto::to_checksum_address(placed.address),
                                code.empty() ? "  no code there" : "");
    return {};
}

Result<int> run_status(const ChainOptions& options, Terminal& terminal) {
    MN_TRY(const auto desk, ChainDesk::open(options, terminal));
    MN_TRY(const std::uint64_t chain_id, desk->client().chain_id());
    MN_TRY(const auto newest, desk->client().newest_block());
    MN_TRY(const auto at, chain_tools::read_deployment(desk->folder()));
    const bool is_of_this_chain = at && at->chain_id == chain_id;
    Report report;
    if (is_of_this_chain) {
        for (const auto& placed : chain_tools::contracts_of(*at)) {
            MN_DO(add_contract(report, desk->client(), placed));
        }
    } else {
        report.prose = at ? "chain.json is of another chain\n" : "no contracts yet\n";
    }
    json::Object block;
    block.set("hash", codec::to_hex_0x(newest.hash.view()));
    block.set("number", newest.number);
    block.set("time", to_rfc3339(newest.time));
    json::Object object;
    object.set("block", std::move(block));
    object.set("chain_id", chain_id);
    object.set("contracts", std::move(report.contracts));
    object.set("deployed", is_of_this_chain);
    object.set("dir", desk->folder());
    terminal.result(std::move(object),
                    fmt::format("chain {}, block {} of {}\n{}",
                                chain_id,
                                newest.number,
                                to_rfc3339(newest.time),
                                report.prose));
    return 0;
}

}  // namespace

int cmd_chain_status(Args args, Terminal& terminal) {
    return command<ChainOptions>(kUsage, args, terminal, declare_chain, run_status);
}

}  // namespace mednexus::cli
