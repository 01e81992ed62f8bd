#include "mednexus/chain/client.hpp"

#include <algorithm>
#include <tuple>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/answers.hpp"
#include "mednexus/chain/internal/refusals.hpp"
#include "mednexus/chain/internal/rpc_values.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {

namespace {

using internal::parse_quantity;
using internal::write_quantity;

constexpr std::string_view kLatest = "latest";
constexpr std::int64_t kMethodNotFound = -32601;

json::Value list(std::initializer_list<json::Value> values) {
    return json::Array(values);
}

json::Value hex(BytesView bytes) {
    return codec::to_hex_0x(bytes);
}

json::Value call_object(const CallRequest& request) {
    json::Object out;
    out.set("from", hex(request.from.view()));
    out.set("to", hex(request.to.view()));
    out.set("data", hex(request.data));
    return out;
}

/// Asks, and takes an error object for an error.
Result<json::Value> ask(Transport& transport,
                        const std::string& url,
                        std::string_view method,
                        const json::Value& params) {
    auto answer = transport.call(url, method, params);
    if (!answer) {
        return fail_in(method, answer.error());
    }
    if (answer->error) {
        return Failure(internal::error_of(method, *answer->error));
    }
    return std::move(answer->result);
}

/// `parsed` with the method's name before its error.
template <typename T>
Result<T> named(std::string_view method, Result<T> parsed) {
    return parsed ? std::move(parsed) : Result<T>(fail_in(method, parsed.error()));
}

auto place_of(const EventLog& log) {
    return std::tuple(log.block_number, log.log_index);
}

Result<void> check_log(const EventLog& log, const LogFilter& filter) {
    const bool is_in_range =
        log.block_number >= filter.from_block && log.block_number <= filter.to_block;
    if (!is_in_range || std::ranges::count(filter.addresses, log.address) == 0) {
        return fail(
            Kind::invalid,
            "eth_getLogs: a log outside the filter, block " + std::to_string(log.block_number));
    }
    return {};
}

Result<std::vector<EventLog>> parse_logs(const json::Value& value, const LogFilter& filter) {
    const json::Array* items = value.as_array();
    if (items == nullptr) {
        return fail(Kind::invalid, "eth_getLogs: expected an array");
    }
    std::vector<EventLog> out;
    out.reserve(items->size());
    for (const json::Value& item : *items) {
        MN_TRY(EventLog log, named("eth_getLogs", internal::parse_log(item)));
        MN_DO(check_log(log, filter));
        out.push_back(std::move(log));
    }
    std::ranges::sort(out, {}, place_of);
    if (std::ranges::adjacent_find(out, {}, place_of) != out.end()) {
        return fail(Kind::invalid, "eth_getLogs: two logs with one index");
    }
    return out;
}

}  // namespace

Result<std::uint64_t> Client::chain_id() const {
    MN_TRY(const json::Value value, ask(*transport_, url_, "eth_chainId", json::Array{}));
    return named("eth_chainId", parse_quantity(value));
}

Result<std::string> Client::client_version() const {
    MN_TRY(const json::Value value, ask(*transport_, url_, "web3_clientVersion", json::Array{}));
    const std::string* text = value.as_string();
    if (text == nullptr) {
        return fail(Kind::invalid, "web3_clientVersion: expected text");
    }
    return *text;
}

Result<json::Value> Client::block_json(std::string_view block) const {
    constexpr std::string_view kMethod = "eth_getBlockByNumber";
    MN_TRY(json::Value value, ask(*transport_, url_, kMethod, list({block, false})));
    if (value.is_null()) {
        return fail(Kind::not_found, std::string(kMethod) + ": no block " + std::string(block));
    }
    return value;
}

