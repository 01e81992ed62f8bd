#include "mednexus/merkle/merkle.hpp"

#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::merkle {
namespace {

constexpr Hasher kHasher{crypto::rfc6962_leaf, crypto::rfc6962_node};
constexpr std::size_t kSizeMax = 40;

std::vector<Hash32> make_leaves(std::size_t count) {
    std::vector<Hash32> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(kHasher.leaf(to_bytes("leaf " + std::to_string(i))));
    }
    return out;
}

const std::vector<Hash32>& leaves() {
    static const std::vector<Hash32> out = make_leaves(kSizeMax);
    return out;
}

std::span<const Hash32> first_leaves(std::size_t count) {
    return std::span(leaves()).first(count);
}

/// The largest power of two strictly below n, by trying.
std::size_t split_of(std::size_t n) {
    std::size_t k = 1;
    while (2 * k < n) {
        k *= 2;
    }
    return k;
}

/// MTH of RFC 6962 section 2.1, word for word.
Hash32 slow_root(std::span<const Hash32> of) {
    if (of.size() == 1) {
        return of.front();
    }
    const std::size_t k = split_of(of.size());
    return kHasher.node(slow_root(of.first(k)), slow_root(of.subspan(k)));
}

using Proof = std::vector<Hash32>;

/// PATH of RFC 6962 section 2.1.1, word for word.
Proof slow_path(std::size_t m, std::span<const Hash32> of) {
    if (of.size() == 1) {
        return {};
    }
    const std::size_t k = split_of(of.size());
    Proof out = m < k ? slow_path(m, of.first(k)) : slow_path(m - k, of.subspan(k));
    out.push_back(m < k ? slow_root(of.subspan(k)) : slow_root(of.first(k)));
    return out;
}

/// SUBPROOF of RFC 6962 section 2.1.2, word for word.
Proof slow_subproof(std::size_t m, std::span<const Hash32> of, bool is_whole) {
    if (m == of.size()) {
        return is_whole ? Proof{} : Proof{slow_root(of)};
    }
    const std::size_t k = split_of(of.size());
    Proof out = m <= k ? slow_subproof(m, of.first(k), is_whole)
                       : slow_subproof(m - k, of.subspan(k), false);
    out.push_back(m <= k ? slow_root(of.subspan(k)) : slow_root(of.first(k)));
    return out;
}

InclusionClaim inclusion_claim(std::size_t index, std::size_t size) {
    return {.index = index,
            .tree_size = size,
            .leaf_hash = leaves()[index],
            .root = slow_root(first_leaves(size))};
}

ConsistencyClaim consistency_claim(std::size_t old_size, std::size_t size) {
    return {.old_size = old_size,
            .new_size = size,
            .old_root = slow_root(first_leaves(old_size)),
            .new_root = slow_root(first_leaves(size))};
}

void flip(Hash32& hash, std::size_t bit) {
    hash.mutable_array()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
}

TEST(Merkle, RootAgreesWithTheRecursionOfRfc6962) {
    for (std::size_t n = 1; n <= kSizeMax; ++n) {
        EXPECT_EQ(root_of(kHasher, first_leaves(n)), slow_root(first_leaves(n))) << n;
    }
}

TEST(Merkle, InclusionProofsAgreeWithTheRecursionAndHold) {
    for (std::size_t n = 1; n <= kSizeMax; ++n) {
        for (std::size_t i = 0; i < n; ++i) {
            const auto proof = inclusion_proof(kHasher, first_leaves(n), i);
            ASSERT_TRUE(proof);
            ASSERT_EQ(*proof, slow_path(i, first_leaves(n))) << i << " of " << n;
            ASSERT_TRUE(verify_inclusion(kHasher, inclusion_claim(i, n), *proof));
        }
        EXPECT_EQ(inclusion_proof(kHasher, first_leaves(n), n).error().kind, Kind::invalid);
    }
}

