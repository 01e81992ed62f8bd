/// chain.status, chain.items, log.anchor.
#include "mednexus/service/internal/anchor_parts.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::size_t kItemsAskedMax = 256;

json::Value block_json(const ChainEvidence& seen) {
    json::Object out;
    out.set("number", seen.block);
    out.set("hash", hex(seen.hash));
    out.set("time", to_rfc3339(seen.time));
    return json::Value(std::move(out));
}

json::Value credential_json(const CredentialEvidence& credential) {
    json::Object out;
    out.set("accredited", credential.is_accredited);
    out.set("active", credential.is_active);
    out.set("card_current", credential.is_card_current);
    out.set("expires", to_rfc3339(credential.expires));
    return json::Value(std::move(out));
}

json::Value item_json(const Item& item) {
    json::Object out;
    out.set("item", item.key);
    out.set("state", name_of(item.state));
    if (!item.problem.empty()) {
        out.set("problem", item.problem);
    }
    if (item.transaction) {
        out.set("transaction", hex(*item.transaction));
    }
    return json::Value(std::move(out));
}

}  // namespace

Result<ChainLink*> need_chain(NodeState& node) {
    if (!node.chain) {
        return fail(Kind::unavailable,
                    "chain: this home names none; decisions rest on signed files alone");
    }
    return node.chain.get();
}

Result<json::Value> chain_status(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "chain.status").finish());
    MN_TRY(ChainLink* const chain, need_chain(node));
    MN_TRY(const ChainEvidence seen, chain->turn());
    MN_TRY(const CredentialEvidence own, chain->credential_of(node.directory->own(), seen));
    MN_TRY(const std::uint64_t open, chain->outbox().count_open());
    json::Object out;
    out.set("account", codec::to_hex_0x(node.directory->own().account.view()));
    out.set("block", block_json(seen));
    out.set("chain_id", seen.chain_id);
    out.set("confirmations", chain->config().confirmations);
    out.set("credential", credential_json(own));
    out.set("waiting", open);
    return json::Value(std::move(out));
}

Result<json::Value> chain_items(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "chain.items");
    MN_TRY(const std::vector<std::string> keys, reader.strings("items"));
    MN_DO(reader.finish());
    MN_TRY(ChainLink* const chain, need_chain(node));
    if (keys.size() > kItemsAskedMax) {
        return fail(Kind::invalid, "chain.items: more than 256 items");
    }
    MN_TRY(const ChainEvidence seen, chain->turn());
    json::Array items;
    for (const std::string& key : keys) {
        MN_TRY(const Item item, chain->outbox().item(key));
        items.push_back(item_json(item));
    }
    json::Object out;
    out.set("block", block_json(seen));
    out.set("items", std::move(items));
    return json::Value(std::move(out));
}

Result<json::Value> log_anchor(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "log.anchor").finish());
    MN_TRY(ChainLink* const chain, need_chain(node));
    MN_TRY(const AnchorQueued queued, queue_anchor(node));
    MN_TRY(const ChainEvidence seen, chain->turn());
    MN_TRY(const Item item, chain->outbox().item(queued.key));
    json::Object out;
    out.set("block", block_json(seen));
    out.set("size", queued.checkpoint.size);
    out.set("root", hex(queued.checkpoint.root));
    out.set("item", item_json(item));
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
