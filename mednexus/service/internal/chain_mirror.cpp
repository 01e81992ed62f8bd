#include "mednexus/service/internal/chain_mirror.hpp"

#include <limits>

#include "mednexus/service/internal/document_fields.hpp"
#include "mednexus/service/internal/rows.hpp"
#include "mednexus/service/internal/sqlite.hpp"

namespace mednexus::service::internal {

namespace {

using chain::BlockRef;
using chain::EventLog;

constexpr std::size_t kBlocksKept = 512;  ///< how far back a fork point is looked for

Bytes join_topics(const std::vector<Hash32>& topics) {
    Bytes out;
    for (const Hash32& topic : topics) {
        append(out, topic.view());
    }
    return out;
}

Result<std::vector<Hash32>> split_topics(BytesView raw) {
    std::vector<Hash32> out;
    for (; !raw.empty(); raw = raw.subspan(Hash32::kSizeBytes)) {
        if (raw.size() < Hash32::kSizeBytes) {
            return fail(Kind::corrupt, "database: topics of an event are cut");
        }
        MN_TRY(const Hash32 topic, Hash32::from(raw.first(Hash32::kSizeBytes)));
        out.push_back(topic);
    }
    return out;
}

/// What an event is about: the case's handle for cases, else its first indexed word.
std::string subject_of(const EventLog& event, const chain::Deployment& at) {
    const std::size_t index = event.address == at.cases ? 2 : 1;
    return index < event.topics.size() ? hex(event.topics[index]) : "";
}

/// Columns block, log_index, block_hash, address, topics, data, transaction_hash.
Result<EventLog> read_event(const Statement& row) {
    EventLog out;
    out.block_number = static_cast<std::uint64_t>(row.number(0));
    out.log_index = static_cast<std::uint64_t>(row.number(1));
    MN_TRY(out.block_hash, hex_column<Hash32>(row, 2));
    MN_TRY(out.address, hex_column<chain::Address>(row, 3));
    MN_TRY(out.topics, split_topics(row.blob(4)));
    out.data = row.blob(5);
    MN_TRY(out.transaction, hex_column<Hash32>(row, 6));
    return out;
}

Result<std::vector<EventLog>> read_events(Statement row) {
    std::vector<EventLog> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(EventLog one, read_event(row));
        out.push_back(std::move(one));
    }
}

Result<void> insert_event(Connection& connection,
                          const EventLog& event,
                          const chain::Deployment& at) {
    MN_TRY(Statement insert,
           connection.prepare("INSERT INTO chain_events VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
    insert.bind(static_cast<std::int64_t>(event.block_number))
        .bind(static_cast<std::int64_t>(event.log_index))
        .bind(hex(event.block_hash))
        .bind(codec::to_hex_0x(event.address.view()))
        .bind(BytesView(join_topics(event.topics)))
        .bind(BytesView(event.data))
        .bind(hex(event.transaction))
        .bind(subject_of(event, at));
    return insert.run();
}

/// A transaction whose block is gone waits again, and is broadcast again by the relay.
Result<void> forget_above(Connection& connection, std::int64_t keep) {
    for (const std::string_view sql :
         {"DELETE FROM chain_events WHERE block > ?1",
          "DELETE FROM chain_blocks WHERE number > ?1",
          "UPDATE chain_items SET state = 'sent', problem = '' WHERE transaction_hash IN"
          " (SELECT hash FROM chain_transactions WHERE block > ?1 AND state != 'lost')",
          "UPDATE chain_transactions SET state = 'sent', block = NULL"
          " WHERE block > ?1 AND state != 'lost'"}) {
        MN_TRY(Statement statement, connection.prepare(sql));
        statement.bind(keep);
        MN_DO(statement.run());
    }
    return {};
}

/// For another deployment: transactions of the one before mean nothing there, and their nonces
/// would leave a gap for ever. What is not signed for one contract is said anew.
Result<void> turn_outbox_over(Connection& connection) {
    for (const std::string_view sql :
         {"UPDATE chain_items SET state = 'refused', problem = 'signed for another deployment'"
          " WHERE kind IN ('grant', 'revoke')",
          "UPDATE chain_items SET state = 'queued', problem = '', transaction_hash = NULL"
          " WHERE kind NOT IN ('grant', 'revoke') AND state != 'refused'",
          "UPDATE chain_transactions SET state = 'lost', block = NULL"}) {
        MN_TRY(Statement statement, connection.prepare(sql));
        MN_DO(statement.run());
    }
    return {};
}

Result<void> remember(Connection& connection, const BlockRef& block) {
    MN_TRY(Statement insert,
           connection.prepare("INSERT OR REPLACE INTO chain_blocks VALUES(?1, ?2, ?3, ?4)"));
    insert.bind(static_cast<std::int64_t>(block.number))
        .bind(hex(block.hash))
        .bind(hex(block.parent))
        .bind(block.time.seconds);
    MN_DO(insert.run());
    MN_TRY(Statement prune,
           connection.prepare("DELETE FROM chain_blocks WHERE number NOT IN"
                              " (SELECT number FROM chain_blocks ORDER BY number DESC LIMIT ?1)"));
    prune.bind(static_cast<std::int64_t>(kBlocksKept));
    return prune.run();
}

void fold(InstitutionView& view, const chain::ContractEvent& event, bool is_deep) {
    if (const auto* made = std::get_if<chain::InstitutionAccredited>(&event)) {
        if (is_deep) {
            view = {.standing = chain::Standing::active,
                    .account = made->account,
                    .card = made->card,
                    .expires = made->expires};
        }
    } else if (const auto* renewed = std::get_if<chain::InstitutionRenewed>(&event)) {
        // A longer time permits, so it must be deep; a shorter one forbids at once.
        if (is_deep || renewed->expires < view.expires) {
            view.expires = renewed->expires;
        }
    } else if (const auto* changed = std::get_if<chain::InstitutionStatusChanged>(&event)) {
        if (is_deep || changed->standing != chain::Standing::active) {
            view.standing = changed->standing;
        }
    } else if (const auto* card = std::get_if<chain::CardPublished>(&event)) {
        view.card = is_deep ? std::optional(card->card) : std::nullopt;
    }
}

void fold(ConsentView& view, const chain::ContractEvent& event, bool is_deep) {
    if (std::holds_alternative<chain::ConsentRevoked>(event)) {
        view.state = ConsentState::revoked;
        return;
    }
    const auto* granted = std::get_if<chain::ConsentGranted>(&event);
    if (granted == nullptr || view.state == ConsentState::revoked) {
        return;
    }
    // A newer version replaces the one before even while it is not deep: then neither permits.
    view = {.state = is_deep ? ConsentState::granted : ConsentState::pending,
            .commitment = granted->commitment,
            .expires = granted->expires};
}

}  // namespace

Result<std::unique_ptr<ChainMirror>> ChainMirror::open(Database& database, chain::Deployment at) {
    std::unique_ptr<ChainMirror> out(new ChainMirror(database, at));
    // Another deployment: what was read of the one before says nothing about it.
    MN_TRY(auto connection, database.pool().lend());
    const std::string name = chain::write_deployment(at);
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    {
        MN_TRY(Statement known,
               connection->prepare("SELECT value FROM meta WHERE key = 'deployment'"));
        MN_TRY(const bool has_row, known.next());
        if (has_row && known.text(0) == name) {
            return out;
        }
    }
    MN_DO(turn_outbox_over(*connection));
    MN_DO(forget_above(*connection, -1));
    {
        MN_TRY(Statement keep,
               connection->prepare("INSERT OR REPLACE INTO meta VALUES('deployment', ?1)"));
        keep.bind(name);
        MN_DO(keep.run());
    }
    MN_DO(transaction.commit());
    return out;
}

Result<std::optional<BlockRef>> ChainMirror::newest_at_or_below(std::uint64_t number) const {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT number, hash, parent, time FROM chain_blocks"
                               " WHERE number <= ?1 ORDER BY number DESC LIMIT 1"));
    row.bind(static_cast<std::int64_t>(std::min(number, kMost)));
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return std::optional<BlockRef>();
    }
    BlockRef out;
    out.number = static_cast<std::uint64_t>(row.number(0));
    MN_TRY(out.hash, hex_column<Hash32>(row, 1));
    MN_TRY(out.parent, hex_column<Hash32>(row, 2));
    out.time = {row.number(3)};
    return std::optional(out);
}

