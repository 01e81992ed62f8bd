#pragma once
/// Says on chain what waits in the outbox: batches of one kind to a transaction, signed and kept
/// before they are sent, broadcast again until they are deep. See docs/formats/journal.md, "The
/// outbox". Threads: one turn at a time; the caller locks.
#include "mednexus/chain/client.hpp"
#include "mednexus/service/home.hpp"
#include "mednexus/service/internal/chain_outbox.hpp"

namespace mednexus::service::internal {

class ChainRelay {
public:
    /// `client` and `outbox` must outlive the relay.
    ChainRelay(const chain::Client& client,
               ChainOutbox& outbox,
               ChainConfig config,
               Secret<32> account_key)
        : client_(&client),
          outbox_(&outbox),
          config_(std::move(config)),
          account_key_(std::move(account_key)) {}

    /// Settles what became deep, broadcasts the rest again, and sends what is queued.
    /// Errors   unavailable and busy: try again; what is kept stays as it is
    [[nodiscard]] Result<void> turn(const chain::BlockRef& newest);

private:
    [[nodiscard]] Result<void> settle(const chain::BlockRef& newest);
    [[nodiscard]] Result<void> settle_one(const OutboxTransaction& one,
                                          const chain::BlockRef& newest,
                                          std::uint64_t account_nonce);
    [[nodiscard]] Result<void> send(ItemKind kind);
    [[nodiscard]] Result<void> send_batch(const std::vector<Item>& items);
    [[nodiscard]] Result<void> sort_out(const std::vector<Item>& items, const Error& refusal);
    [[nodiscard]] Result<chain::Transaction> make_transaction(const chain::CallRequest& call,
                                                              std::uint64_t gas) const;

    const chain::Client* client_;
    ChainOutbox* outbox_;
    ChainConfig config_;
    Secret<32> account_key_;
};

// --- payloads of items, as canonical JSON ---

[[nodiscard]] std::string write_grant_item(const chain::Signed<chain::ConsentGrant>& grant);
[[nodiscard]] std::string write_revocation_item(
    const chain::Signed<chain::ConsentRevocation>& revocation);
[[nodiscard]] std::string write_register_item(const chain::CaseEntry& entry);
[[nodiscard]] std::string write_tombstone_item(const Hash32& handle);
[[nodiscard]] std::string write_anchor_item(std::uint64_t size,
                                            const Hash32& root,
                                            const std::string& checkpoint);
/// The signed checkpoint that was anchored. Errors: corrupt.
[[nodiscard]] Result<std::string> checkpoint_of(const Item& anchor);

/// Calldata for items of one kind; of anchors only one. Errors: corrupt: not what write_* wrote.
[[nodiscard]] Result<Bytes> calldata_of(const std::vector<Item>& items);

}  // namespace mednexus::service::internal
