#include "mednexus/chain/internal/answers.hpp"

#include <array>
#include <limits>

#include "mednexus/chain/internal/rpc_values.hpp"
#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain::internal {

namespace {

using Bloom = Fixed<struct BloomTag, 256>;
using Nonce8 = Fixed<struct Nonce8Tag, 8>;
using Word = Fixed<struct WordTag, 32>;

constexpr std::size_t kTopicsMax = 4;

template <typename F>
Result<Bytes> raw_fixed(const Members& members, std::string_view key) {
    MN_TRY(const F value, members.fixed<F>(key));
    return to_bytes(value.view());
}

Result<Bytes> raw_integer(const Members& members, std::string_view key) {
    return members.big_quantity(key);
}

Result<Bytes> raw_data(const Members& members, std::string_view key) {
    return members.data(key);
}

struct HeaderField {
    std::string_view name;
    Result<Bytes> (*read)(const Members&, std::string_view);
};

constexpr std::array<HeaderField, 15> kHeaderFields{{{"parentHash", raw_fixed<Hash32>},
                                                     {"sha3Uncles", raw_fixed<Hash32>},
                                                     {"miner", raw_fixed<Address>},
                                                     {"stateRoot", raw_fixed<Hash32>},
                                                     {"transactionsRoot", raw_fixed<Hash32>},
                                                     {"receiptsRoot", raw_fixed<Hash32>},
                                                     {"logsBloom", raw_fixed<Bloom>},
                                                     {"difficulty", raw_integer},
                                                     {"number", raw_integer},
                                                     {"gasLimit", raw_integer},
                                                     {"gasUsed", raw_integer},
                                                     {"timestamp", raw_integer},
                                                     {"extraData", raw_data},
                                                     {"mixHash", raw_fixed<Word>},
                                                     {"nonce", raw_fixed<Nonce8>}}};

/// In the order in which forks added them: London, Shanghai, Cancun (three), Prague.
constexpr std::array<HeaderField, 6> kLaterFields{{{"baseFeePerGas", raw_integer},
                                                   {"withdrawalsRoot", raw_fixed<Hash32>},
                                                   {"blobGasUsed", raw_integer},
                                                   {"excessBlobGas", raw_integer},
                                                   {"parentBeaconBlockRoot", raw_fixed<Hash32>},
                                                   {"requestsHash", raw_fixed<Hash32>}}};

/// A field this table does not know shows as a hash that does not fit.
Result<Bytes> encode_header(const Members& members) {
    rlp::List fields;
    for (const HeaderField& field : kHeaderFields) {
        MN_TRY(const Bytes raw, field.read(members, field.name));
        fields.add(raw);
    }
    for (const HeaderField& field : kLaterFields) {
        if (members.has(field.name)) {
            MN_TRY(const Bytes raw, field.read(members, field.name));
            fields.add(raw);
        }
    }
    return fields.encode();
}

Result<UnixTime> parse_time(const Members& members) {
    MN_TRY(const std::uint64_t seconds, members.quantity("timestamp"));
    if (seconds > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return fail(Kind::invalid, "timestamp: out of range");
    }
    return UnixTime{static_cast<std::int64_t>(seconds)};
}

Result<std::vector<Hash32>> parse_topics(const Members& members) {
    MN_TRY(const json::Array* items, members.array("topics"));
    if (items->size() > kTopicsMax) {
        return fail(Kind::invalid, "topics: more than 4");
    }
    std::vector<Hash32> out;
    for (const json::Value& item : *items) {
        MN_TRY(const Hash32 topic, parse_fixed<Hash32>(item));
        out.push_back(topic);
    }
    return out;
}

Result<void> check_belongs(const EventLog& log, const Receipt& receipt) {
    const bool belongs = log.transaction == receipt.transaction &&
                         log.block_hash == receipt.block_hash &&
                         log.block_number == receipt.block_number;
    if (!belongs) {
        return fail(Kind::invalid, "logs: one of another transaction");
    }
    return {};
}

Result<std::vector<EventLog>> parse_receipt_logs(const Members& members, const Receipt& receipt) {
    MN_TRY(const json::Array* items, members.array("logs"));
    std::vector<EventLog> out;
    for (const json::Value& item : *items) {
        MN_TRY(EventLog log, parse_log(item));
        MN_DO(check_belongs(log, receipt));
        out.push_back(std::move(log));
    }
    return out;
}

Result<bool> parse_status(const Members& members) {
    MN_TRY(const std::uint64_t status, members.quantity("status"));
    if (status > 1) {
        return fail(Kind::invalid, "status: neither 0 nor 1");
    }
    return status == 1;
}

Bytes encode_log(const EventLog& log) {
    rlp::List topics;
    for (const Hash32& topic : log.topics) {
        topics.add(topic.view());
    }
    rlp::List fields;
    fields.add(log.address.view()).add_encoded(topics.encode()).add(log.data);
    return fields.encode();
}

Result<std::uint8_t> parse_type(const Members& members) {
    constexpr std::uint64_t kTypeMax = 4;  // legacy, EIP-2930, EIP-1559, EIP-4844, EIP-7702
    if (!members.has("type")) {
        return std::uint8_t{0};
    }
    MN_TRY(const std::uint64_t type, members.quantity("type"));
    if (type > kTypeMax) {
        return fail(Kind::invalid, "type: " + std::to_string(type) + " is not known");
    }
    return static_cast<std::uint8_t>(type);
}

}  // namespace

