/// Erasure: rows go, and the pages that held them are overwritten.
#include "mednexus/service/database.hpp"
#include "mednexus/service/internal/rows.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own wrapper

namespace {

Result<std::vector<std::string>> texts(Statement row) {
    std::vector<std::string> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        out.push_back(row.text(0));
    }
}

/// In the order that foreign keys ask for; the patient goes when no other case is hers.
constexpr std::string_view kDeletions[] = {
    "UPDATE data_keys SET state = 'rewrite' WHERE name IN (SELECT data_key FROM batches WHERE id IN"
    " (SELECT batch FROM batch_slots WHERE case_id = ?1))",
    "DELETE FROM batch_slots WHERE case_id = ?1",
    "DELETE FROM openings WHERE case_id = ?1",
    "DELETE FROM object_keys WHERE root = (SELECT root FROM cases WHERE id = ?1)",
    "DELETE FROM chain_consents WHERE consent IN (SELECT id FROM consents WHERE case_id = ?1)",
    "DELETE FROM chain_cases WHERE case_id = ?1",
    "DELETE FROM commitments WHERE case_id = ?1",
    "DELETE FROM consents WHERE case_id = ?1",
    "DELETE FROM shares WHERE case_id = ?1",
    "UPDATE patients SET seed_sealed = zeroblob(60) WHERE id ="
    " (SELECT patient FROM cases WHERE id = ?1) AND 1 ="
    " (SELECT count(*) FROM cases WHERE patient = (SELECT patient FROM cases WHERE id = ?1))",
    "DELETE FROM cases WHERE id = ?1",
    "DELETE FROM patients WHERE id NOT IN (SELECT patient FROM cases)",
};

}  // namespace

Result<CaseTraces> Database::traces_of(const CaseId& id) const {
    const std::string key = codec::to_hex_0x(id.view());
    MN_TRY(auto connection, pool_->lend());
    CaseTraces out;
    {
        MN_TRY(Statement row, connection->prepare("SELECT root FROM cases WHERE id = ?1"));
        row.bind(key);
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return fail(Kind::not_found, "case " + key + ": not here");
        }
        MN_TRY(out.root, hex_column<ObjectRoot>(row, 0));
    }
    MN_TRY(Statement consents,
           connection->prepare("SELECT id FROM consents WHERE case_id = ?1 ORDER BY number"));
    consents.bind(key);
    MN_TRY(out.consents, texts(std::move(consents)));
    MN_TRY(Statement shares,
           connection->prepare("SELECT recipient FROM shares WHERE case_id = ?1 ORDER BY 1"));
    shares.bind(key);
    MN_TRY(out.recipients, texts(std::move(shares)));
    return out;
}

Result<void> Database::shred_case(const CaseId& id) {
    const std::string key = codec::to_hex_0x(id.view());
    MN_TRY(auto connection, pool_->lend());
    {
        MN_TRY(Transaction transaction, Transaction::begin(*connection));
        for (const std::string_view sql : kDeletions) {
            MN_TRY(Statement statement, connection->prepare(sql));
            if (sql.find("?1") != std::string_view::npos) {
                statement.bind(key);
            }
            MN_DO(statement.run());
        }
        MN_DO(transaction.commit());
    }
    return connection->cut_log();
}

}  // namespace mednexus::service
