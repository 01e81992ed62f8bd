#include "mednexus/service/internal/chain_outbox.hpp"

#include <array>

#include "mednexus/service/internal/document_fields.hpp"
#include "mednexus/service/internal/rows.hpp"
#include "mednexus/service/internal/sqlite.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::array<std::string_view, 5> kKinds{
    "revoke", "tombstone", "grant", "register", "anchor"};
constexpr std::array<std::string_view, 4> kItemStates{"queued", "sent", "settled", "refused"};
constexpr std::array<std::string_view, 4> kTransactionStates{"sent", "settled", "failed", "lost"};

template <typename Enum, std::size_t N>
Result<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) {
            return static_cast<Enum>(i);
        }
    }
    return fail(Kind::corrupt, "database: a column holds an unknown word");
}

std::string_view name_of(TransactionState state) noexcept {
    return kTransactionStates.at(static_cast<std::size_t>(state));
}

/// Columns kind, key, payload, state, problem, transaction_hash.
Result<Item> read_item(const Statement& row) {
    Item out;
    MN_TRY(out.kind, named<ItemKind>(kKinds, row.text(0)));
    out.key = row.text(1);
    out.payload = row.text(2);
    MN_TRY(out.state, named<ItemState>(kItemStates, row.text(3)));
    out.problem = row.text(4);
    if (!row.is_null(5)) {
        MN_TRY(const Hash32 hash, hex_column<Hash32>(row, 5));
        out.transaction = hash;
    }
    return out;
}

Result<void> attach(Connection& connection, const Item& item, const Hash32& transaction) {
    MN_TRY(Statement update,
           connection.prepare("UPDATE chain_items SET state = 'sent', problem = '',"
                              " transaction_hash = ?2 WHERE key = ?1 AND state = 'queued'"));
    update.bind(item.key).bind(hex(transaction));
    return update.run();
}

/// What becomes of the items when their transaction ends so.
std::string_view item_state_after(TransactionState state) noexcept {
    switch (state) {
        case TransactionState::settled:
            return "settled";
        case TransactionState::failed:  // asked for its gas anew, the contract says why, or takes
                                        // it
        case TransactionState::lost:
            return "queued";
        case TransactionState::sent:
            break;
    }
    return "sent";
}

}  // namespace

std::string_view name_of(ItemKind kind) noexcept {
    return kKinds.at(static_cast<std::size_t>(kind));
}

std::string_view name_of(ItemState state) noexcept {
    return kItemStates.at(static_cast<std::size_t>(state));
}

Result<void> ChainOutbox::enqueue(ItemKind kind, std::string_view key, std::string payload) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT OR IGNORE INTO chain_items(kind, key, payload, state)"
                               " VALUES(?1, ?2, ?3, 'queued')"));
    insert.bind(name_of(kind)).bind(key).bind(std::string_view(payload));
    return insert.run();
}

Result<Item> ChainOutbox::item(std::string_view key) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT kind, key, payload, state, problem, transaction_hash"
                               " FROM chain_items WHERE key = ?1"));
    row.bind(key);
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return fail(Kind::not_found, "chain: nothing of this name was to be said");
    }
    return read_item(row);
}

Result<std::vector<Item>> ChainOutbox::queued(ItemKind kind, std::size_t count_max) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT kind, key, payload, state, problem, transaction_hash"
                               " FROM chain_items WHERE state = 'queued' AND kind = ?1"
                               " ORDER BY number LIMIT ?2"));
    row.bind(name_of(kind)).bind(static_cast<std::int64_t>(count_max));
    std::vector<Item> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(Item one, read_item(row));
        out.push_back(std::move(one));
    }
}

Result<std::uint64_t> ChainOutbox::count_open() const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(
        Statement row,
        connection->prepare("SELECT count(*) FROM chain_items WHERE state IN ('queued', 'sent')"));
    MN_TRY(const bool has_row, row.next());
    return has_row ? static_cast<std::uint64_t>(row.number(0)) : 0;
}

Result<bool> ChainOutbox::has_open_anchor(std::uint64_t size) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT 1 FROM chain_items WHERE kind = 'anchor'"
                               " AND state IN ('queued', 'sent')"
                               " AND CAST(substr(key, length('anchor/') + 1) AS INTEGER) >= ?1"));
    row.bind(static_cast<std::int64_t>(size));
    return row.next();
}

Result<void> ChainOutbox::insert(const OutboxTransaction& transaction,
                                 const std::vector<Item>& items) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction commit, Transaction::begin(*connection));
    {
        MN_TRY(Statement row,
               connection->prepare("INSERT INTO chain_transactions(hash, nonce, raw, state)"
                                   " VALUES(?1, ?2, ?3, 'sent')"));
        row.bind(hex(transaction.hash))
            .bind(static_cast<std::int64_t>(transaction.nonce))
            .bind(BytesView(transaction.raw));
        MN_DO(row.run());
    }
    for (const Item& item : items) {
        MN_DO(attach(*connection, item, transaction.hash));
    }
    return commit.commit();
}

Result<std::vector<OutboxTransaction>> ChainOutbox::unsettled() const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT hash, nonce, raw FROM chain_transactions"
                               " WHERE state = 'sent' ORDER BY nonce"));
    std::vector<OutboxTransaction> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        OutboxTransaction one;
        MN_TRY(one.hash, hex_column<Hash32>(row, 0));
        one.nonce = static_cast<std::uint64_t>(row.number(1));
        one.raw = row.blob(2);
        out.push_back(std::move(one));
    }
}

Result<void> ChainOutbox::close(const Hash32& transaction,
                                TransactionState state,
                                std::uint64_t block,
                                std::string_view problem) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction commit, Transaction::begin(*connection));
    {
        MN_TRY(Statement update,
               connection->prepare(
                   "UPDATE chain_transactions SET state = ?2, block = ?3 WHERE hash = ?1"));
        update.bind(hex(transaction)).bind(name_of(state)).bind(static_cast<std::int64_t>(block));
        MN_DO(update.run());
    }
    {
        MN_TRY(Statement items,
               connection->prepare("UPDATE chain_items SET state = ?2, problem = ?3"
                                   " WHERE transaction_hash = ?1"));
        items.bind(hex(transaction)).bind(item_state_after(state)).bind(problem);
        MN_DO(items.run());
    }
    return commit.commit();
}

Result<void> ChainOutbox::note_transaction(const Hash32& transaction, std::string_view problem) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement update,
           connection->prepare("UPDATE chain_items SET problem = ?2 WHERE transaction_hash = ?1"
                               " AND problem != ?2"));
    update.bind(hex(transaction)).bind(problem);
    return update.run();
}

Result<void> ChainOutbox::refuse(std::string_view key, std::string_view problem) {
    return set_item(key, "refused", problem);
}

Result<void> ChainOutbox::note_problem(std::string_view key, std::string_view problem) {
    return set_item(key, "queued", problem);
}

Result<void> ChainOutbox::set_item(std::string_view key,
                                   std::string_view state,
                                   std::string_view problem) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement update,
           connection->prepare("UPDATE chain_items SET state = ?2, problem = ?3"
                               " WHERE key = ?1 AND state = 'queued'"));
    update.bind(key).bind(state).bind(problem);
    return update.run();
}

}  // namespace mednexus::service::internal
