#include "mednexus/service/internal/chain_relay.hpp"

#include <algorithm>
#include <array>

#include "mednexus/chain/transaction.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/core/log.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::array<ItemKind, 5> kOrder{ItemKind::revoke,
                                         ItemKind::tombstone,
                                         ItemKind::grant,
                                         ItemKind::register_case,
                                         ItemKind::anchor};

const chain::Address& target_of(ItemKind kind, const chain::Deployment& at) {
    switch (kind) {
        case ItemKind::revoke:
        case ItemKind::grant:
            return at.consents;
        case ItemKind::tombstone:
        case ItemKind::register_case:
            return at.cases;
        case ItemKind::anchor:
            break;
    }
    return at.anchors;
}

/// Errors of the contracts that stay true whatever happens. Any other refusal may pass: an
/// institution is reinstated, a node catches up; a revocation is not given up for that.
constexpr std::array<std::string_view, 8> kFinal{"InvalidSignature",
                                                 "ConsentIsRevoked",
                                                 "StaleVersion",
                                                 "ExpiryInThePast",
                                                 "CaseExists",
                                                 "CaseTombstonedBefore",
                                                 "SizeNotLarger",
                                                 "Equivocation"};

bool may_pass(const Error& refusal) {
    const auto is_named = [&](std::string_view name) {
        return refusal.what.find(name) != std::string::npos;
    };
    return std::none_of(kFinal.begin(), kFinal.end(), is_named);
}

}  // namespace

Result<void> ChainRelay::turn(const chain::BlockRef& newest) {
    MN_DO(settle(newest));
    for (const ItemKind kind : kOrder) {
        MN_DO(send(kind));
    }
    return {};
}

Result<void> ChainRelay::settle(const chain::BlockRef& newest) {
    MN_TRY(const std::vector<OutboxTransaction> unsettled, outbox_->unsettled());
    if (unsettled.empty()) {
        return {};
    }
    MN_TRY(const chain::Address own, crypto::evm_address_of(account_key_));
    MN_TRY(const std::uint64_t nonce, client_->nonce_of(own, chain::Client::NonceAt::latest));
    MN_TRY(const std::uint64_t pending, client_->nonce_of(own, chain::Client::NonceAt::pending));
    // Another's transaction stood before our first one, and the chain forgot it: nothing of ours
    // would ever be mined. What it carries is said anew, under the nonce that is free.
    if (unsettled.front().nonce > pending) {
        MN_DO(outbox_->close(unsettled.front().hash, TransactionState::lost, 0, ""));
    }
    for (const OutboxTransaction& one : unsettled) {
        if (one.nonce <= pending || &one != &unsettled.front()) {
            MN_DO(settle_one(one, newest, nonce));
        }
    }
    return {};
}

Result<void> ChainRelay::settle_one(const OutboxTransaction& one,
                                    const chain::BlockRef& newest,
                                    std::uint64_t account_nonce) {
    MN_TRY(const std::optional<chain::Receipt> receipt, client_->receipt_of(one.hash));
    if (!receipt) {
        const auto sent = client_->send_raw(one.raw);
        if (sent || sent.error().kind != Kind::conflict || account_nonce <= one.nonce) {
            // In the pool now, or the node will not have it yet: next turn.
            return outbox_->note_transaction(one.hash, sent ? "" : sent.error().what);
        }
        // Its nonce is used and it has no receipt. What our items ask for is idempotent on chain,
        // so asking again is safe even if the node merely lags.
        log(LogLevel::warning,
            "chain.transaction_lost",
            {{"hash", codec::to_hex_0x(one.hash.view())}});
        return outbox_->close(one.hash, TransactionState::lost, 0, "");
    }
    if (newest.number + 1 < receipt->block_number + config_.confirmations) {
        return {};  // not deep yet
    }
    return receipt->succeeded
               ? outbox_->close(one.hash, TransactionState::settled, receipt->block_number, "")
               : outbox_->close(one.hash,
                                TransactionState::failed,
                                receipt->block_number,
                                "the contract refused the transaction");
}

