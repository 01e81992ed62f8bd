#include "mednexus/testing/internal/fake_header.hpp"

#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/internal/fake_trie.hpp"

namespace mednexus::testing::internal {

namespace {

constexpr std::size_t kBloomBytes = 256;
constexpr std::uint64_t kGasLimit = 30'000'000;

Bytes integer(std::uint64_t value) {
    Bytes out;
    constexpr unsigned kByteBits = 8;
    for (; value != 0; value >>= kByteBits) {
        out.insert(out.begin(), static_cast<std::uint8_t>(value));
    }
    return out;
}

Bytes hash_bytes(const Hash32& hash) {
    return to_bytes(hash.view());
}

void add_to_bloom(Bytes& bloom, BytesView item) {
    constexpr std::size_t kBitsEach = 3;
    constexpr unsigned kBits = 2048;
    const Hash32 hash = crypto::keccak256(item);
    for (std::size_t i = 0; i < kBitsEach; ++i) {
        const unsigned high = hash.array().at(2 * i);
        const unsigned bit = ((high << 8U) | hash.array().at(2 * i + 1)) % kBits;
        bloom[kBloomBytes - 1 - bit / 8] |= static_cast<std::uint8_t>(1U << (bit % 8));
    }
}

void encode_logs(rlp::List& to, const std::vector<chain::EventLog>& logs) {
    rlp::List out;
    for (const chain::EventLog& log : logs) {
        rlp::List topics;
        for (const Hash32& topic : log.topics) {
            topics.add(topic.view());
        }
        rlp::List fields;
        fields.add(log.address.view()).add_encoded(topics.encode()).add(log.data);
        out.add_encoded(fields.encode());
    }
    to.add_encoded(out.encode());
}

Bytes receipt_bytes(const MinedTransaction& mined) {
    constexpr std::uint8_t kType = 2;
    rlp::List fields;
    fields.add_integer(mined.has_succeeded ? 1 : 0)
        .add_integer(mined.cumulative_gas)
        .add(bloom_of(mined.logs));
    encode_logs(fields, mined.logs);
    Bytes out{kType};
    append(out, fields.encode());
    return out;
}

/// What the header says of the block's transactions together.
struct Sums {
    Hash32 transactions_root;
    Hash32 receipts_root;
    Bytes bloom;
    std::uint64_t gas_used = 0;
};

Sums sums_of(const FakeBlock& block) {
    std::vector<Bytes> transactions;
    std::vector<Bytes> receipts;
    std::vector<chain::EventLog> logs;
    Sums sums;
    for (const MinedTransaction& mined : block.transactions) {
        transactions.push_back(mined.sent.raw);
        receipts.push_back(receipt_bytes(mined));
        logs.insert(logs.end(), mined.logs.begin(), mined.logs.end());
        sums.gas_used = mined.cumulative_gas;
    }
    sums.transactions_root = trie_root(transactions);
    sums.receipts_root = trie_root(receipts);
    sums.bloom = bloom_of(logs);
    return sums;
}

}  // namespace

Bytes bloom_of(const std::vector<chain::EventLog>& logs) {
    Bytes bloom(kBloomBytes);
    for (const chain::EventLog& log : logs) {
        add_to_bloom(bloom, log.address.view());
        for (const Hash32& topic : log.topics) {
            add_to_bloom(bloom, topic.view());
        }
    }
    return bloom;
}

std::vector<HeaderField> header_fields(const FakeBlock& block) {
    const Sums sums = sums_of(block);
    const Hash32 no_uncles = crypto::keccak256(rlp::List().encode());
    const Bytes zero_hash(Hash32::kSizeBytes);
    constexpr std::size_t kNonceBytes = 8;
    const Bytes state = hash_bytes(crypto::keccak256(block.ref.parent.view()));  // of no meaning
    return {{"parentHash", hash_bytes(block.ref.parent)},
            {"sha3Uncles", hash_bytes(no_uncles)},
            {"miner", Bytes(chain::Address::kSizeBytes)},
            {"stateRoot", state},
            {"transactionsRoot", hash_bytes(sums.transactions_root)},
            {"receiptsRoot", hash_bytes(sums.receipts_root)},
            {"logsBloom", sums.bloom},
            {"difficulty", {}, true},
            {"number", integer(block.ref.number), true},
            {"gasLimit", integer(kGasLimit), true},
            {"gasUsed", integer(sums.gas_used), true},
            {"timestamp", integer(static_cast<std::uint64_t>(block.ref.time.seconds)), true},
            {"extraData", block.extra},
            {"mixHash", zero_hash},
            {"nonce", Bytes(kNonceBytes)},
            {"baseFeePerGas", {}, true},
            {"withdrawalsRoot", hash_bytes(trie_root({}))},
            {"blobGasUsed", {}, true},
            {"excessBlobGas", {}, true},
            {"parentBeaconBlockRoot", zero_hash},
            {"requestsHash", hash_bytes(crypto::sha256({}))}};
}

Hash32 header_hash(const FakeBlock& block) {
    rlp::List header;
    for (const HeaderField& field : header_fields(block)) {
        header.add(field.raw);
    }
    return crypto::keccak256(header.encode());
}

}  // namespace mednexus::testing::internal
