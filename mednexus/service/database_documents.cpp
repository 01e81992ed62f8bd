/// Rows of commitments, consents, shares and received cases.
#include "mednexus/service/database.hpp"
#include "mednexus/service/internal/rows.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own wrapper

namespace internal {

Result<void> write_commitment(Connection& connection,
                              const FieldSeal& seal,
                              const Hash32& commitment,
                              std::string_view case_id,
                              const Hash32& salt,
                              std::string_view job) {
    const std::string key = codec::to_hex_0x(commitment.view());
    MN_TRY(Statement insert,
           connection.prepare("INSERT OR IGNORE INTO commitments VALUES(?1, ?2, ?3, ?4)"));
    insert.bind(key)
        .bind(case_id)
        .bind(seal.seal({"commitments", key, "salt"}, salt.view()))
        .bind(job);
    return insert.run();
}

}  // namespace internal

namespace {

/// Columns commitment, sender, root, header, manifest, purpose, received, leaf.
Result<ReceivedRow> read_received(const Statement& row, const FieldSeal& seal) {
    const std::string key = row.text(0);
    ReceivedRow out;
    MN_TRY(out.commitment, hex_column<Hash32>(row, 0));
    out.sender = row.text(1);
    MN_TRY(out.root, hex_column<ObjectRoot>(row, 2));
    MN_TRY(out.header, seal.open({"received", key, "header"}, row.blob(3)));
    MN_TRY(const Bytes manifest, seal.open({"received", key, "manifest"}, row.blob(4)));
    out.manifest = text_of(manifest);
    MN_TRY(out.purpose, parse_purpose(row.text(5)));
    out.received = {row.number(6)};
    out.leaf_index = static_cast<std::uint64_t>(row.number(7));
    return out;
}

}  // namespace

Result<void> Database::insert_commitments(std::span<const CommitmentRow> rows,
                                          std::string_view job) {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    for (const CommitmentRow& row : rows) {
        MN_DO(write_commitment(*connection,
                               *seal_,
                               row.commitment,
                               codec::to_hex_0x(row.case_id.view()),
                               row.salt,
                               job));
    }
    return transaction.commit();
}

Result<CaseId> Database::case_of_handle(std::string_view job, std::string_view handle) const {
    const std::string from = "0x" + std::string(handle);
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT case_id FROM commitments"
                               " WHERE job = ?1 AND commitment >= ?2 AND commitment < ?3"));
    row.bind(job).bind(from).bind(from + "g");  // 'g' is above every hex digit
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return fail(Kind::not_found, "handle: none of this job is ours");
    }
    return hex_column<CaseId>(row, 0);
}

Result<void> Database::insert_consent(const ConsentRow& row) {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT OR IGNORE INTO consents(id, case_id) VALUES(?1, ?2)"));
    insert.bind(row.id).bind(codec::to_hex_0x(row.case_id.view()));
    return insert.run();
}

Result<void> Database::revoke_consent(std::string_view id) {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement update, connection->prepare("UPDATE consents SET revoked = 1 WHERE id = ?1"));
    update.bind(id);
    return update.run();
}

Result<std::vector<ConsentRow>> Database::list_consents() const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT id, case_id, revoked FROM consents ORDER BY number"));
    std::vector<ConsentRow> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(const CaseId case_id, hex_column<CaseId>(row, 1));
        out.push_back({row.text(0), case_id, row.number(2) != 0});
    }
}

Result<void> Database::insert_share(const ObjectRoot& root,
                                    std::string_view recipient,
                                    const CaseId& id) {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT OR IGNORE INTO shares VALUES(?1, ?2, ?3)"));
    insert.bind(codec::to_hex_0x(root.view())).bind(recipient).bind(codec::to_hex_0x(id.view()));
    return insert.run();
}

Result<bool> Database::is_shared(const ObjectRoot& root, std::string_view recipient) const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT 1 FROM shares WHERE root = ?1 AND recipient = ?2"));
    row.bind(codec::to_hex_0x(root.view())).bind(recipient);
    return row.next();
}

Result<void> Database::insert_received(const ReceivedRow& row) {
    const std::string key = codec::to_hex_0x(row.commitment.view());
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT OR IGNORE INTO received(commitment, sender, root,"
                               " header_sealed, manifest_sealed, purpose, received, leaf)"
                               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
    insert.bind(key)
        .bind(row.sender)
        .bind(codec::to_hex_0x(row.root.view()))
        .bind(seal_->seal({"received", key, "header"}, row.header))
        .bind(seal_->seal({"received", key, "manifest"}, bytes_of(row.manifest)))
        .bind(code_of(row.purpose))
        .bind(row.received.seconds)
        .bind(static_cast<std::int64_t>(row.leaf_index));
    return insert.run();
}

Result<ReceivedRow> Database::find_received(const Hash32& commitment) const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT commitment, sender, root, header_sealed, manifest_sealed,"
                               " purpose, received, leaf FROM received WHERE commitment = ?1"));
    row.bind(codec::to_hex_0x(commitment.view()));
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return fail(Kind::not_found, "case: not here");
    }
    return read_received(row, *seal_);
}

Result<std::vector<ReceivedRow>> Database::list_received() const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT commitment, sender, root, header_sealed, manifest_sealed,"
                               " purpose, received, leaf FROM received ORDER BY number"));
    std::vector<ReceivedRow> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(ReceivedRow one, read_received(row, *seal_));
        out.push_back(std::move(one));
    }
}

}  // namespace mednexus::service
