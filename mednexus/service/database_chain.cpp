/// Under which names consents and cases stand on chain.
#include "mednexus/service/database.hpp"
#include "mednexus/service/internal/rows.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own wrapper

namespace {

/// Columns handle, commitment.
Result<std::optional<OnChainName>> read_name(Statement row) {
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return std::optional<OnChainName>();
    }
    OnChainName out;
    MN_TRY(out.handle, hex_column<Hash32>(row, 0));
    MN_TRY(out.commitment, hex_column<Hash32>(row, 1));
    return std::optional(out);
}

}  // namespace

Result<void> Database::insert_consent_on_chain(std::string_view consent,
                                               const OnChainName& name,
                                               const Hash32& salt) {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT OR IGNORE INTO chain_consents VALUES(?1, ?2, ?3, ?4)"));
    insert.bind(consent)
        .bind(codec::to_hex_0x(name.handle.view()))
        .bind(codec::to_hex_0x(name.commitment.view()))
        .bind(seal_->seal({"chain_consents", consent, "salt"}, salt.view()));
    return insert.run();
}

Result<std::optional<OnChainName>> Database::consent_on_chain(std::string_view consent) const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT handle, commitment FROM chain_consents WHERE consent = ?1"));
    row.bind(consent);
    return read_name(std::move(row));
}

Result<void> Database::insert_case_on_chain(const CaseId& id,
                                            const OnChainName& name,
                                            const Hash32& handle_salt,
                                            const Hash32& commitment_salt) {
    const std::string key = codec::to_hex_0x(id.view());
    Bytes salts = to_bytes(handle_salt.view());
    append(salts, commitment_salt.view());
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT OR IGNORE INTO chain_cases VALUES(?1, ?2, ?3, ?4)"));
    insert.bind(key)
        .bind(codec::to_hex_0x(name.handle.view()))
        .bind(codec::to_hex_0x(name.commitment.view()))
        .bind(seal_->seal({"chain_cases", key, "salts"}, salts));
    return insert.run();
}

Result<std::optional<OnChainName>> Database::case_on_chain(const CaseId& id) const {
    MN_TRY(auto connection, pool_->lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT handle, commitment FROM chain_cases WHERE case_id = ?1"));
    row.bind(codec::to_hex_0x(id.view()));
    return read_name(std::move(row));
}

}  // namespace mednexus::service
