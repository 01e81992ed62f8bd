#pragma once
/// The institution's records: SQLite, one file, write-ahead log, every commit synced, deleted
/// content overwritten. Whatever says something about a person is sealed under a key derived from
/// the home key, bound to its table, row and column. See docs/formats/home.md.
/// Threads: safe; connections are lent to one thread at a time and no lock is held during a query.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/service/policy.hpp"
#include "mednexus/service/purpose.hpp"

namespace mednexus::service {

namespace internal {
class Pool;
class FieldSeal;
}  // namespace internal

inline constexpr std::int64_t kSchemaVersion = 3;

/// One deposited case. The case itself is only in the sealed object.
struct CaseRow {
    CaseId id;
    ObjectRoot root;
    Bytes header;          ///< Crypt4GH header for our own sealing key
    std::string manifest;  ///< canonical JSON
    Hash32 profile;        ///< of the vector
    std::vector<std::int8_t> vector;
    UnixTime stored;
    std::uint64_t leaf_index = 0;
};

/// What case.list shows, and what is kept in memory for matches.
struct CaseSummary {
    CaseId id;
    ObjectRoot root;
    UnixTime stored;
    std::uint64_t leaf_index = 0;
    Hash32 profile;
    std::vector<std::int8_t> vector;
};

/// A case that another institution released to us.
struct ReceivedRow {
    Hash32 commitment;  ///< the sender's, our only name for it
    std::string sender;
    ObjectRoot root;
    Bytes header;
    std::string manifest;
    Purpose purpose = Purpose::clinical_care;
    UnixTime received;
    std::uint64_t leaf_index = 0;
};

struct CommitmentRow {
    Hash32 commitment;
    CaseId case_id;
    Hash32 salt;
};

struct ConsentRow {
    std::string id;
    CaseId case_id;
    bool is_revoked = false;
};

/// What points at one case from outside its own rows.
struct CaseTraces {
    ObjectRoot root;
    std::vector<std::string> consents;    ///< ids, in their order
    std::vector<std::string> recipients;  ///< institutions it was handed to, sorted
};

class Database {
public:
    /// Opens or makes the file. Errors: corrupt (no database, another schema version), io.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                                const Secret<32>& home_key,
                                                                Random& random);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    Database(Database&&) = delete;
    Database& operator=(Database&&) = delete;

    // Each insert is idempotent: the same row again changes nothing.

    /// The case, its patient and the salt of its deposit, in one transaction.
    [[nodiscard]] Result<void> insert_case(const CaseRow& row,
                                           const Secret<32>& patient_seed,
                                           const Hash32& commitment,
                                           const Hash32& salt);
    /// Errors: not_found, corrupt.
    [[nodiscard]] Result<CaseRow> find_case(const CaseId& id) const;
    /// In the order of their deposit.
    [[nodiscard]] Result<std::vector<CaseSummary>> list_cases() const;
    [[nodiscard]] Result<std::uint64_t> count_cases() const;
    /// Errors: not_found, corrupt.
    [[nodiscard]] Result<Secret<32>> patient_seed_of(const CaseId& id) const;

    /// Remembers which cases and salts commitments of the log stand for; in one transaction.
    [[nodiscard]] Result<void> insert_commitments(std::span<const CommitmentRow> rows,
                                                  std::string_view job);
    /// The case behind a handle that this institution gave in the answer to a match.
    /// Errors: not_found.
    [[nodiscard]] Result<CaseId> case_of_handle(std::string_view job,
                                                std::string_view handle) const;

    [[nodiscard]] Result<void> insert_consent(const ConsentRow& row);
    [[nodiscard]] Result<void> revoke_consent(std::string_view id);
    /// In the order in which they were recorded.
    [[nodiscard]] Result<std::vector<ConsentRow>> list_consents() const;

    /// Under which name a consent stands on chain; the salt is of its commitment.
    [[nodiscard]] Result<void> insert_consent_on_chain(std::string_view consent,
                                                       const OnChainName& name,
                                                       const Hash32& salt);
    /// Empty: a consent of before the home had a chain.
    [[nodiscard]] Result<std::optional<OnChainName>> consent_on_chain(
        std::string_view consent) const;
    /// The salts: of the handle, then of the commitment.
    [[nodiscard]] Result<void> insert_case_on_chain(const CaseId& id,
                                                    const OnChainName& name,
                                                    const Hash32& handle_salt,
                                                    const Hash32& commitment_salt);
    [[nodiscard]] Result<std::optional<OnChainName>> case_on_chain(const CaseId& id) const;

    [[nodiscard]] Result<void> insert_share(const ObjectRoot& root,
                                            std::string_view recipient,
                                            const CaseId& id);
    [[nodiscard]] Result<bool> is_shared(const ObjectRoot& root, std::string_view recipient) const;

    /// Errors: not_found.
    [[nodiscard]] Result<CaseTraces> traces_of(const CaseId& id) const;
    /// Deletes every row of the case and of its patient, and leaves nothing of them in the file or
    /// its write-ahead log. Nothing there: nothing to do. Errors: io, busy.
    [[nodiscard]] Result<void> shred_case(const CaseId& id);

    [[nodiscard]] Result<void> insert_received(const ReceivedRow& row);
    /// Errors: not_found, corrupt.
    [[nodiscard]] Result<ReceivedRow> find_received(const Hash32& commitment) const;
    [[nodiscard]] Result<std::vector<ReceivedRow>> list_received() const;

    /// For the journal, which keeps its own tables in the same file.
    [[nodiscard]] internal::Pool& pool() noexcept { return *pool_; }

    [[nodiscard]] const internal::FieldSeal& seal() const noexcept { return *seal_; }

private:
    Database(std::unique_ptr<internal::Pool> pool, std::unique_ptr<internal::FieldSeal> seal);

    std::unique_ptr<internal::Pool> pool_;
    std::unique_ptr<internal::FieldSeal> seal_;
};

}  // namespace mednexus::service
