#pragma once
/// The 0G tree of an object, kept as its segment roots.
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/merkle/zero_g.hpp"
#include "mednexus/storage/object_store.hpp"

namespace mednexus::storage::internal {

/// Keccak-256, as 0G has it.
[[nodiscard]] merkle::Hasher zero_g_hasher();

/// An object's name together with the leaves that prove it.
struct ObjectTree {
    ObjectRef ref;
    std::vector<Hash32> leaves;  ///< one per tree segment, padding included
};

/// Hashes a whole source, one block in memory at a time; `each` sees every block first.
/// Errors: invalid when empty; the source's; those of `each`.
template <typename Each>
[[nodiscard]] Result<ObjectTree> hash_source(ByteSource& source, Each&& each) {
    merkle::ZeroGTree tree(zero_g_hasher());
    Bytes block(merkle::kSegmentSizeBytes);
    for (;;) {
        MN_TRY(const std::size_t count, read_full(source, block));
        if (count == 0) {
            break;
        }
        MN_DO(each(BytesView(block).first(count)));
        tree.update(BytesView(block).first(count));
    }
    MN_DO(tree.finish());
    return ObjectTree{.ref = {.root = tree.root(), .size_bytes = tree.size_bytes()},
                      .leaves = tree.segment_roots()};
}

/// The leaves as a tree file has them: 32 bytes each, nothing else.
[[nodiscard]] Bytes encode_leaves(const std::vector<Hash32>& leaves);

/// Reads a tree file and proves it against the object's root.
/// Errors: corrupt: another length than the object's size asks for, or another root.
[[nodiscard]] Result<ObjectTree> parse_leaves(const ObjectRef& ref, BytesView raw);

/// True when an object of this size has a tree file: one segment needs none, its root is the root.
[[nodiscard]] bool has_tree_file(const std::vector<Hash32>& leaves);

}  // namespace mednexus::storage::internal