Result<json::Value> Client::block_json_at(std::uint64_t number) const {
    MN_TRY(json::Value value, block_json(write_quantity(number)));
    MN_TRY(const BlockRef ref, named("eth_getBlockByNumber", internal::parse_block_ref(value)));
    if (ref.number != number) {
        return fail(Kind::invalid,
                    "eth_getBlockByNumber: asked for " + std::to_string(number) + ", got " +
                        std::to_string(ref.number));
    }
    return value;
}

Result<BlockRef> Client::newest_block() const {
    auto value = block_json(kLatest);
    if (!value && value.error().kind == Kind::not_found) {
        return fail(Kind::invalid, "eth_getBlockByNumber: the chain has no block");
    }
    MN_TRY(const json::Value block, std::move(value));
    return named("eth_getBlockByNumber", internal::parse_block_ref(block));
}

Result<BlockRef> Client::block_at(std::uint64_t number) const {
    MN_TRY(const json::Value value, block_json_at(number));
    return internal::parse_block_ref(value);
}

Result<Block> Client::full_block_at(std::uint64_t number) const {
    MN_TRY(const json::Value value, block_json_at(number));
    return named("eth_getBlockByNumber", internal::parse_block(value));
}

Result<std::vector<EventLog>> Client::logs(const LogFilter& filter) const {
    json::Array addresses;
    for (const Address& address : filter.addresses) {
        addresses.emplace_back(hex(address.view()));
    }
    json::Object query;
    query.set("fromBlock", write_quantity(filter.from_block));
    query.set("toBlock", write_quantity(filter.to_block));
    query.set("address", std::move(addresses));
    MN_TRY(const json::Value value, ask(*transport_, url_, "eth_getLogs", list({query})));
    return parse_logs(value, filter);
}

Result<Bytes> Client::code_at(const Address& address) const {
    constexpr std::string_view kMethod = "eth_getCode";
    MN_TRY(const json::Value value,
           ask(*transport_, url_, kMethod, list({hex(address.view()), kLatest})));
    return named(kMethod, internal::parse_data(value));
}

Result<Bytes> Client::call(const CallRequest& request) const {
    MN_TRY(const json::Value value,
           ask(*transport_, url_, "eth_call", list({call_object(request), kLatest})));
    return named("eth_call", internal::parse_data(value));
}

Result<std::uint64_t> Client::estimate_gas(const CallRequest& request) const {
    MN_TRY(const json::Value value,
           ask(*transport_, url_, "eth_estimateGas", list({call_object(request)})));
    return named("eth_estimateGas", parse_quantity(value));
}

Result<std::uint64_t> Client::nonce_of(const Address& account, NonceAt at) const {
    constexpr std::string_view kMethod = "eth_getTransactionCount";
    const std::string_view block = at == NonceAt::pending ? "pending" : kLatest;
    MN_TRY(const json::Value value,
           ask(*transport_, url_, kMethod, list({hex(account.view()), block})));
    return named(kMethod, parse_quantity(value));
}

Result<Client::Fees> Client::fees() const {
    constexpr std::string_view kTip = "eth_maxPriorityFeePerGas";
    MN_TRY(const json::Value block, block_json(kLatest));
    MN_TRY(const auto members, named("eth_getBlockByNumber", internal::Members::of(block)));
    Fees fees;
    if (members.has("baseFeePerGas")) {
        MN_TRY(fees.base_fee_wei, named("eth_getBlockByNumber", members.quantity("baseFeePerGas")));
    }
    MN_TRY(const json::Value tip, ask(*transport_, url_, kTip, json::Array{}));
    MN_TRY(fees.tip_wei, named(kTip, parse_quantity(tip)));
    return fees;
}

Result<Hash32> Client::send_raw(BytesView transaction) const {
    constexpr std::string_view kMethod = "eth_sendRawTransaction";
    const Hash32 hash = crypto::keccak256(transaction);
    auto answer = transport_->call(url_, kMethod, list({hex(transaction)}));
    if (!answer) {
        return fail_in(kMethod, answer.error());
    }
    if (answer->error) {
        return after_refusal(hash, *answer->error);
    }
    MN_TRY(const Hash32 named_hash, named(kMethod, internal::parse_fixed<Hash32>(answer->result)));
    if (named_hash != hash) {
        return fail(Kind::invalid, "eth_sendRawTransaction: the answer names another transaction");
    }
    return hash;
}

