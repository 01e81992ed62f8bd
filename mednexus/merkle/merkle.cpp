#include "mednexus/merkle/merkle.hpp"

#include <algorithm>
#include <bit>

#include "mednexus/core/check.hpp"

namespace mednexus::merkle {

namespace {

/// Replaces a level by the one above it: pairs from the left, an odd last node moves up unchanged.
void climb(const Hasher& hasher, std::vector<Hash32>& level) {
    const std::size_t pairs = level.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i) {
        level[i] = hasher.node(level[2 * i], level[2 * i + 1]);
    }
    if (level.size() % 2 == 1) {
        level[pairs] = level.back();
    }
    level.resize((level.size() + 1) / 2);
}

Failure refused(std::string_view what, std::string_view rule) {
    return fail(Kind::invalid, "merkle." + std::string(what) + ": " + std::string(rule));
}

/// A walk from a leaf to the root of RFC 9162: `node` is the index on the current level, `last`
/// that level's last index.
struct Walk {
    std::uint64_t node = 0;
    std::uint64_t last = 0;

    void up() {
        node >>= 1U;
        last >>= 1U;
    }

    /// The sibling stands on the left, or the node was carried up to where one stands there.
    [[nodiscard]] bool has_left_sibling() const { return (node & 1U) == 1 || node == last; }

    /// Passes the levels on which the node is the odd last one.
    void skip_carried() {
        while ((node & 1U) == 0 && node != 0) {
            up();
        }
    }
};

/// What the two roots come to, from the first hash of the proof upwards.
struct TwoRoots {
    Hash32 old_root;
    Hash32 new_root;
};

}  // namespace

Hash32 root_of(const Hasher& hasher, std::span<const Hash32> leaves) {
    MN_CHECK(!leaves.empty());
    std::vector<Hash32> level(leaves.begin(), leaves.end());
    while (level.size() > 1) {
        climb(hasher, level);
    }
    return level.front();
}

Result<std::vector<Hash32>> inclusion_proof(const Hasher& hasher,
                                            std::span<const Hash32> leaves,
                                            std::uint64_t index) {
    if (index >= leaves.size()) {
        return refused("inclusion_proof", "no leaf " + std::to_string(index));
    }
    std::vector<Hash32> out;
    std::vector<Hash32> level(leaves.begin(), leaves.end());
    for (std::uint64_t at = index; level.size() > 1; at >>= 1U) {
        const std::uint64_t sibling = at ^ 1U;
        if (sibling < level.size()) {
            out.push_back(level[sibling]);
        }
        climb(hasher, level);
    }
    return out;
}

Result<std::vector<Hash32>> consistency_proof(const Hasher& hasher,
                                              std::span<const Hash32> leaves,
                                              std::uint64_t old_size) {
    if (old_size == 0 || old_size > leaves.size()) {
        return refused("consistency_proof", "no old tree of size " + std::to_string(old_size));
    }
    std::vector<Hash32> out;  // root side first until the end
    std::uint64_t wanted = old_size;
    bool is_old_root = true;  // the part still to prove is the whole old tree
    while (wanted != leaves.size()) {
        const std::uint64_t left = std::bit_floor(leaves.size() - 1);
        if (wanted <= left) {
            out.push_back(root_of(hasher, leaves.subspan(left)));
            leaves = leaves.first(left);
        } else {
            out.push_back(root_of(hasher, leaves.first(left)));
            leaves = leaves.subspan(left);
            wanted -= left;
            is_old_root = false;
        }
    }
    if (!is_old_root) {
        out.push_back(root_of(hasher, leaves));
    }
    std::reverse(out.begin(), out.end());
    return out;
}

Result<void> verify_inclusion(const Hasher& hasher,
                              const InclusionClaim& claim,
                              std::span<const Hash32> proof) {
    if (claim.index >= claim.tree_size) {
        return refused("inclusion", "the index is outside the tree");
    }
    if (proof.size() > kProofLengthMax) {
        return refused("inclusion", "the proof is too long");
    }
    Walk walk{.node = claim.index, .last = claim.tree_size - 1};
    Hash32 hash = claim.leaf_hash;
    for (const Hash32& sibling : proof) {
        if (walk.last == 0) {
            return refused("inclusion", "the proof is too long");
        }
        if (walk.has_left_sibling()) {
            hash = hasher.node(sibling, hash);
            walk.skip_carried();
        } else {
            hash = hasher.node(hash, sibling);
        }
        walk.up();
    }
    if (walk.last != 0) {
        return refused("inclusion", "the proof is too short");
    }
    if (hash != claim.root) {
        return refused("inclusion", "the proof leads to another root");
    }
    return {};
}

namespace {

Result<void> check_same_size(const ConsistencyClaim& claim, std::span<const Hash32> proof) {
    if (!proof.empty()) {
        return refused("consistency", "the proof is too long");
    }
    if (claim.old_root != claim.new_root) {
        return refused("consistency", "one size, two roots");
    }
    return {};
}

/// The fold of RFC 9162 section 2.1.4.2, steps 3 to 6; `path` holds at least the first hash.
Result<TwoRoots> fold(const Hasher& hasher, Walk walk, std::span<const Hash32> path) {
    while ((walk.node & 1U) == 1) {
        walk.up();
    }
    TwoRoots out{.old_root = path.front(), .new_root = path.front()};
    for (const Hash32& sibling : path.subspan(1)) {
        if (walk.last == 0) {
            return refused("consistency", "the proof is too long");
        }
        if (walk.has_left_sibling()) {
            out.old_root = hasher.node(sibling, out.old_root);
            out.new_root = hasher.node(sibling, out.new_root);
            walk.skip_carried();
        } else {
            out.new_root = hasher.node(out.new_root, sibling);
        }
        walk.up();
    }
    if (walk.last != 0) {
        return refused("consistency", "the proof is too short");
    }
    return out;
}

}  // namespace

Result<void> verify_consistency(const Hasher& hasher,
                                const ConsistencyClaim& claim,
                                std::span<const Hash32> proof) {
    if (claim.old_size == 0 || claim.old_size > claim.new_size) {
        return refused("consistency", "the sizes prove nothing");
    }
    if (claim.old_size == claim.new_size) {
        return check_same_size(claim, proof);
    }
    if (proof.size() > kProofLengthMax) {
        return refused("consistency", "the proof is too long");
    }
    std::vector<Hash32> path;
    if (std::has_single_bit(claim.old_size)) {
        path.push_back(claim.old_root);
    }
    path.insert(path.end(), proof.begin(), proof.end());
    if (path.empty()) {
        return refused("consistency", "the proof is too short");
    }
    const Walk walk{.node = claim.old_size - 1, .last = claim.new_size - 1};
    MN_TRY(const TwoRoots roots, fold(hasher, walk, path));
    if (roots.old_root != claim.old_root || roots.new_root != claim.new_root) {
        return refused("consistency", "the proof leads to other roots");
    }
    return {};
}

}  // namespace mednexus::merkle
