#include "mednexus/storage/internal/object_tree.hpp"

#include "mednexus/crypto/hash.hpp"

namespace mednexus::storage::internal {

merkle::Hasher zero_g_hasher() {
    return {&crypto::zero_g_leaf, &crypto::zero_g_node};
}

Bytes encode_leaves(const std::vector<Hash32>& leaves) {
    Bytes out;
    out.reserve(leaves.size() * Hash32::kSizeBytes);
    for (const Hash32& leaf : leaves) {
        append(out, leaf.view());
    }
    return out;
}

Result<ObjectTree> parse_leaves(const ObjectRef& ref, BytesView raw) {
    MN_TRY(const merkle::FlowShape shape, merkle::flow_shape(ref.size_bytes));
    if (raw.size() / Hash32::kSizeBytes != shape.tree_segments ||
        raw.size() % Hash32::kSizeBytes != 0) {
        return fail(Kind::corrupt, "the tree file has another length");
    }
    ObjectTree tree{.ref = ref, .leaves = {}};
    tree.leaves.reserve(static_cast<std::size_t>(shape.tree_segments));
    for (; !raw.empty(); raw = raw.subspan(Hash32::kSizeBytes)) {
        tree.leaves.push_back(*Hash32::from(raw.first(Hash32::kSizeBytes)));
    }
    if (merkle::root_of(zero_g_hasher(), tree.leaves).array() != ref.root.array()) {
        return fail(Kind::corrupt, "the tree file has another root");
    }
    return tree;
}

bool has_tree_file(const std::vector<Hash32>& leaves) {
    return leaves.size() > 1;
}

}  // namespace mednexus::storage::internal
