/// The JSON-RPC methods of FakeNode.
#include <algorithm>
#include <charconv>

#include "mednexus/codec/hex.hpp"
#include "mednexus/testing/internal/fake_node.hpp"

namespace mednexus::testing::internal {

namespace {

using Refused = tl::unexpected<chain::RpcError>;

constexpr std::int64_t kReverted = 3;
constexpr std::int64_t kInvalidParameters = -32602;
constexpr std::int64_t kMethodNotFound = -32601;
constexpr std::int64_t kServerError = -32000;

Refused refuse(std::int64_t code, std::string message, std::string data = "") {
    return Refused(chain::RpcError{code, std::move(message), std::move(data)});
}

std::string_view text_at(const json::Array& params, std::size_t index) {
    const std::string* text = index < params.size() ? params[index].as_string() : nullptr;
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::string_view member(const json::Array& params, std::string_view key) {
    const json::Object* object = params.empty() ? nullptr : params[0].as_object();
    const json::Value* value = object == nullptr ? nullptr : object->find(key);
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::optional<std::uint64_t> read_quantity(std::string_view text) {
    if (!text.starts_with("0x")) {
        return std::nullopt;
    }
    std::uint64_t out = 0;
    constexpr int kBase = 16;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + 2, end, out, kBase);
    return read.ptr == end && read.ec == std::errc() ? std::optional(out) : std::nullopt;
}

/// Addresses of a filter's "address" member.
std::vector<std::string> filter_addresses(const json::Array& params) {
    std::vector<std::string> out;
    const json::Object* object = params.empty() ? nullptr : params[0].as_object();
    const json::Value* value = object == nullptr ? nullptr : object->find("address");
    const json::Array* items = value == nullptr ? nullptr : value->as_array();
    if (items != nullptr) {
        for (const json::Value& item : *items) {
            out.push_back(item.as_string() == nullptr ? "" : *item.as_string());
        }
    }
    return out;
}

}  // namespace

chain::RpcAnswer FakeNode::answer(std::string_view method, const json::Value& params) {
    const json::Array* array = params.as_array();
    auto result = dispatch(method, array == nullptr ? json::Array{} : *array);
    if (!result) {
        return {json::Value(), result.error()};
    }
    return {*std::move(result), std::nullopt};
}

FakeNode::Answer FakeNode::dispatch(std::string_view method, const Params& params) {
    using Run = Answer (*)(FakeNode&, const Params&);
    static const std::vector<std::pair<std::string_view, Run>> kMethods{
        {"eth_chainId", [](auto& n, auto&) -> Answer { return quantity(n.told_chain_id_); }},
        {"web3_clientVersion", [](auto&, auto&) -> Answer { return "FakeChain/1"; }},
        {"eth_blockNumber",
         [](auto& n, auto&) -> Answer { return quantity(n.newest().ref.number); }},
        {"eth_getBlockByNumber", [](auto& n, auto& p) { return n.block_by_number(p); }},
        {"eth_getBlockReceipts", [](auto& n, auto& p) { return n.block_receipts(p); }},
        {"eth_getTransactionReceipt", [](auto& n, auto& p) { return n.receipt(p); }},
        {"eth_getLogs", [](auto& n, auto& p) { return n.logs(p); }},
        {"eth_getCode", [](auto& n, auto& p) { return n.code(p); }},
        {"eth_getTransactionCount", [](auto& n, auto& p) { return n.transaction_count(p); }},
        {"eth_getBalance", [](auto&, auto&) -> Answer { return "0x3635c9adc5dea00000"; }},
        {"eth_gasPrice", [](auto&, auto&) -> Answer { return "0x0"; }},
        {"eth_maxPriorityFeePerGas", [](auto&, auto&) -> Answer { return "0x0"; }},
        {"eth_call", [](auto& n, auto& p) { return n.simulate(p, false); }},
        {"eth_estimateGas", [](auto& n, auto& p) { return n.simulate(p, true); }},
        {"eth_sendRawTransaction", [](auto& n, auto& p) { return n.send(p); }}};
    const auto found = std::ranges::find(kMethods, method, [](auto& entry) { return entry.first; });
    if (found == kMethods.end()) {
        return refuse(kMethodNotFound, "the method " + std::string(method) + " does not exist");
    }
    return found->second(*this, params);
}

const FakeBlock* FakeNode::find_block(const Params& params) const {
    const std::string_view which = text_at(params, 0);
    if (which == "latest" || which == "pending") {
        return &newest();
    }
    const auto number = read_quantity(which);
    return number && *number < blocks_.size() ? blocks_[*number].get() : nullptr;
}

FakeNode::Answer FakeNode::block_by_number(const Params& params) const {
    const FakeBlock* block = find_block(params);
    return block == nullptr ? json::Value() : block_json(*block);
}

FakeNode::Answer FakeNode::block_receipts(const Params& params) const {
    const FakeBlock* block = find_block(params);
    if (block == nullptr) {
        return json::Value();
    }
    json::Array out;
    for (std::size_t i = 0; i < block->transactions.size(); ++i) {
        out.push_back(receipt_json(*block, i));
    }
    return json::Value(std::move(out));
}

FakeNode::Answer FakeNode::receipt(const Params& params) const {
    const auto hash = codec::parse_hex_as<Hash32>(text_at(params, 0));
    if (!hash) {
        return refuse(kInvalidParameters, "invalid transaction hash");
    }
    const auto place = find_transaction(*hash);
    return place ? receipt_json(*place->block, place->index) : json::Value();
}

FakeNode::Answer FakeNode::logs(const Params& params) const {
    const auto from = read_quantity(member(params, "fromBlock"));
    const auto to = read_quantity(member(params, "toBlock"));
    if (!from || !to || *from > *to) {
        return refuse(kInvalidParameters, "invalid block range");
    }
    const std::vector<std::string> addresses = filter_addresses(params);
    json::Array out;
    for (std::uint64_t n = *from; n <= *to && n < blocks_.size(); ++n) {
        for (const MinedTransaction& mined : blocks_[n]->transactions) {
            for (const chain::EventLog& log : mined.logs) {
                if (std::ranges::count(addresses, codec::to_hex_0x(log.address.view())) > 0) {
                    out.push_back(log_json(log));
                }
            }
        }
    }
    return json::Value(std::move(out));
}

FakeNode::Answer FakeNode::code(const Params& params) const {
    const auto address = codec::parse_hex_as<chain::Address>(text_at(params, 0));
    if (!address) {
        return refuse(kInvalidParameters, "invalid address");
    }
    return json::Value(codec::to_hex_0x(code_at(*newest().after, *address)));
}

FakeNode::Answer FakeNode::transaction_count(const Params& params) const {
    const auto account = codec::parse_hex_as<chain::Address>(text_at(params, 0));
    if (!account) {
        return refuse(kInvalidParameters, "invalid address");
    }
    if (text_at(params, 1) == "pending") {
        return json::Value(quantity(next_nonce(*account)));
    }
    const auto& nonces = newest().after->nonces;
    const auto found = nonces.find(*account);
    return json::Value(quantity(found == nonces.end() ? 0 : found->second));
}

FakeNode::Answer FakeNode::simulate(const Params& params, bool is_estimate) const {
    const auto from = codec::parse_hex_as<chain::Address>(member(params, "from"));
    const auto to = codec::parse_hex_as<chain::Address>(member(params, "to"));
    const auto data = codec::parse_hex(member(params, "data"));
    if (!from || !to || !data) {
        return refuse(kInvalidParameters, "invalid call");
    }
    World world = *newest().after;
    const Context context{
        *from, static_cast<std::uint64_t>(next_time().seconds), newest().ref.number + 1, chain_id_};
    const Outcome outcome = run_call(world, context, *to, *data);
    if (outcome.has_reverted) {
        return refuse(kReverted, "execution reverted", codec::to_hex_0x(outcome.output));
    }
    return is_estimate ? json::Value(quantity(gas_of(*data)))
                       : json::Value(codec::to_hex_0x(outcome.output));
}

FakeNode::Answer FakeNode::send(const Params& params) {
    const auto raw = codec::parse_hex(text_at(params, 0));
    auto read =
        raw ? chain::parse_transaction(*raw) : Result<chain::ReadTransaction>(Failure(raw.error()));
    if (!read) {
        return refuse(kServerError, "rlp: " + read.error().what);
    }
    return add_to_pool({*std::move(read), *raw});
}

FakeNode::Answer FakeNode::add_to_pool(PooledTransaction sent) {
    const chain::Transaction& transaction = sent.read.transaction;
    const auto is_same = [&](const PooledTransaction& other) {
        return other.read.hash == sent.read.hash;
    };
    const auto has_nonce = [&](const PooledTransaction& other) {
        return other.read.sender == sent.read.sender &&
               other.read.transaction.nonce == transaction.nonce;
    };
    const auto& nonces = newest().after->nonces;
    const auto used = nonces.find(sent.read.sender);
    if (transaction.chain_id != chain_id_) {
        return refuse(kServerError, "invalid chain id for signer");
    }
    if (transaction.gas_limit < gas_of(transaction.data)) {
        return refuse(kServerError, "intrinsic gas too low");
    }
    if (std::ranges::any_of(pool_, is_same)) {
        return refuse(kServerError, "already known");
    }
    if (used != nonces.end() && transaction.nonce < used->second) {
        return refuse(kServerError, "nonce too low");
    }
    const auto waiting = std::ranges::find_if(pool_, has_nonce);
    if (waiting != pool_.end() &&
        transaction.fee_wei_max <= waiting->read.transaction.fee_wei_max) {
        return refuse(kServerError, "replacement transaction underpriced");
    }
    const json::Value hash = codec::to_hex_0x(sent.read.hash.view());
    if (waiting != pool_.end()) {
        *waiting = std::move(sent);
    } else {
        pool_.push_back(std::move(sent));
    }
    if (is_automine_) {
        mine();
    }
    return hash;
}

}  // namespace mednexus::testing::internal
