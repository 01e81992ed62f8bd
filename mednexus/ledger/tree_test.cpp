#include "mednexus/ledger/internal/tree.hpp"

#include "mednexus/codec/hex.hpp"
#include "mednexus/ledger/internal/test_support.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::ledger::internal {
namespace {

Tree tree_of(const std::vector<Hash32>& leaves) {
    Tree tree;
    for (const Hash32& leaf : leaves) {
        tree.push(leaf);
    }
    return tree;
}

/// Roots after 1..8 leaves of the public test tree (RFC 6962 reference code; recomputed with Go).
TEST(Tree, HasThePublishedRoots) {
    const std::vector<std::string> leaves{"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
    const std::vector<std::string> roots{
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    Tree tree;
    EXPECT_EQ(tree.root(0), crypto::sha256({}));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        tree.push(kRfc6962.leaf(*codec::parse_hex(leaves[i])));
        EXPECT_EQ(codec::to_hex(tree.root(i + 1).view()), roots[i]);
    }
}

TEST(Tree, HasTheRootsOfTheSlowReferenceAtEverySmallSize) {
    const auto leaves = test_leaves(600);
    const Tree tree = tree_of(leaves);
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        ASSERT_EQ(tree.root(size), merkle::root_of(kRfc6962, std::span(leaves).first(size)))
            << size;
    }
}

TEST(Tree, HasTheRootsOfTheSlowReferenceAroundTileBoundaries) {
    const auto leaves = test_leaves(65800);
    const Tree tree = tree_of(leaves);
    for (const std::size_t size : {65279U, 65280U, 65281U, 65535U, 65536U, 65537U, 65800U}) {
        ASSERT_EQ(tree.root(size), merkle::root_of(kRfc6962, std::span(leaves).first(size)));
    }
}

TEST(Tree, GivesTheProofsOfTheSlowReferenceForRandomSizes) {
    testing::SeededRandom random(1);
    const auto leaves = test_leaves(1025);
    const Tree tree = tree_of(leaves);
    for (int round = 0; round < 300; ++round) {
        const std::uint64_t size = 1 + random.below(leaves.size());
        const std::uint64_t index = random.below(size);
        const std::uint64_t old_size = 1 + random.below(size);
        const auto front = std::span(leaves).first(size);
        SCOPED_TRACE(std::to_string(index) + " " + std::to_string(old_size) + " of " +
                     std::to_string(size));
        EXPECT_EQ(*tree.inclusion_proof(index, size),
                  *merkle::inclusion_proof(kRfc6962, front, index));
        EXPECT_EQ(*tree.consistency_proof(old_size, size),
                  *merkle::consistency_proof(kRfc6962, front, old_size));
    }
}

TEST(Tree, GivesProofsThatVerifyAcrossSixtyFiveThousand) {
    const auto leaves = test_leaves(65540);
    const Tree tree = tree_of(leaves);
    for (const std::uint64_t size : std::vector<std::uint64_t>{65535, 65536, 65537, 65540}) {
        for (const std::uint64_t index : std::vector<std::uint64_t>{0, 255, 256, 65279, size - 1}) {
            EXPECT_TRUE(merkle::verify_inclusion(kRfc6962,
                                                 {.index = index,
                                                  .tree_size = size,
                                                  .leaf_hash = leaves[index],
                                                  .root = tree.root(size)},
                                                 *tree.inclusion_proof(index, size)));
            EXPECT_TRUE(merkle::verify_consistency(kRfc6962,
                                                   {.old_size = index + 1,
                                                    .new_size = size,
                                                    .old_root = tree.root(index + 1),
                                                    .new_root = tree.root(size)},
                                                   *tree.consistency_proof(index + 1, size)));
        }
    }
}

TEST(Tree, RefusesProofsThatDoNotExist) {
    const Tree tree = tree_of(test_leaves(5));
    expect_kind(tree.inclusion_proof(0, 0), Kind::invalid);
    expect_kind(tree.inclusion_proof(3, 3), Kind::invalid);
    expect_kind(tree.inclusion_proof(0, 6), Kind::invalid);
    expect_kind(tree.consistency_proof(0, 5), Kind::invalid);
    expect_kind(tree.consistency_proof(4, 3), Kind::invalid);
    expect_kind(tree.consistency_proof(1, 6), Kind::invalid);
}

TEST(Tree, ForgetsWhatIsTakenBack) {
    const auto leaves = test_leaves(700);
    for (const std::uint64_t size : {0ULL, 1ULL, 255ULL, 256ULL, 257ULL, 511ULL, 512ULL, 699ULL}) {
        Tree tree = tree_of(leaves);
        tree.truncate(size);
        EXPECT_EQ(tree.size(), size);
        for (std::uint64_t i = size; i < leaves.size(); ++i) {
            tree.push(leaves[i]);
        }
        EXPECT_EQ(tree.root(700), merkle::root_of(kRfc6962, leaves));
    }
}

TEST(Tree, CutsTilesAtEveryLevel) {
    const Tree tree = tree_of(test_leaves(65536 + 256 + 3));
    EXPECT_EQ(tree.tile({.level = 0, .index = 257, .width = 3}).size(), 96U);
    EXPECT_EQ(tree.tile({.level = 1, .index = 0}).size(), kTileSizeBytes);
    EXPECT_EQ(tree.tile({.level = 1, .index = 1, .width = 1}).size(), 32U);
    const auto top = parse_tile(tree.tile({.level = 2, .index = 0, .width = 1}), 1);
    EXPECT_EQ(top->front(), tree.root(65536));
}

}  // namespace
}  // namespace mednexus::ledger::internal
