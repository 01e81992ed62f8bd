#include "mednexus/chain/receipt_proof.hpp"

#include <limits>

#include "mednexus/chain/internal/patricia.hpp"
#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {

namespace {

constexpr std::size_t kHeaderFieldsMin = 15;  // before EIP-1559
constexpr std::size_t kHeaderFieldsMax = 32;  // 21 at Prague; others may come
constexpr std::size_t kBloomBytes = 256;
constexpr std::size_t kMinerBytes = 20;
constexpr std::size_t kSealNonceBytes = 8;
constexpr std::size_t kReceiptFields = 4;
constexpr std::size_t kLogFields = 3;
constexpr std::size_t kTopicsMax = 4;
constexpr std::uint8_t kReceiptTypeMax = 4;  // legacy has none; EIP-2930, 1559, 4844, 7702
constexpr std::uint8_t kListPrefix = 0xC0;   // a legacy receipt begins with its list
// Around the receipt in a leaf: prefixes of list, path and value, and a path of 32 bytes at most.
constexpr std::size_t kNodeSizeBytesMax = kReceiptSizeBytesMax + 64;

Failure refuse(std::string what) {
    return fail(Kind::invalid, std::move(what));
}

Result<void> check_length(const rlp::Item& item, std::size_t size_bytes, const char* what) {
    MN_TRY(const BytesView bytes, rlp::to_string(item));
    if (bytes.size() != size_bytes) {
        return refuse(std::string("header: ") + what + " of " + std::to_string(bytes.size()) +
                      " bytes");
    }
    return {};
}

/// The fields that a verifier does not read, but that make it a header and nothing else.
Result<void> check_other_fields(const std::vector<rlp::Item>& fields) {
    MN_DO(check_length(fields[1], Hash32::kSizeBytes, "uncles"));
    MN_DO(check_length(fields[2], kMinerBytes, "miner"));
    MN_DO(check_length(fields[3], Hash32::kSizeBytes, "state root"));
    MN_DO(check_length(fields[4], Hash32::kSizeBytes, "transactions root"));
    MN_DO(check_length(fields[6], kBloomBytes, "bloom"));
    MN_DO(rlp::to_word(fields[7]).map([](const auto&) {}));      // difficulty
    MN_DO(rlp::to_integer(fields[9]).map([](const auto&) {}));   // gas limit
    MN_DO(rlp::to_integer(fields[10]).map([](const auto&) {}));  // gas used
    MN_DO(rlp::to_string(fields[12]).map([](const auto&) {}));   // extra data
    MN_DO(check_length(fields[13], Hash32::kSizeBytes, "mix digest"));
    return check_length(fields[14], kSealNonceBytes, "nonce");
}

Result<UnixTime> read_time(const rlp::Item& item) {
    MN_TRY(const std::uint64_t seconds, rlp::to_integer(item));
    if (seconds > std::numeric_limits<std::int64_t>::max()) {
        return refuse("header: a time over 63 bits");
    }
    return UnixTime{static_cast<std::int64_t>(seconds)};
}

Result<EventLog> read_log(const rlp::Item& item) {
    if (!item.is_list || item.items.size() != kLogFields || !item.items[1].is_list ||
        item.items[1].items.size() > kTopicsMax) {
        return refuse("receipt: a log of another shape");
    }
    EventLog out;
    MN_TRY(out.address, rlp::to_fixed<Address>(item.items[0]));
    for (const rlp::Item& topic : item.items[1].items) {
        MN_TRY(const Hash32 value, rlp::to_fixed<Hash32>(topic));
        out.topics.push_back(value);
    }
    MN_TRY(const BytesView data, rlp::to_string(item.items[2]));
    out.data = to_bytes(data);
    return out;
}

Result<void> check_status(const rlp::Item& item) {
    MN_TRY(const BytesView raw, rlp::to_string(item));
    if (raw.size() > 1) {
        return refuse("receipt: a state root in place of a status");  // before Byzantium
    }
    MN_TRY(const std::uint64_t status, rlp::to_integer(item));
    if (status > 1) {
        return refuse("receipt: status " + std::to_string(status));
    }
    if (status == 0) {
        return fail(Kind::denied, "receipt: the transaction failed");
    }
    return {};
}

/// The list behind the type, if there is one.
Result<BytesView> receipt_list(BytesView receipt) {
    if (receipt.empty() || receipt.size() > kReceiptSizeBytesMax) {
        return refuse("receipt: " + std::to_string(receipt.size()) + " bytes");
    }
    const std::uint8_t first = receipt.front();
    if (first >= kListPrefix) {
        return receipt;
    }
    if (first == 0 || first > kReceiptTypeMax) {
        return refuse("receipt: type " + std::to_string(first));
    }
    return receipt.subspan(1);
}

Result<std::vector<EventLog>> read_receipt(BytesView receipt) {
    MN_TRY(const BytesView list, receipt_list(receipt));
    MN_TRY(const rlp::Item item, rlp::parse(list));
    if (!item.is_list || item.items.size() != kReceiptFields || !item.items[3].is_list) {
        return refuse("receipt: another shape");
    }
    MN_DO(rlp::to_integer(item.items[1]).map([](const auto&) {}));  // gas used so far
    MN_TRY(const BytesView bloom, rlp::to_string(item.items[2]));
    if (bloom.size() != kBloomBytes) {
        return refuse("receipt: a bloom of " + std::to_string(bloom.size()) + " bytes");
    }
    std::vector<EventLog> out;
    for (const rlp::Item& log : item.items[3].items) {
        MN_TRY(EventLog event, read_log(log));
        out.push_back(std::move(event));
    }
    MN_DO(check_status(item.items[0]));  // last: a receipt of another shape is that first
    return out;
}

std::vector<internal::TriePair> pairs_of(std::span<const Bytes> receipts) {
    std::vector<internal::TriePair> out;
    out.reserve(receipts.size());
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        out.push_back({.key = rlp::encode_integer(i), .value = receipts[i]});
    }
    return out;
}

}  // namespace