TEST(Merkle, ConsistencyProofsAgreeWithTheRecursionAndHold) {
    for (std::size_t n = 1; n <= kSizeMax; ++n) {
        for (std::size_t m = 1; m <= n; ++m) {
            const auto proof = consistency_proof(kHasher, first_leaves(n), m);
            ASSERT_TRUE(proof);
            ASSERT_EQ(*proof, slow_subproof(m, first_leaves(n), true)) << m << " to " << n;
            ASSERT_TRUE(verify_consistency(kHasher, consistency_claim(m, n), *proof));
        }
        EXPECT_FALSE(consistency_proof(kHasher, first_leaves(n), 0));
        EXPECT_FALSE(consistency_proof(kHasher, first_leaves(n), n + 1));
    }
}

TEST(Merkle, InclusionRefusesEveryOtherIndex) {
    for (std::size_t n = 2; n <= 20; ++n) {
        for (std::size_t i = 0; i < n; ++i) {
            const Proof proof = slow_path(i, first_leaves(n));
            InclusionClaim claim = inclusion_claim(i, n);
            for (std::size_t other = 0; other <= n + 1; ++other) {
                claim.index = other;
                EXPECT_EQ(verify_inclusion(kHasher, claim, proof).has_value(), other == i);
            }
        }
    }
}

/// Another size with the same path (the shape above the leaf is alike) still needs its own root, so
/// only sizes whose path differs in length must fail here; an honest root is refused as well.
TEST(Merkle, InclusionRefusesTheRootOfAnotherSize) {
    for (std::size_t n = 2; n <= 20; ++n) {
        for (std::size_t i = 0; i + 1 < n; ++i) {
            InclusionClaim claim = inclusion_claim(i, n);
            claim.root = slow_root(first_leaves(n - 1));
            EXPECT_FALSE(verify_inclusion(kHasher, claim, slow_path(i, first_leaves(n))));
        }
    }
}

TEST(Merkle, InclusionRefusesEveryFlippedBit) {
    const Proof proof = slow_path(4, first_leaves(11));
    for (std::size_t k = 0; k < proof.size(); ++k) {
        for (std::size_t bit = 0; bit < 256; ++bit) {
            Proof bad = proof;
            flip(bad[k], bit);
            EXPECT_FALSE(verify_inclusion(kHasher, inclusion_claim(4, 11), bad));
        }
    }
    for (std::size_t bit = 0; bit < 256; ++bit) {
        InclusionClaim claim = inclusion_claim(4, 11);
        flip(claim.leaf_hash, bit);
        EXPECT_FALSE(verify_inclusion(kHasher, claim, proof));
        claim = inclusion_claim(4, 11);
        flip(claim.root, bit);
        EXPECT_FALSE(verify_inclusion(kHasher, claim, proof));
    }
}

TEST(Merkle, InclusionRefusesEveryOtherLengthAndOrder) {
    const InclusionClaim claim = inclusion_claim(6, 13);
    const Proof proof = slow_path(6, first_leaves(13));
    for (std::size_t drop = 0; drop < proof.size(); ++drop) {
        Proof bad = proof;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(drop));
        EXPECT_FALSE(verify_inclusion(kHasher, claim, bad));
        bad = proof;
        bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(drop), Hash32{});
        EXPECT_FALSE(verify_inclusion(kHasher, claim, bad));
    }
    Proof longer = proof;
    longer.push_back(claim.root);
    EXPECT_FALSE(verify_inclusion(kHasher, claim, longer));
    Proof swapped = proof;
    std::swap(swapped[0], swapped[1]);
    EXPECT_FALSE(verify_inclusion(kHasher, claim, swapped));
    EXPECT_FALSE(verify_inclusion(kHasher, claim, Proof(65)));
}

TEST(Merkle, InclusionRefusesWhatIsOutsideTheTree) {
    const Hash32 leaf = leaves()[0];
    EXPECT_FALSE(verify_inclusion(kHasher, {0, 0, leaf, leaf}, {}));
    EXPECT_FALSE(verify_inclusion(kHasher, {1, 1, leaf, leaf}, {}));
    EXPECT_FALSE(verify_inclusion(kHasher, {UINT64_MAX, UINT64_MAX, leaf, leaf}, {}));
    EXPECT_TRUE(verify_inclusion(kHasher, {0, 1, leaf, leaf}, {}));
}