Result<void> ChainMirror::apply(const Turn& turn) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    MN_DO(forget_above(*connection,
                       turn.keep_up_to ? static_cast<std::int64_t>(*turn.keep_up_to) : -1));
    for (const EventLog& event : turn.events) {
        MN_DO(insert_event(*connection, event, at_));
    }
    MN_DO(remember(*connection, turn.newest));
    return transaction.commit();
}

Result<std::vector<EventLog>> ChainMirror::events_of(const Hash32& subject) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT block, log_index, block_hash, address, topics, data,"
                               " transaction_hash FROM chain_events WHERE subject = ?1"
                               " ORDER BY block, log_index"));
    row.bind(hex(subject));
    return read_events(std::move(row));
}

Result<InstitutionView> ChainMirror::institution(const Hash32& id, Depth deep) const {
    InstitutionView out;
    MN_TRY(const std::vector<EventLog> events, events_of(id));
    for (const EventLog& event : events) {
        MN_TRY(const chain::ContractEvent parsed, chain::parse_event(at_, event));
        fold(out, parsed, event.block_number <= deep.block);
    }
    return out;
}

Result<ConsentView> ChainMirror::consent(const Hash32& handle, Depth deep) const {
    ConsentView out;
    MN_TRY(const std::vector<EventLog> events, events_of(handle));
    for (const EventLog& event : events) {
        MN_TRY(const chain::ContractEvent parsed, chain::parse_event(at_, event));
        fold(out, parsed, event.block_number <= deep.block);
    }
    return out;
}

Result<std::optional<AnchorView>> ChainMirror::anchor_of(const Hash32& institution,
                                                         std::uint64_t size,
                                                         Depth deep) const {
    MN_TRY(const std::vector<EventLog> events, events_of(institution));
    for (const EventLog& event : events) {
        MN_TRY(const chain::ContractEvent parsed, chain::parse_event(at_, event));
        const auto* anchored = std::get_if<chain::Anchored>(&parsed);
        if (anchored != nullptr && anchored->size >= size && event.block_number <= deep.block) {
            return std::optional(AnchorView{.size = anchored->size,
                                            .root = anchored->root,
                                            .block = event.block_number,
                                            .transaction = event.transaction});
        }
    }
    return std::optional<AnchorView>();
}

Result<std::vector<EventLog>> ChainMirror::all_events() const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT block, log_index, block_hash, address, topics, data,"
                               " transaction_hash FROM chain_events ORDER BY block, log_index"));
    return read_events(std::move(row));
}

}  // namespace mednexus::service::internal
