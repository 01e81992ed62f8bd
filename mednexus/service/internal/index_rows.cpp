#include "mednexus/service/internal/index_rows.hpp"

#include <algorithm>

#include "mednexus/service/internal/document_fields.hpp"
#include "mednexus/service/internal/part_list.hpp"
#include "mednexus/service/internal/rows.hpp"

namespace mednexus::service::internal {

namespace {

template <typename T, typename Read>
Result<std::vector<T>> read_all(Statement row, Read&& read) {
    std::vector<T> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(T one, read(row));
        out.push_back(std::move(one));
    }
}

/// Columns id, data_key, number, state, sealed, lifted, session, count of slots.
Result<BatchRow> read_batch(const Statement& row) {
    BatchRow out;
    out.id = row.text(0);
    MN_TRY(out.data_key, hex_column<Hash32>(row, 1));
    out.number = static_cast<std::uint64_t>(row.number(2));
    out.is_live = row.text(3) == "live";
    MN_TRY(out.sealed, parse_part_list(row.text(4)));
    MN_TRY(out.lifted, parse_part_list(row.text(5)));
    if (!row.text(6).empty()) {
        MN_TRY(out.session, hex_column<Hash32>(row, 6));
    }
    out.cases = static_cast<std::size_t>(row.number(7));
    return out;
}

Result<void> insert_key(Connection& connection,
                        const FieldSeal& seal,
                        std::string_view consortium_id,
                        const IndexPlan::NewKey& key) {
    const std::string name = hex(key.name);
    MN_TRY(Statement insert,
           connection.prepare("INSERT INTO data_keys VALUES(?1, ?2, ?3, 'open')"));
    insert.bind(name)
        .bind(consortium_id)
        .bind(seal.seal({"data_keys", name, "seed"}, key.seed.reveal()));
    return insert.run();
}

Result<void> insert_batch(Connection& connection, const IndexPlan::NewBatch& batch) {
    {
        MN_TRY(Statement insert,
               connection.prepare("INSERT INTO batches(id, data_key, number, state)"
                                  " VALUES(?1, ?2, ?3, 'live')"));
        insert.bind(batch.id)
            .bind(hex(batch.data_key))
            .bind(static_cast<std::int64_t>(batch.number));
        MN_DO(insert.run());
    }
    for (std::size_t slot = 0; slot < batch.cases.size(); ++slot) {
        MN_TRY(Statement insert,
               connection.prepare("INSERT INTO batch_slots"
                                  " SELECT ?1, ?2, id FROM cases WHERE id = ?3"));
        insert.bind(batch.id)
            .bind(static_cast<std::int64_t>(slot))
            .bind(codec::to_hex_0x(batch.cases[slot].view()));
        MN_DO(insert.run());
    }
    return {};
}

Result<void> run_for(Connection& connection, std::string_view sql, std::string_view value) {
    MN_TRY(Statement statement, connection.prepare(sql));
    statement.bind(value);
    return statement.run();
}

Result<IndexDocument> read_note(const Statement& row) {
    auto index = parse_index(row.text(0));
    if (!index) {
        return fail(Kind::corrupt, "database: an index document on file does not read");
    }
    return index;
}

/// Columns batch, data_key, sealed, lifted.
Result<IndexBatch> read_lift(const Statement& row) {
    IndexBatch out;
    out.id = row.text(0);
    MN_TRY(out.data_key, hex_column<Hash32>(row, 1));
    MN_TRY(const auto sealed, parse_part_list(row.text(2)));
    MN_TRY(const auto lifted, parse_part_list(row.text(3)));
    if (!sealed || !lifted) {
        return fail(Kind::corrupt, "database: a lift on file has no parts");
    }
    out.sealed = *sealed;
    out.lifted = *lifted;
    return out;
}

}  // namespace

Result<std::vector<BatchRow>> IndexRows::batches(std::string_view consortium_id) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare(
               "SELECT batches.id, data_key, number, batches.state, sealed, lifted, session,"
               " (SELECT count(*) FROM batch_slots WHERE batch = batches.id) FROM batches"
               " JOIN data_keys ON data_keys.name = batches.data_key"
               " WHERE consortium_id = ?1 ORDER BY number"));
    row.bind(consortium_id);
    return read_all<BatchRow>(std::move(row), read_batch);
}

Result<std::vector<DataKeyRow>> IndexRows::data_keys(std::string_view consortium_id) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT name, state FROM data_keys WHERE consortium_id = ?1"));
    row.bind(consortium_id);
    return read_all<DataKeyRow>(std::move(row), [](const Statement& at) -> Result<DataKeyRow> {
        MN_TRY(const Hash32 name, hex_column<Hash32>(at, 0));
        return DataKeyRow{name, at.text(1) == "rewrite"};
    });
}