TEST(Merkle, InclusionBoundsItsWorkOnHugeTrees) {
    const Hash32 leaf = leaves()[0];
    EXPECT_FALSE(verify_inclusion(kHasher, {UINT64_MAX - 1, UINT64_MAX, leaf, leaf}, Proof(64)));
    EXPECT_FALSE(verify_inclusion(kHasher, {0, UINT64_MAX, leaf, leaf}, Proof(64)));
}

TEST(Merkle, ConsistencyRefusesEveryOtherSize) {
    for (std::size_t n = 2; n <= 16; ++n) {
        for (std::size_t m = 1; m < n; ++m) {
            const Proof proof = slow_subproof(m, first_leaves(n), true);
            ConsistencyClaim claim = consistency_claim(m, n);
            for (std::size_t other = 0; other <= n; ++other) {
                if (other != m) {
                    claim.old_size = other;
                    EXPECT_FALSE(verify_consistency(kHasher, claim, proof))
                        << other << " for " << m << " to " << n;
                }
            }
        }
    }
}

TEST(Merkle, ConsistencyRefusesEveryFlippedBit) {
    const Proof proof = slow_subproof(6, first_leaves(11), true);
    const ConsistencyClaim claim = consistency_claim(6, 11);
    for (std::size_t bit = 0; bit < 256; ++bit) {
        for (std::size_t k = 0; k < proof.size(); ++k) {
            Proof bad = proof;
            flip(bad[k], bit);
            EXPECT_FALSE(verify_consistency(kHasher, claim, bad));
        }
        ConsistencyClaim bad = claim;
        flip(bad.old_root, bit);
        EXPECT_FALSE(verify_consistency(kHasher, bad, proof));
        bad = claim;
        flip(bad.new_root, bit);
        EXPECT_FALSE(verify_consistency(kHasher, bad, proof));
    }
}

TEST(Merkle, ConsistencyRefusesEveryOtherLength) {
    for (const std::size_t old_size : {1U, 4U, 5U, 7U, 8U, 12U}) {
        const ConsistencyClaim claim = consistency_claim(old_size, 13);
        const Proof proof = slow_subproof(old_size, first_leaves(13), true);
        for (std::size_t size = 0; size < proof.size(); ++size) {
            EXPECT_FALSE(verify_consistency(kHasher, claim, std::span(proof).first(size)));
        }
        Proof longer = proof;
        longer.push_back(claim.new_root);
        EXPECT_FALSE(verify_consistency(kHasher, claim, longer));
        EXPECT_FALSE(verify_consistency(kHasher, claim, Proof(65)));
    }
}

TEST(Merkle, ConsistencyOfOneSizeNeedsEqualRootsAndNoProof) {
    ConsistencyClaim claim = consistency_claim(5, 5);
    EXPECT_TRUE(verify_consistency(kHasher, claim, {}));
    EXPECT_FALSE(verify_consistency(kHasher, claim, Proof{claim.old_root}));
    flip(claim.new_root, 3);
    EXPECT_FALSE(verify_consistency(kHasher, claim, {}));
}

TEST(Merkle, ConsistencyRefusesSizesThatProveNothing) {
    const Hash32 root = leaves()[0];
    EXPECT_FALSE(verify_consistency(kHasher, {0, 0, root, root}, {}));
    EXPECT_FALSE(verify_consistency(kHasher, {0, 5, root, root}, {}));
    EXPECT_FALSE(verify_consistency(kHasher, {6, 5, root, root}, {}));
    EXPECT_FALSE(verify_consistency(kHasher, {3, UINT64_MAX, root, root}, Proof(64)));
}

}  // namespace
}  // namespace mednexus::merkle