Result<BlockRef> parse_block_ref(const json::Value& value) {
    MN_TRY(const Members members, Members::of(value));
    BlockRef ref;
    MN_TRY(ref.number, members.quantity("number"));
    MN_TRY(ref.hash, members.fixed<Hash32>("hash"));
    MN_TRY(ref.parent, members.fixed<Hash32>("parentHash"));
    MN_TRY(ref.time, parse_time(members));
    return ref;
}

Result<Block> parse_block(const json::Value& value) {
    MN_TRY(const Members members, Members::of(value));
    Block block;
    MN_TRY(block.ref, parse_block_ref(value));
    MN_TRY(block.receipts_root, members.fixed<Hash32>("receiptsRoot"));
    MN_TRY(block.header_rlp, encode_header(members));
    if (crypto::keccak256(block.header_rlp) != block.ref.hash) {
        return fail(
            Kind::corrupt,
            "block " + std::to_string(block.ref.number) + ": its header does not have its hash");
    }
    return block;
}

Result<std::vector<Hash32>> parse_transaction_hashes(const json::Value& block) {
    MN_TRY(const Members members, Members::of(block));
    MN_TRY(const json::Array* items, members.array("transactions"));
    std::vector<Hash32> out;
    for (const json::Value& item : *items) {
        MN_TRY(const Hash32 hash, parse_fixed<Hash32>(item));
        out.push_back(hash);
    }
    return out;
}

Result<EventLog> parse_log(const json::Value& value) {
    MN_TRY(const Members members, Members::of(value));
    EventLog log;
    MN_TRY(log.address, members.fixed<Address>("address"));
    MN_TRY(log.topics, parse_topics(members));
    MN_TRY(log.data, members.data("data"));
    MN_TRY(log.block_number, members.quantity("blockNumber"));
    MN_TRY(log.block_hash, members.fixed<Hash32>("blockHash"));
    MN_TRY(log.transaction, members.fixed<Hash32>("transactionHash"));
    MN_TRY(log.log_index, members.quantity("logIndex"));
    if (members.is_true("removed")) {
        return fail(Kind::invalid, "removed: a log of a block that is gone");
    }
    return log;
}

Result<Receipt> parse_receipt(const json::Value& value) {
    MN_TRY(const Members members, Members::of(value));
    Receipt receipt;
    MN_TRY(receipt.transaction, members.fixed<Hash32>("transactionHash"));
    MN_TRY(receipt.block_number, members.quantity("blockNumber"));
    MN_TRY(receipt.block_hash, members.fixed<Hash32>("blockHash"));
    MN_TRY(receipt.transaction_index, members.quantity("transactionIndex"));
    MN_TRY(receipt.gas_used, members.quantity("gasUsed"));
    MN_TRY(receipt.succeeded, parse_status(members));
    MN_TRY(receipt.logs, parse_receipt_logs(members, receipt));
    return receipt;
}

Result<Bytes> encode_receipt(const json::Value& value) {
    MN_TRY(const Members members, Members::of(value));
    MN_TRY(const std::uint8_t type, parse_type(members));
    MN_TRY(const Receipt receipt, parse_receipt(value));
    MN_TRY(const Bytes gas, members.big_quantity("cumulativeGasUsed"));
    MN_TRY(const Bloom bloom, members.fixed<Bloom>("logsBloom"));
    rlp::List logs;
    for (const EventLog& log : receipt.logs) {
        logs.add_encoded(encode_log(log));
    }
    rlp::List fields;
    fields.add_integer(receipt.succeeded ? 1 : 0).add(gas).add(bloom.view());
    fields.add_encoded(logs.encode());
    Bytes out;
    if (type != 0) {
        out.push_back(type);
    }
    append(out, fields.encode());
    return out;
}

}  // namespace mednexus::chain::internal
