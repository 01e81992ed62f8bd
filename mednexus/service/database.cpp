/// Opening the file, and the rows of cases; the other tables are in database_documents.cpp.
#include "mednexus/service/database.hpp"

#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/rows.hpp"
#include "mednexus/service/internal/schema.hpp"
#include "mednexus/service/internal/sqlite.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own wrapper

namespace {

Result<std::string> schema_of(Connection& connection) {
    MN_TRY(Statement version, connection.prepare("SELECT value FROM meta WHERE key = 'schema'"));
    MN_TRY(const bool has_row, version.next());
    return has_row ? version.text(0) : "";
}

Result<void> prepare_schema(Connection& connection) {
    MN_TRY(Transaction transaction, Transaction::begin(connection));
    bool is_new = true;
    {
        MN_TRY(Statement tables,
               connection.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'meta'"));
        MN_TRY(const bool has_row, tables.next());
        is_new = !has_row || tables.number(0) == 0;
    }
    if (is_new) {
        MN_DO(connection.run_script(kSchema));
    }
    MN_TRY(std::string version, schema_of(connection));
    if (version == "1") {
        MN_DO(connection.run_script(kSchemaChain));
        MN_TRY(version, schema_of(connection));
    }
    if (version == "2") {
        MN_DO(connection.run_script(kSchemaConsortium));
        MN_TRY(version, schema_of(connection));
    }
    if (version != std::to_string(kSchemaVersion)) {
        return fail(Kind::corrupt, "database: another schema version");
    }
    return transaction.commit();
}

Bytes vector_bytes(const std::vector<std::int8_t>& entries) {
    Bytes out;
    out.reserve(entries.size());
    for (const std::int8_t entry : entries) {
        out.push_back(static_cast<std::uint8_t>(entry));
    }
    return out;
}

std::vector<std::int8_t> vector_of(BytesView raw) {
    std::vector<std::int8_t> out;
    out.reserve(raw.size());
    for (const std::uint8_t byte : raw) {
        out.push_back(static_cast<std::int8_t>(byte));
    }
    return out;
}

/// Columns id, root, stored, leaf, profile, vector_sealed.
Result<CaseSummary> read_summary(const Statement& row, const FieldSeal& seal) {
    CaseSummary out;
    MN_TRY(out.id, hex_column<CaseId>(row, 0));
    MN_TRY(out.root, hex_column<ObjectRoot>(row, 1));
    out.stored = {row.number(2)};
    out.leaf_index = static_cast<std::uint64_t>(row.number(3));
    MN_TRY(out.profile, hex_column<Hash32>(row, 4));
    MN_TRY(const Bytes vector, seal.open({"cases", row.text(0), "vector"}, row.blob(5)));
    out.vector = vector_of(vector);
    return out;
}

}  // namespace

Database::Database(std::unique_ptr<Pool> pool, std::unique_ptr<FieldSeal> seal)
    : pool_(std::move(pool)), seal_(std::move(seal)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::string& path,
                                                 const Secret<32>& home_key,
                                                 Random& random) {
    auto pool = std::make_unique<Pool>(path);
    {
        MN_TRY(auto connection, pool->lend());
        MN_DO(prepare_schema(*connection));
    }
    return std::unique_ptr<Database>(
        new Database(std::move(pool), std::make_unique<FieldSeal>(home_key, random)));
}

Result<void> Database::insert_case(const CaseRow& row,
                                   const Secret<32>& patient_seed,
                                   const Hash32& commitment,
                                   const Hash32& salt) {
    const std::string id = codec::to_hex_0x(row.id.view());
    const std::string root = codec::to_hex_0x(row.root.view());
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    {
        // One patient per case for now, named by the case's id.
        MN_TRY(Statement patient,
               connection->prepare("INSERT OR IGNORE INTO patients VALUES(?1, ?2)"));
        patient.bind(id).bind(seal_->seal({"patients", id, "seed"}, patient_seed.reveal()));
        MN_DO(patient.run());
    }
    {
        MN_TRY(Statement insert,
               connection->prepare("INSERT OR IGNORE INTO cases(id, patient, root, manifest_sealed,"
                                   " profile, vector_sealed, stored, leaf)"
                                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
        insert.bind(id)
            .bind(id)
            .bind(root)
            .bind(seal_->seal({"cases", id, "manifest"}, bytes_of(row.manifest)))
            .bind(codec::to_hex_0x(row.profile.view()))
            .bind(seal_->seal({"cases", id, "vector"}, vector_bytes(row.vector)))
            .bind(row.stored.seconds)
            .bind(static_cast<std::int64_t>(row.leaf_index));
        MN_DO(insert.run());
    }
    {
        MN_TRY(Statement key,
               connection->prepare("INSERT OR IGNORE INTO object_keys VALUES(?1, ?2)"));
        key.bind(root).bind(seal_->seal({"object_keys", root, "header"}, row.header));
        MN_DO(key.run());
    }
    MN_DO(write_commitment(*connection, *seal_, commitment, id, salt, ""));
    return transaction.commit();
}

Result<CaseRow> Database::find_case(const CaseId& id) const {
    const std::string key = codec::to_hex_0x(id.view());
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT cases.id, cases.root, stored, leaf, profile, vector_sealed,"
                               " manifest_sealed, header_sealed FROM cases"
                               " JOIN object_keys ON object_keys.root = cases.root"
                               " WHERE cases.id = ?1"));
    row.bind(key);
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return fail(Kind::not_found, "case " + key + ": not here");
    }
    MN_TRY(CaseSummary summary, read_summary(row, *seal_));
    CaseRow out;
    MN_TRY(const Bytes manifest, seal_->open({"cases", key, "manifest"}, row.blob(6)));
    MN_TRY(out.header, seal_->open({"object_keys", row.text(1), "header"}, row.blob(7)));
    out.id = summary.id;
    out.root = summary.root;
    out.manifest = text_of(manifest);
    out.profile = summary.profile;
    out.vector = std::move(summary.vector);
    out.stored = summary.stored;
    out.leaf_index = summary.leaf_index;
    return out;
}

Result<std::vector<CaseSummary>> Database::list_cases() const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT id, root, stored, leaf, profile, vector_sealed FROM cases"
                               " ORDER BY number"));
    std::vector<CaseSummary> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(CaseSummary one, read_summary(row, *seal_));
        out.push_back(std::move(one));
    }
}

Result<std::uint64_t> Database::count_cases() const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row, connection->prepare("SELECT count(*) FROM cases"));
    MN_TRY(const bool has_row, row.next());
    return has_row ? static_cast<std::uint64_t>(row.number(0)) : 0;
}

Result<Secret<32>> Database::patient_seed_of(const CaseId& id) const {
    const std::string key = codec::to_hex_0x(id.view());
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT patients.id, seed_sealed FROM patients"
                               " JOIN cases ON cases.patient = patients.id WHERE cases.id = ?1"));
    row.bind(key);
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return fail(Kind::not_found, "case " + key + ": not here");
    }
    MN_TRY(Bytes raw, seal_->open({"patients", row.text(0), "seed"}, row.blob(1)));
    auto seed = Secret<32>::from(raw);
    wipe(raw);
    return seed;
}

}  // namespace mednexus::service
