#include <fmt/format.h>

#include "apps/mednexus/chain_desk.hpp"
#include "apps/mednexus/chain_tools/accreditor.hpp"
#include "apps/mednexus/chain_tools/anvil.hpp"
#include "apps/mednexus/chain_tools/deploy.hpp"
#include "apps/mednexus/chain_tools/folder.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus chain deploy [OPTIONS]

Puts the four contracts on the chain and writes DIR/chain.json, which every institution's node is
given. Contracts that are there already are only reported. The account that deploys becomes
administrator and accreditor; its key is made on the first call and rests sealed in
DIR/accreditor.mnk.

  --dir DIR               the chain's folder (or MEDNEXUS_CHAIN_DIR;
                          otherwise ~/.local/state/mednexus/chain)
  --rpc URL               another node than the folder's local chain
  --accreditor FILE       another sealed key than DIR/accreditor.mnk
  --tip-gwei N            the least tip (2 on 0G's chains, else what the node suggests)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  {"accreditor":…,"chain_id":…,"contracts":{…},"deployed":…,…}

examples:
  mednexus chain deploy --passphrase-file accreditor.passphrase
  mednexus chain deploy --rpc https://evmrpc-testnet.0g.ai --dir galileo
)";

Result<Secret<32>> key_of(const ChainOptions& options, const ChainDesk& desk, Terminal& terminal) {
    const std::string path = desk.accreditor_path(options);
    const bool is_there = chain_tools::has_accreditor(path);
    HomeOptions asked = options.passphrase;
    asked.home = path;
    MN_TRY(const SecretBytes passphrase,
           read_passphrase(asked, is_there ? Passphrase::existing : Passphrase::fresh, terminal));
    if (is_there) {
        return chain_tools::open_accreditor(path, passphrase);
    }
    crypto::SystemRandom random;
    return chain_tools::make_accreditor(path, passphrase, random);
}

void show(Terminal& terminal, const std::string& folder, const chain::Deployment& at, bool is_new) {
    json::Object contracts;
    std::string prose;
    for (const auto& placed : chain_tools::contracts_of(at)) {
        const std::string address = crypto::to_checksum_address(placed.address);
        contracts.set(std::string(chain::name_of(placed.contract)),
                      codec::to_hex_0x(placed.address.view()));
        prose += fmt::format("{:20} {}\n", chain::name_of(placed.contract), address);
    }
    json::Object object;
    object.set("chain_id", at.chain_id);
    object.set("contracts", std::move(contracts));
    object.set("deployed", is_new);
    object.set("file", folder + "/" + chain_tools::kDeploymentFile);
    object.set("from_block", at.from_block);
    terminal.result(std::move(object),
                    fmt::format("{}{}/chain.json: chain {}, {}\n",
                                prose,
                                folder,
                                at.chain_id,
                                is_new ? "deployed" : "was deployed before"));
}

/// What chain.json says, when it is of this chain and all its contracts are there.
Result<std::optional<chain::Deployment>> find_deployed(const ChainDesk& desk) {
    using Found = std::optional<chain::Deployment>;
    MN_TRY(const Found at, chain_tools::read_deployment(desk.folder()));
    MN_TRY(const std::uint64_t chain_id, desk.client().chain_id());
    if (!at) {
        return Found();
    }
    if (at->chain_id != chain_id) {
        return fail(Kind::conflict,
                    fmt::format("{}/chain.json is of chain {}, the node of chain {}",
                                desk.folder(),
                                at->chain_id,
                                chain_id));
    }
    MN_TRY(const bool is_there, chain_tools::has_all_code(desk.client(), *at));
    return is_there ? at : Found();
}

Result<int> run_deploy(const ChainOptions& options, Terminal& terminal) {
    MN_TRY(const auto desk, ChainDesk::open(options, terminal));
    MN_TRY(const std::string folder, chain_tools::make_folder(desk->folder()));
    MN_TRY(const auto found, find_deployed(*desk));
    if (found) {
        show(terminal, folder, *found, false);
        return 0;
    }
    MN_TRY(const Secret<32> key, key_of(options, *desk, terminal));
    MN_TRY(auto sender, desk->sender(options, key));
    MN_DO(chain_tools::fund_locally(desk->transport(), desk->url(), sender.account()));
    MN_TRY(const auto at, chain_tools::deploy_contracts(desk->client(), sender));
    MN_DO(write_output(folder + "/" + chain_tools::kDeploymentFile,
                       bytes_of(chain::write_deployment(at)),
                       Existing::replace));
    MN_DO(chain_tools::back_up_state(folder));
    show(terminal, folder, at, true);
    return 0;
}

}  // namespace

int cmd_chain_deploy(Args args, Terminal& terminal) {
    return command<ChainOptions>(kUsage, args, terminal, declare_accreditor, run_deploy);
}

}  // namespace mednexus::cli