Result<Header> parse_header(BytesView raw) {
    MN_TRY(const rlp::Item item,
           rlp::parse(raw, {.size_bytes_max = kHeaderSizeBytesMax, .items_max = 64}));
    if (!item.is_list || item.items.size() < kHeaderFieldsMin ||
        item.items.size() > kHeaderFieldsMax) {
        return refuse("header: not a list of 15 to 32 fields");
    }
    const std::vector<rlp::Item>& fields = item.items;
    Header out;
    MN_TRY(out.ref.parent, rlp::to_fixed<Hash32>(fields[0]));
    MN_TRY(out.receipts_root, rlp::to_fixed<Hash32>(fields[5]));
    MN_TRY(out.ref.number, rlp::to_integer(fields[8]));
    MN_TRY(out.ref.time, read_time(fields[11]));
    MN_DO(check_other_fields(fields));
    out.ref.hash = crypto::keccak256(raw);
    return out;
}

Result<ReceiptProof> prove_receipt(std::span<const Bytes> receipts,
                                   std::uint64_t index,
                                   const Hash32& receipts_root) {
    if (index >= receipts.size()) {
        return refuse("receipt: index " + std::to_string(index) + " of " +
                      std::to_string(receipts.size()));
    }
    for (const Bytes& receipt : receipts) {
        if (receipt.empty()) {
            return refuse("receipt: an empty one");
        }
    }
    if (receipts[index].size() > kReceiptSizeBytesMax) {
        return refuse("receipt: " + std::to_string(receipts[index].size()) + " bytes");
    }
    ReceiptProof out;
    out.transaction_index = index;
    out.receipt = receipts[index];
    out.nodes = internal::trie_proof(pairs_of(receipts), rlp::encode_integer(index));
    if (crypto::keccak256(out.nodes.front()) != receipts_root) {
        return fail(Kind::corrupt, "receipt: the receipts do not give the header's root");
    }
    return out;
}

Result<std::vector<EventLog>> verify_receipt(const ReceiptProof& proof,
                                             const Hash32& receipts_root) {
    if (proof.nodes.size() > kProofNodesMax) {
        return refuse("receipt proof: " + std::to_string(proof.nodes.size()) + " nodes");
    }
    const Bytes key = rlp::encode_integer(proof.transaction_index);
    MN_TRY(const BytesView value,
           internal::trie_value(proof.nodes, key, receipts_root, kNodeSizeBytesMax));
    if (to_bytes(value) != proof.receipt) {
        return fail(Kind::corrupt, "receipt proof: it proves another receipt");
    }
    return read_receipt(value);
}

}  // namespace mednexus::chain
