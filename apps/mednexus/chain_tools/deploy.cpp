#include "apps/mednexus/chain_tools/deploy.hpp"

#include <charconv>

#include "mednexus/codec/hex.hpp"

namespace mednexus::chain_tools {

namespace {

using chain::Contract;

Result<chain::Address> create(Sender& sender, Contract contract, const chain::Address& argument) {
    auto created = sender.create(chain::creation_code(contract, argument));
    if (!created) {
        return fail_in(chain::name_of(contract), created.error());
    }
    return created->address;
}

json::Value words(std::initializer_list<std::string> texts) {
    json::Array out;
    for (const std::string& text : texts) {
        out.emplace_back(text);
    }
    return out;
}

}  // namespace

std::array<Placed, 4> contracts_of(const chain::Deployment& at) {
    return {{{Contract::institutions, at.institutions},
             {Contract::consents, at.consents},
             {Contract::cases, at.cases},
             {Contract::anchors, at.anchors}}};
}

Result<bool> has_all_code(const chain::Client& client, const chain::Deployment& at) {
    for (const Placed& placed : contracts_of(at)) {
        MN_TRY(const Bytes code, client.code_at(placed.address));
        if (code.empty()) {
            return false;
        }
    }
    return true;
}

Result<chain::Deployment> deploy_contracts(const chain::Client& client, Sender& sender) {
    chain::Deployment at;
    MN_TRY(at.chain_id, client.chain_id());
    MN_TRY(const auto first,
           sender.create(chain::creation_code(Contract::institutions, sender.account())));
    at.institutions = first.address;
    at.from_block = first.receipt.block_number;
    MN_TRY(at.consents, create(sender, Contract::consents, at.institutions));
    MN_TRY(at.cases, create(sender, Contract::cases, at.institutions));
    MN_TRY(at.anchors, create(sender, Contract::anchors, at.institutions));
    MN_TRY(const auto accreditor,
           sender.send(at.institutions, chain::add_accreditor_call(sender.account())));
    MN_TRY(const bool is_there, has_all_code(client, at));
    if (!is_there || accreditor.logs.empty()) {
        return fail(Kind::unavailable, "chain: no code where the contracts were deployed");
    }
    return at;
}

Result<void> fund_locally(chain::Transport& transport,
                          const std::string& url,
                          const chain::Address& account) {
    MN_TRY(const std::string version, chain::Client(transport, url).client_version());
    if (!version.starts_with("anvil/")) {
        return {};
    }
    constexpr const char* kMillionEther = "0xd3c21bcecceda1000000";
    const std::string address = codec::to_hex_0x(account.view());
    MN_TRY(const auto answer,
           transport.call(url, "anvil_setBalance", words({address, kMillionEther})));
    if (answer.error) {
        return fail(Kind::internal, "anvil_setBalance: " + answer.error->message);
    }
    return {};
}

Result<bool> has_balance(chain::Transport& transport,
                         const std::string& url,
                         const chain::Address& account,
                         std::uint64_t wei) {
    const std::string address = codec::to_hex_0x(account.view());
    MN_TRY(const auto answer, transport.call(url, "eth_getBalance", words({address, "latest"})));
    const std::string* text = answer.result.as_string();
    if (text == nullptr || !text->starts_with("0x")) {
        return fail(Kind::invalid, "eth_getBalance: no quantity");
    }
    constexpr int kBase = 16;
    std::uint64_t owned = 0;
    const char* end = text->data() + text->size();
    const auto read = std::from_chars(text->data() + 2, end, owned, kBase);
    return read.ec == std::errc::result_out_of_range || (read.ec == std::errc() && owned >= wei);
}

}  // namespace mednexus::chain_tools
