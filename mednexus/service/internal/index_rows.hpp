#pragma once
/// Rows of the encrypted index: an owner's data keys, batches and slots, what a computing node
/// lifted, and the index documents of both. docs/formats/home.md. Threads: safe as the database is.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/secret.hpp"
#include "mednexus/service/database.hpp"
#include "mednexus/service/documents_index.hpp"

namespace mednexus::service::internal {

inline constexpr std::size_t kDataKeyBatchesMax = 16;  ///< docs/formats/consortium.md section 4

/// A batch of our own.
struct BatchRow {
    std::string id;
    Hash32 data_key;
    std::uint64_t number = 0;  ///< batches stand in the index in this order
    bool is_live = true;       ///< else: not in the next index any more
    std::optional<PartHashes> sealed;
    std::optional<PartHashes> lifted;
    std::optional<Hash32> session;  ///< that it was lifted for
    std::size_t cases = 0;          ///< slots that hold one
};

struct DataKeyRow {
    Hash32 name;
    bool is_to_rewrite = false;  ///< a case of one of its batches was erased
};

/// Which case sits in which slot of a batch. A slot without a row is empty.
struct SlotRow {
    std::uint32_t slot = 0;
    CaseId case_id;
};

/// A slot with what is sealed there.
struct SealedSlot {
    std::uint32_t slot = 0;
    std::vector<std::int8_t> vector;
};

/// What changes in the index, decided at once.
struct IndexPlan {
    struct NewKey {
        Hash32 name;
        Secret<32> seed;
    };

    struct NewBatch {
        std::string id;
        Hash32 data_key;
        std::uint64_t number = 0;
        std::vector<CaseId> cases;  ///< one for each slot, from the first
    };

    std::vector<NewKey> keys;
    std::vector<NewBatch> batches;
    std::vector<std::string> dropped;  ///< batches
};

class IndexRows {
public:
    explicit IndexRows(Database& database) noexcept : database_(&database) {}

    // --- an owner's ---

    /// Live and dropped ones of a consortium (all its epochs), by number.
    [[nodiscard]] Result<std::vector<BatchRow>> batches(std::string_view consortium_id) const;
    [[nodiscard]] Result<std::vector<DataKeyRow>> data_keys(std::string_view consortium_id) const;
    /// Errors   not_found, corrupt
    [[nodiscard]] Result<Secret<32>> seed_of(const Hash32& data_key) const;
    [[nodiscard]] Result<bool> is_to_rewrite(const Hash32& data_key) const;
    /// Own cases of this profile that sit in no live batch of the consortium.
    [[nodiscard]] Result<std::vector<CaseId>> cases_without_slot(std::string_view consortium_id,
                                                                 const Hash32& profile) const;
    /// By slot.
    [[nodiscard]] Result<std::vector<SlotRow>> slots(std::string_view batch) const;
    [[nodiscard]] Result<std::vector<SealedSlot>> vectors(std::string_view batch) const;

    /// One commit. A case that was erased since is left out.
    [[nodiscard]] Result<void> apply(std::string_view consortium_id, const IndexPlan& plan);
    [[nodiscard]] Result<void> set_sealed(std::string_view batch, const PartHashes& sealed);
    [[nodiscard]] Result<void> set_lifted(std::string_view batch,
                                          const PartHashes& lifted,
                                          const Hash32& session);
    /// Deletes these dropped batches, then the data keys to be rewritten that have none left, and
    /// nothing of their seeds stays in the file. Gives the names of the keys.
    [[nodiscard]] Result<std::vector<Hash32>> retire(std::string_view consortium_id,
                                                     const std::vector<std::string>& batches);

    /// The data keys and sessions that a case's vector was sealed and lifted under.
    struct Trace {
        Hash32 data_key;
        std::optional<Hash32> session;
    };

    [[nodiscard]] Result<std::vector<Trace>> traces_of(const CaseId& id) const;

    // --- index documents: own ones at an owner, those of all owners at a computing node ---

    /// Errors   conflict: another document of this owner, session and serial
    [[nodiscard]] Result<void> insert_note(const IndexDocument& index);
    /// Newest first. Errors   corrupt
    [[nodiscard]] Result<std::vector<IndexDocument>> notes(std::string_view owner,
                                                           const Hash32& session) const;
    [[nodiscard]] Result<void> delete_notes_before(std::string_view owner,
                                                   const Hash32& session,
                                                   std::uint64_t serial);
    [[nodiscard]] Result<void> delete_notes_of(const Hash32& session);

    // --- a computing node's ---

    [[nodiscard]] Result<std::optional<IndexBatch>> find_lift(const Hash32& session,
                                                              std::string_view owner,
                                                              std::string_view batch) const;
    [[nodiscard]] Result<std::vector<IndexBatch>> lifts(const Hash32& session,
                                                        std::string_view owner) const;
    /// Errors   conflict: the batch was lifted from other bytes
    [[nodiscard]] Result<void> insert_lift(const Hash32& session,
                                           std::string_view owner,
                                           const IndexBatch& lift);
    [[nodiscard]] Result<void> delete_lift(const Hash32& session,
                                           std::string_view owner,
                                           std::string_view batch);
    [[nodiscard]] Result<void> delete_lifts_of(const Hash32& session);

private:
    Database* database_;
};

}  // namespace mednexus::service::internal
