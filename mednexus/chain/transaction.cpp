#include "mednexus/chain/transaction.hpp"

#include <algorithm>
#include <array>

#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {

namespace {

constexpr std::uint8_t kType = 0x02;
constexpr std::size_t kSignedFields = 12;

Failure refuse(std::string what) {
    return fail(Kind::invalid, "transaction: " + std::move(what));
}

/// The nine fields that are signed, in the order of EIP-1559.
rlp::List fields_of(const Transaction& transaction) {
    rlp::List list;
    list.add_integer(transaction.chain_id)
        .add_integer(transaction.nonce)
        .add_integer(transaction.tip_wei)
        .add_integer(transaction.fee_wei_max)
        .add_integer(transaction.gas_limit)
        .add(transaction.to ? transaction.to->view() : BytesView{})
        .add_integer(transaction.value_wei)
        .add(transaction.data)
        .add_encoded(rlp::List().encode());  // no access list
    return list;
}

Bytes typed(const rlp::List& list) {
    Bytes out{kType};
    append(out, list.encode());
    return out;
}

Hash32 signing_digest(const Transaction& transaction) {
    return crypto::keccak256(typed(fields_of(transaction)));
}

Result<void> check_fees(const Transaction& transaction) {
    if (transaction.tip_wei > transaction.fee_wei_max) {
        return refuse("the tip is above the fee");
    }
    return {};
}

Result<std::optional<Address>> read_to(const rlp::Item& item) {
    MN_TRY(const BytesView raw, rlp::to_string(item));
    if (raw.empty()) {
        return std::optional<Address>{};
    }
    MN_TRY(const Address to, Address::from(raw));
    return std::optional<Address>{to};
}

Result<Transaction> read_fields(const std::vector<rlp::Item>& items) {
    Transaction out;
    MN_TRY(out.chain_id, rlp::to_integer(items[0]));
    MN_TRY(out.nonce, rlp::to_integer(items[1]));
    MN_TRY(out.tip_wei, rlp::to_integer(items[2]));
    MN_TRY(out.fee_wei_max, rlp::to_integer(items[3]));
    MN_TRY(out.gas_limit, rlp::to_integer(items[4]));
    MN_TRY(out.to, read_to(items[5]));
    MN_TRY(out.value_wei, rlp::to_integer(items[6]));
    MN_TRY(const BytesView data, rlp::to_string(items[7]));
    out.data = to_bytes(data);
    if (!items[8].is_list || !items[8].items.empty()) {
        return refuse("an access list");
    }
    MN_DO(check_fees(out));
    return out;
}

Result<crypto::RecoverableSignature> read_signature(const std::vector<rlp::Item>& items) {
    crypto::RecoverableSignature out;
    MN_TRY(const std::uint64_t parity, rlp::to_integer(items[9]));
    if (parity > 1) {
        return refuse("parity over 1");
    }
    out.parity = static_cast<std::uint8_t>(parity);
    MN_TRY(const auto r, rlp::to_word(items[10]));
    MN_TRY(const auto s, rlp::to_word(items[11]));
    out.r = Hash32(r);
    out.s = Hash32(s);
    return out;
}

}  // namespace

Result<SignedTransaction> sign(const Transaction& transaction, const Secret<32>& key) {
    MN_DO(check_fees(transaction));
    if (transaction.data.size() > kTransactionSizeBytesMax) {
        return refuse("data of " + std::to_string(transaction.data.size()) + " bytes");
    }
    auto signature = crypto::sign_recoverable(key, signing_digest(transaction));
    if (!signature) {
        return fail(Kind::internal, "transaction.sign: " + signature.error().what);
    }
    rlp::List list = fields_of(transaction);
    list.add_integer(signature->parity)
        .add_integer(signature->r.view())
        .add_integer(signature->s.view());
    SignedTransaction out;
    out.raw = typed(list);
    if (out.raw.size() > kTransactionSizeBytesMax) {
        return refuse(std::to_string(out.raw.size()) + " bytes");
    }
    out.hash = crypto::keccak256(out.raw);
    return out;
}

Result<ReadTransaction> parse_transaction(BytesView raw) {
    if (raw.size() > kTransactionSizeBytesMax) {
        return refuse(std::to_string(raw.size()) + " bytes");
    }
    if (raw.empty() || raw.front() != kType) {
        return refuse("not of type 2");
    }
    MN_TRY(const rlp::Item list, rlp::parse(raw.subspan(1)));
    if (!list.is_list || list.items.size() != kSignedFields) {
        return refuse("not a list of 12 fields");
    }
    ReadTransaction out;
    MN_TRY(out.transaction, read_fields(list.items));
    MN_TRY(const crypto::RecoverableSignature signature, read_signature(list.items));
    MN_TRY(out.sender, crypto::recover_signer(signing_digest(out.transaction), signature));
    out.hash = crypto::keccak256(raw);
    return out;
}

Address created_address(const Address& sender, std::uint64_t nonce) {
    const Bytes encoded = rlp::List().add(sender.view()).add_integer(nonce).encode();
    const Hash32 digest = crypto::keccak256(encoded);
    Address out;
    std::copy_n(digest.array().end() - Address::kSizeBytes,
                Address::kSizeBytes,
                out.mutable_array().begin());
    return out;
}

}  // namespace mednexus::chain
