#pragma once
/// What waits to be said on chain, and the signed transactions that say it, as rows. An item is
/// written with the act that needs it, before anything is sent; a raw transaction before it is
/// broadcast. See docs/formats/journal.md, "The outbox". Threads: safe (the database is).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/chain/transaction.hpp"
#include "mednexus/service/database.hpp"

namespace mednexus::service::internal {

/// In the order in which they are sent: what forbids goes first.
enum class ItemKind : std::uint8_t { revoke, tombstone, grant, register_case, anchor };

[[nodiscard]] std::string_view name_of(ItemKind kind) noexcept;

enum class ItemState : std::uint8_t {
    queued,   ///< not in a transaction yet
    sent,     ///< in a signed transaction that is not deep yet
    settled,  ///< in a transaction that succeeded and is deep
    refused   ///< the contract refuses it; `problem` says by which error
};

[[nodiscard]] std::string_view name_of(ItemState state) noexcept;

struct Item {
    ItemKind kind = ItemKind::anchor;
    std::string key;      ///< unique; e.g. "grant/<consent id>"
    std::string payload;  ///< canonical JSON; public
    ItemState state = ItemState::queued;
    std::string problem;
    std::optional<Hash32> transaction;
};

enum class TransactionState : std::uint8_t {
    sent,     ///< signed; broadcast again until it is in a block
    settled,  ///< deep
    failed,   ///< deep, and the contract refused it
    lost      ///< another transaction took its nonce
};

struct OutboxTransaction {
    Hash32 hash;
    std::uint64_t nonce = 0;
    Bytes raw;
    TransactionState state = TransactionState::sent;
};

class ChainOutbox {
public:
    /// `database` must outlive the outbox.
    explicit ChainOutbox(Database& database) : database_(&database) {}

    /// The same key again changes nothing. Errors: io, busy.
    [[nodiscard]] Result<void> enqueue(ItemKind kind, std::string_view key, std::string payload);
    /// Errors: not_found.
    [[nodiscard]] Result<Item> item(std::string_view key) const;
    [[nodiscard]] Result<std::vector<Item>> queued(ItemKind kind, std::size_t count_max) const;
    [[nodiscard]] Result<std::uint64_t> count_open() const;  ///< queued or sent
    /// Whether an anchor of at least `size` entries is queued or sent.
    [[nodiscard]] Result<bool> has_open_anchor(std::uint64_t size) const;

    /// The transaction and the items it carries, in one commit.
    [[nodiscard]] Result<void> insert(const OutboxTransaction& transaction,
                                      const std::vector<Item>& items);
    /// Those in state sent, by nonce.
    [[nodiscard]] Result<std::vector<OutboxTransaction>> unsettled() const;
    /// Its items follow: settled; refused with `problem`; queued again when it was lost.
    [[nodiscard]] Result<void> close(const Hash32& transaction,
                                     TransactionState state,
                                     std::uint64_t block,
                                     std::string_view problem);
    [[nodiscard]] Result<void> refuse(std::string_view key, std::string_view problem);
    /// The items of a transaction stay sent; what its node says is shown with them.
    [[nodiscard]] Result<void> note_transaction(const Hash32& transaction,
                                                std::string_view problem);
    /// Stays queued; the problem is shown.
    [[nodiscard]] Result<void> note_problem(std::string_view key, std::string_view problem);

private:
    [[nodiscard]] Result<void> set_item(std::string_view key,
                                        std::string_view state,
                                        std::string_view problem);

    Database* database_;
};

}  // namespace mednexus::service::internal
