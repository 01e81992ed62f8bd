#pragma once
/// The whole tree in memory: for every height the hashes of its complete subtrees, from left to
/// right. A complete node is a look-up; only the ragged right edge of a size is hashed.
/// Threads: none of its own; the log guards it.
#include <cstdint>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/ledger/tiles.hpp"

namespace mednexus::ledger::internal {

class Tree {
public:
    [[nodiscard]] std::uint64_t size() const noexcept;

    /// Cost: two node hashes on average.
    void push(const Hash32& leaf_hash);

    /// Forgets all leaves from `size` on. Needs: size <= size().
    void truncate(std::uint64_t size);

    /// Needs: size <= size(). Cost: at most 63 node hashes.
    [[nodiscard]] Hash32 root(std::uint64_t size) const;

    /// Needs: index < size().
    [[nodiscard]] const Hash32& leaf(std::uint64_t index) const;

    /// Errors: invalid unless index < size <= size(). Source: RFC 9162 section 2.1.3.1.
    [[nodiscard]] Result<std::vector<Hash32>> inclusion_proof(std::uint64_t index,
                                                              std::uint64_t size) const;

    /// Errors: invalid unless 0 < old_size <= new_size <= size(). Source: RFC 9162 section 2.1.4.1.
    [[nodiscard]] Result<std::vector<Hash32>> consistency_proof(std::uint64_t old_size,
                                                                std::uint64_t new_size) const;

    /// Roots of the complete subtrees of the first `size` leaves, largest first: one for each one
    /// bit of `size`. Needs: size <= size().
    [[nodiscard]] std::vector<Hash32> peaks(std::uint64_t size) const;

    /// The bytes of a hash tile. Needs: every hash of it is complete.
    [[nodiscard]] Bytes tile(const TileName& name) const;

private:
    struct Range {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
    };

    [[nodiscard]] Hash32 hash_of(Range range) const;

    std::vector<std::vector<Hash32>> heights_{1};
};

}  // namespace mednexus::ledger::internal
