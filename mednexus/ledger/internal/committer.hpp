#pragma once
/// Group commit. Callers queue; the first becomes the leader, takes up to 256 entries, makes them
/// durable under one checkpoint and wakes whom it served. No thread of its own.
/// Threads: append() is safe. Only the leader touches tail_ and unfinished_.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/ledger/internal/files.hpp"
#include "mednexus/ledger/internal/state.hpp"
#include "mednexus/ledger/log.hpp"

namespace mednexus::ledger::internal {

struct CommitterLimits {
    std::size_t queue_entries_max = 0;
    std::uint64_t entries_max = 0;
};

class Committer {
public:
    Committer(
        Files files, crypto::NoteSigner signer, State& state, Bytes tail, CommitterLimits limits)
        : files_(std::move(files)),
          signer_(std::move(signer)),
          state_(&state),
          tail_(std::move(tail)),
          limits_(limits) {}

    [[nodiscard]] Result<Appended> append(BytesView entry, const Hash32& leaf);

private:
    /// One caller. It lives on the caller's stack; the caller leaves only when outcome is set.
    struct Waiter {
        BytesView entry;
        Hash32 leaf;
        std::optional<Result<Appended>> outcome;
    };

    /// What one commit adds.
    struct Batch {
        std::vector<BytesView> entries;
        std::vector<Hash32> leaves;
    };

    using Outcomes = std::vector<Result<Appended>>;

    void lead(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Outcomes commit(const std::vector<Waiter*>& waiters);
    [[nodiscard]] Outcomes sort_out(const std::vector<Waiter*>& waiters, Batch& batch) const;
    [[nodiscard]] Result<void> write(const Batch& batch);
    [[nodiscard]] Result<void> write_entries(const Batch& batch, Bytes& tail);
    [[nodiscard]] Result<void> finish();

    Files files_;
    crypto::NoteSigner signer_;
    State* state_;
    Bytes tail_;  ///< the partial bundle of the tree, published or not
    CommitterLimits limits_;

    /// A checkpoint that was signed and may or may not have reached the disk. It must get there
    /// before any other is signed, or two trees of one size could exist.
    std::optional<SignedCheckpoint> unfinished_;

    std::mutex mutex_;  ///< guards the rest
    std::condition_variable changed_;
    std::deque<Waiter*> queue_;
    bool is_led_ = false;
};

}  // namespace mednexus::ledger::internal