Result<Secret<32>> IndexRows::seed_of(const Hash32& data_key) const {
    const std::string name = hex(data_key);
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row, connection->prepare("SELECT seed_sealed FROM data_keys WHERE name = ?1"));
    row.bind(name);
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return fail(Kind::not_found, "data key " + name + ": not here");
    }
    MN_TRY(Bytes raw, database_->seal().open({"data_keys", name, "seed"}, row.blob(0)));
    auto seed = Secret<32>::from(raw);
    wipe(raw);
    return seed;
}

Result<bool> IndexRows::is_to_rewrite(const Hash32& data_key) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT 1 FROM data_keys WHERE name = ?1 AND state = 'rewrite'"));
    row.bind(hex(data_key));
    return row.next();
}

Result<std::vector<CaseId>> IndexRows::cases_without_slot(std::string_view consortium_id,
                                                          const Hash32& profile) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare(
               "SELECT id FROM cases WHERE profile = ?2 AND id NOT IN (SELECT case_id"
               " FROM batch_slots JOIN batches ON batches.id = batch_slots.batch"
               " JOIN data_keys ON data_keys.name = batches.data_key"
               " WHERE consortium_id = ?1 AND batches.state = 'live') ORDER BY cases.number"));
    row.bind(consortium_id).bind(hex(profile));
    return read_all<CaseId>(std::move(row),
                            [](const Statement& at) { return hex_column<CaseId>(at, 0); });
}

Result<std::vector<SlotRow>> IndexRows::slots(std::string_view batch) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare(
               "SELECT slot, case_id FROM batch_slots WHERE batch = ?1 ORDER BY slot"));
    row.bind(batch);
    return read_all<SlotRow>(std::move(row), [](const Statement& at) -> Result<SlotRow> {
        MN_TRY(const CaseId id, hex_column<CaseId>(at, 1));
        return SlotRow{static_cast<std::uint32_t>(at.number(0)), id};
    });
}

Result<std::vector<SealedSlot>> IndexRows::vectors(std::string_view batch) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT slot, id, vector_sealed FROM batch_slots"
                               " JOIN cases ON cases.id = case_id WHERE batch = ?1 ORDER BY slot"));
    row.bind(batch);
    return read_all<SealedSlot>(std::move(row), [&](const Statement& at) -> Result<SealedSlot> {
        MN_TRY(const Bytes raw,
               database_->seal().open({"cases", at.text(1), "vector"}, at.blob(2)));
        SealedSlot out{static_cast<std::uint32_t>(at.number(0)), {}};
        for (const std::uint8_t byte : raw) {
            out.vector.push_back(static_cast<std::int8_t>(byte));
        }
        return out;
    });
}

Result<void> IndexRows::apply(std::string_view consortium_id, const IndexPlan& plan) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    for (const IndexPlan::NewKey& key : plan.keys) {
        MN_DO(insert_key(*connection, database_->seal(), consortium_id, key));
    }
    for (const std::string& batch : plan.dropped) {
        MN_DO(run_for(*connection, "UPDATE batches SET state = 'dropped' WHERE id = ?1", batch));
    }
    for (const IndexPlan::NewBatch& batch : plan.batches) {
        MN_DO(insert_batch(*connection, batch));
    }
    return transaction.commit();
}

Result<void> IndexRows::set_sealed(std::string_view batch, const PartHashes& sealed) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement update, connection->prepare("UPDATE batches SET sealed = ?2 WHERE id = ?1"));
    update.bind(batch).bind(write_part_list(sealed));
    return update.run();
}

Result<void> IndexRows::set_lifted(std::string_view batch,
                                   const PartHashes& lifted,
                                   const Hash32& session) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement update,
           connection->prepare("UPDATE batches SET lifted = ?2, session = ?3 WHERE id = ?1"));
    update.bind(batch).bind(write_part_list(lifted)).bind(hex(session));
    return update.run();
}

Result<std::vector<Hash32>> IndexRows::retire(std::string_view consortium_id,
                                              const std::vector<std::string>& batches) {
    MN_TRY(auto connection, database_->pool().lend());
    std::vector<Hash32> keys;
    {
        MN_TRY(Transaction transaction, Transaction::begin(*connection));
        for (const std::string& batch : batches) {
            MN_DO(run_for(
                *connection, "DELETE FROM batches WHERE id = ?1 AND state = 'dropped'", batch));
        }
        MN_TRY(Statement row,
               connection->prepare("SELECT name FROM data_keys WHERE consortium_id = ?1"
                                   " AND state = 'rewrite'"
                                   " AND name NOT IN (SELECT data_key FROM batches)"));
        row.bind(consortium_id);
        MN_TRY(keys, read_all<Hash32>(std::move(row), [](const Statement& at) {
                   return hex_column<Hash32>(at, 0);
               }));
        for (const Hash32& key : keys) {
            MN_DO(run_for(*connection,
                          "UPDATE data_keys SET seed_sealed = zeroblob(60) WHERE name = ?1",
                          hex(key)));
            MN_DO(run_for(*connection, "DELETE FROM data_keys WHERE name = ?1", hex(key)));
        }
        MN_DO(transaction.commit());
    }
    MN_DO(connection->cut_log());
    return keys;
}