/// A refusal of what the chain holds already is success: whoever repeats a broadcast after a crash
/// meets exactly that.
Result<Hash32> Client::after_refusal(const Hash32& hash, const RpcError& refusal) const {
    const Error error = internal::error_of_sending(refusal);
    if (internal::says_already_known(refusal)) {
        return hash;
    }
    if (error.kind != Kind::conflict) {
        return Failure(error);
    }
    MN_TRY(const auto receipt, receipt_of(hash));
    return receipt ? Result<Hash32>(hash) : Failure(error);
}

Result<json::Value> Client::receipt_json(const Hash32& transaction) const {
    return ask(*transport_, url_, "eth_getTransactionReceipt", list({hex(transaction.view())}));
}

Result<std::optional<Receipt>> Client::receipt_of(const Hash32& transaction) const {
    constexpr std::string_view kMethod = "eth_getTransactionReceipt";
    MN_TRY(const json::Value value, receipt_json(transaction));
    const json::Object* object = value.as_object();
    const json::Value* block = object == nullptr ? nullptr : object->find("blockHash");
    if (value.is_null() || (block != nullptr && block->is_null())) {
        return std::optional<Receipt>();
    }
    MN_TRY(Receipt receipt, named(kMethod, internal::parse_receipt(value)));
    if (receipt.transaction != transaction) {
        return fail(Kind::invalid, "eth_getTransactionReceipt: of another transaction");
    }
    return std::optional<Receipt>(std::move(receipt));
}

Result<json::Array> Client::receipts_one_by_one(std::uint64_t number) const {
    MN_TRY(const json::Value block, block_json_at(number));
    MN_TRY(const auto hashes,
           named("eth_getBlockByNumber", internal::parse_transaction_hashes(block)));
    json::Array out;
    for (const Hash32& hash : hashes) {
        MN_TRY(json::Value receipt, receipt_json(hash));
        out.push_back(std::move(receipt));
    }
    return out;
}

Result<json::Array> Client::receipts_json_at(std::uint64_t number) const {
    constexpr std::string_view kMethod = "eth_getBlockReceipts";
    auto answer = transport_->call(url_, kMethod, list({write_quantity(number)}));
    if (!answer) {
        return fail_in(kMethod, answer.error());
    }
    if (answer->error) {
        return answer->error->code == kMethodNotFound
                   ? receipts_one_by_one(number)
                   : Failure(internal::error_of(kMethod, *answer->error));
    }
    if (answer->result.is_null()) {
        return fail(Kind::not_found, "eth_getBlockReceipts: no block " + std::to_string(number));
    }
    json::Array* receipts = answer->result.as_array();
    if (receipts == nullptr) {
        return fail(Kind::invalid, "eth_getBlockReceipts: expected an array");
    }
    return std::move(*receipts);
}

Result<std::vector<Bytes>> Client::raw_receipts_at(std::uint64_t number) const {
    MN_TRY(const json::Array receipts, receipts_json_at(number));
    std::vector<Bytes> out;
    for (const json::Value& item : receipts) {
        MN_TRY(const auto receipt, named("receipts of a block", internal::parse_receipt(item)));
        if (receipt.block_number != number || receipt.transaction_index != out.size()) {
            return fail(
                Kind::invalid,
                "receipts of a block: not those of block " + std::to_string(number) + " in order");
        }
        MN_TRY(Bytes raw, named("receipts of a block", internal::encode_receipt(item)));
        out.push_back(std::move(raw));
    }
    return out;
}

}  // namespace mednexus::chain
