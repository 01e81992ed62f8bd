#pragma once
/// What readers of an open log see: the tree, the index of every leaf, the last signed checkpoint.
/// The tree may run ahead of the checkpoint while a commit is under way; readers see only what the
/// checkpoint covers.
/// Threads: safe. The lock is held over hashing of at most 256 leaves (about 0.1 ms), never over
/// disk.
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/ledger/internal/tree.hpp"

namespace mednexus::ledger::internal {

struct SignedCheckpoint {
    Checkpoint checkpoint;
    std::string note;
};

struct TileContent {
    TileName name;
    Bytes content;
};

class State {
public:
    State(Tree tree, SignedCheckpoint checkpoint);

    // --- for readers ---
    [[nodiscard]] SignedCheckpoint published() const;
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] std::optional<std::uint64_t> index_of(const Hash32& leaf) const;
    [[nodiscard]] Result<Hash32> leaf(std::uint64_t index) const;
    [[nodiscard]] Result<Hash32> root(std::uint64_t size) const;
    [[nodiscard]] Result<std::vector<Hash32>> inclusion_proof(std::uint64_t index,
                                                              std::uint64_t size) const;
    [[nodiscard]] Result<std::vector<Hash32>> consistency_proof(std::uint64_t old_size,
                                                                std::uint64_t new_size) const;
    [[nodiscard]] Result<std::vector<Hash32>> peaks(std::uint64_t size) const;
    /// Bytes of a hash tile. Needs: the published checkpoint covers it.
    [[nodiscard]] Bytes tile(const TileName& name) const;

    // --- for the one committer ---
    /// Appends leaves to the tree, unseen by readers until publish(); returns the new root.
    [[nodiscard]] Hash32 push(std::span<const Hash32> leaves);
    /// Takes back what was pushed and not published.
    void roll_back();
    /// The hash tiles that change from the published size to the tree's, level 0 first.
    [[nodiscard]] std::vector<TileContent> changed_tiles() const;
    /// Shows the whole tree to readers. Needs: checkpoint.size is the tree's size.
    void publish(SignedCheckpoint checkpoint);

private:
    mutable std::mutex mutex_;  ///< guards all below
    Tree tree_;
    std::unordered_map<Hash32, std::uint64_t> index_of_;  ///< published leaves only
    SignedCheckpoint published_;
};

}  // namespace mednexus::ledger::internal