Result<std::vector<IndexRows::Trace>> IndexRows::traces_of(const CaseId& id) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT DISTINCT data_key, session FROM batch_slots"
                               " JOIN batches ON batches.id = batch WHERE case_id = ?1"
                               " ORDER BY data_key, session"));
    row.bind(codec::to_hex_0x(id.view()));
    return read_all<Trace>(std::move(row), [](const Statement& at) -> Result<Trace> {
        Trace out;
        MN_TRY(out.data_key, hex_column<Hash32>(at, 0));
        if (!at.text(1).empty()) {
            MN_TRY(out.session, hex_column<Hash32>(at, 1));
        }
        return out;
    });
}

Result<void> IndexRows::insert_note(const IndexDocument& index) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    const std::string session = hex(index.session);
    {
        MN_TRY(Statement row,
               connection->prepare("SELECT note FROM index_notes"
                                   " WHERE owner = ?1 AND session = ?2 AND serial = ?3"));
        row.bind(index.owner).bind(session).bind(static_cast<std::int64_t>(index.serial));
        MN_TRY(const bool has_row, row.next());
        if (has_row) {
            return row.text(0) == index.note
                       ? Result<void>()
                       : fail(Kind::conflict, "index: another one of this serial is on file");
        }
    }
    {
        MN_TRY(Statement insert,
               connection->prepare("INSERT INTO index_notes VALUES(?1, ?2, ?3, ?4, ?5)"));
        insert.bind(index.owner)
            .bind(session)
            .bind(static_cast<std::int64_t>(index.serial))
            .bind(hex(index.digest))
            .bind(index.note);
        MN_DO(insert.run());
    }
    return transaction.commit();
}

Result<std::vector<IndexDocument>> IndexRows::notes(std::string_view owner,
                                                    const Hash32& session) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT note FROM index_notes WHERE owner = ?1 AND session = ?2"
                               " ORDER BY serial DESC"));
    row.bind(owner).bind(hex(session));
    return read_all<IndexDocument>(std::move(row), read_note);
}

Result<void> IndexRows::delete_notes_before(std::string_view owner,
                                            const Hash32& session,
                                            std::uint64_t serial) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("DELETE FROM index_notes"
                               " WHERE owner = ?1 AND session = ?2 AND serial < ?3"));
    row.bind(owner).bind(hex(session)).bind(static_cast<std::int64_t>(serial));
    return row.run();
}

Result<void> IndexRows::delete_notes_of(const Hash32& session) {
    MN_TRY(auto connection, database_->pool().lend());
    return run_for(*connection, "DELETE FROM index_notes WHERE session = ?1", hex(session));
}

Result<std::optional<IndexBatch>> IndexRows::find_lift(const Hash32& session,
                                                       std::string_view owner,
                                                       std::string_view batch) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT batch, data_key, sealed, lifted FROM lifts"
                               " WHERE session = ?1 AND owner = ?2 AND batch = ?3"));
    row.bind(hex(session)).bind(owner).bind(batch);
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return std::optional<IndexBatch>();
    }
    MN_TRY(IndexBatch out, read_lift(row));
    return std::optional(std::move(out));
}

Result<std::vector<IndexBatch>> IndexRows::lifts(const Hash32& session,
                                                 std::string_view owner) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT batch, data_key, sealed, lifted FROM lifts"
                               " WHERE session = ?1 AND owner = ?2"));
    row.bind(hex(session)).bind(owner);
    return read_all<IndexBatch>(std::move(row), read_lift);
}

Result<void> IndexRows::insert_lift(const Hash32& session,
                                    std::string_view owner,
                                    const IndexBatch& lift) {
    MN_TRY(const auto before, find_lift(session, owner, lift.id));
    if (before) {
        return *before == lift ? Result<void>()
                               : fail(Kind::conflict, "index: the batch was lifted from others");
    }
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT INTO lifts VALUES(?1, ?2, ?3, ?4, ?5, ?6)"));
    insert.bind(hex(session))
        .bind(owner)
        .bind(lift.id)
        .bind(hex(lift.data_key))
        .bind(write_part_list(lift.sealed))
        .bind(write_part_list(lift.lifted));
    return insert.run();
}

Result<void> IndexRows::delete_lift(const Hash32& session,
                                    std::string_view owner,
                                    std::string_view batch) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(
        Statement row,
        connection->prepare("DELETE FROM lifts WHERE session = ?1 AND owner = ?2 AND batch = ?3"));
    row.bind(hex(session)).bind(owner).bind(batch);
    return row.run();
}

Result<void> IndexRows::delete_lifts_of(const Hash32& session) {
    MN_TRY(auto connection, database_->pool().lend());
    return run_for(*connection, "DELETE FROM lifts WHERE session = ?1", hex(session));
}

}  // namespace mednexus::service::internal