Result<void> ChainRelay::send(ItemKind kind) {
    // One log has one newest state: of several anchors only the last one is worth sending.
    if (kind == ItemKind::anchor) {
        MN_TRY(std::vector<Item> anchors, outbox_->queued(kind, chain::kBatchMax));
        while (anchors.size() > 1) {
            MN_DO(outbox_->refuse(anchors.front().key, "a later state of the log is anchored"));
            anchors.erase(anchors.begin());
        }
        return anchors.empty() ? Result<void>() : send_batch(anchors);
    }
    MN_TRY(const std::vector<Item> items, outbox_->queued(kind, chain::kBatchMax));
    return items.empty() ? Result<void>() : send_batch(items);
}

Result<void> ChainRelay::send_batch(const std::vector<Item>& items) {
    MN_TRY(const chain::Address own, crypto::evm_address_of(account_key_));
    MN_TRY(Bytes data, calldata_of(items));
    const chain::CallRequest call{
        .from = own, .to = target_of(items.front().kind, config_.at), .data = std::move(data)};
    const auto gas = client_->estimate_gas(call);
    if (!gas) {
        return gas.error().kind == Kind::denied ? sort_out(items, gas.error())
                                                : Result<void>(tl::unexpected(gas.error()));
    }
    MN_TRY(const chain::Transaction transaction, make_transaction(call, *gas));
    MN_TRY(const chain::SignedTransaction made, chain::sign(transaction, account_key_));
    MN_DO(outbox_->insert({.hash = made.hash, .nonce = transaction.nonce, .raw = made.raw}, items));
    const auto sent = client_->send_raw(made.raw);
    log(sent ? LogLevel::info : LogLevel::warning,
        "chain.sent",
        {{"kind", std::string(name_of(items.front().kind))},
         {"items", std::to_string(items.size())},
         {"outcome", sent ? "ok" : std::string(name_of(sent.error().kind))}});
    // Kept: a broadcast that failed is made again at the next turn.
    return outbox_->note_transaction(made.hash, sent ? "" : sent.error().what);
}

/// A batch that the contract refuses is tried item by item, so that one bad item stops no other.
Result<void> ChainRelay::sort_out(const std::vector<Item>& items, const Error& refusal) {
    if (items.size() > 1) {
        for (const Item& item : items) {
            MN_DO(send_batch({item}));
        }
        return {};
    }
    const Item& item = items.front();
    return may_pass(refusal) ? outbox_->note_problem(item.key, refusal.what)
                             : outbox_->refuse(item.key, refusal.what);
}

Result<chain::Transaction> ChainRelay::make_transaction(const chain::CallRequest& call,
                                                        std::uint64_t gas) const {
    MN_TRY(const chain::Client::Fees fees, client_->fees());
    MN_TRY(const std::uint64_t pending,
           client_->nonce_of(call.from, chain::Client::NonceAt::pending));
    MN_TRY(const std::vector<OutboxTransaction> kept, outbox_->unsettled());
    std::uint64_t nonce = pending;
    for (const OutboxTransaction& one : kept) {  // by nonce
        nonce += one.nonce == nonce ? 1 : 0;
    }
    // A chain whose blocks ask nothing wants no tip either, whatever its node suggests.
    const std::uint64_t suggested = fees.base_fee_wei == 0 ? 0 : fees.tip_wei;
    const std::uint64_t tip = std::max(suggested, config_.tip_wei_min);
    // A kept nonce that the chain does not count is of a transaction that its node forgot and gets
    // again.
    return chain::Transaction{.chain_id = config_.at.chain_id,
                              .nonce = nonce,
                              .tip_wei = tip,
                              .fee_wei_max = 2 * fees.base_fee_wei + tip,
                              .gas_limit = gas + gas * 3 / 10,
                              .to = call.to,
                              .value_wei = 0,
                              .data = call.data};
}

}  // namespace mednexus::service::internal
