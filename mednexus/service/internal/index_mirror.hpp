#pragma once
/// What a member checks a computing node with: the indexes of all members, read once into a linear
/// check under a secret of its own, and kept in memory by data root. Threads: safe; two that want
/// one data root at once wait for one reading of it, and no lock is held meanwhile.
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <span>

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/service/internal/index_rows.hpp"
#include "mednexus/service/internal/node_index.hpp"

namespace mednexus::service::internal {

/// The indexes of one job, as every member sees them.
struct MirroredIndex {
    Hash32 data_root;
    std::vector<IndexDocument> indexes;  ///< of every member, sorted by owner
    compute::LinearCheck check;          ///< over all their batches, in this order

    [[nodiscard]] std::vector<OwnedIndex> owned() const;
};

class IndexMirror {
public:
    explicit IndexMirror(std::shared_ptr<const compute::Ring> ring) : ring_(std::move(ring)) {}

    /// Reads the notes of a job and, unless this data root is in memory, every lifted part from the
    /// computing node, each compared with the hash that its owner signed. 80 MiB a repetition stay
    /// in memory for each of the last kRootsMax data roots.
    ///
    /// Shape    notes: one for each member, sorted by owner
    /// Errors   invalid: form, members; denied: a signature, session or consortium; an index of our
    ///          own that we did not publish; corrupt, logged as refused: another index of a serial
    ///          that we have seen (index.forked), a lifted part that is not the one signed
    ///          (blob.hash), parts that are no batch (batch.form); unavailable: the node is away
    [[nodiscard]] Result<std::shared_ptr<const MirroredIndex>> of(
        NodeState& node, const Keyed& epoch, std::span<const std::string> notes);

    /// Whether these are the sums of this query over the mirrored indexes. A false answer is logged
    /// as refused (sums.differ), and the data root is read again, under a new secret, next time.
    /// Errors   as LinearCheck::verify
    [[nodiscard]] Result<void> verify(NodeState& node,
                                      const MirroredIndex& mirrored,
                                      const compute::ExpandedQuery& query,
                                      std::span<const Bytes> sums,
                                      const OutputsDocument& outputs);

    static constexpr std::size_t kRootsMax = 2;

private:
    class Reading;
    using Held = std::shared_ptr<const MirroredIndex>;

    [[nodiscard]] Held find(const Hash32& data_root);
    void keep(Held made);
    void forget(const Hash32& data_root);

    std::shared_ptr<const compute::Ring> ring_;
    std::mutex mutex_;  ///< guards all below
    std::condition_variable read_;
    std::set<Hash32> reading_;
    std::list<Held> held_;  ///< newest first
};

/// Who sits where in a batch of our own; none when it was retired.
[[nodiscard]] Result<std::vector<SlotRow>> slots_of_own_batch(NodeState& node,
                                                              std::string_view batch);

}  // namespace mednexus::service::internal
