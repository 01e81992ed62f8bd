#include "mednexus/chain/internal/patricia.hpp"

#include <array>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain::internal {
namespace {

constexpr std::size_t kNodeMax = 4096;

struct Vector {
    const char* name;
    std::vector<std::pair<std::string_view, std::string_view>> pairs;  ///< texts, or 0x…
    const char* root;
};

// ethereum/tests, TrieTests/trietest.json, after its deletions and replacements were done.
const std::vector<Vector>& vectors() {
    static const std::vector<Vector> kVectors{
        {"emptyValues",
         {{"do", "verb"}, {"horse", "stallion"}, {"doge", "coin"}, {"dog", "puppy"}},
         "5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84"},
        {"branchingTests", {}, "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"},
        {"jeff",
         {{"0x0000000000000000000000000000000000000000000000000000000000000045",
           "0x22b224a1420a802ab51d326e29fa98e34c4f24ea"},
          {"0x0000000000000000000000000000000000000000000000000000000000000046",
           "0x67706c2076330000000000000000000000000000000000000000000000000000"},
          {"0x000000000000000000000000697c7b8c961b56f675d570498424ac8de1a918f6",
           "0x6f6f6f6820736f2067726561742c207265616c6c6c793f000000000000000000"},
          {"0x0000000000000000000000007ef9e639e2733cb34e4dfc576d4b23f72db776b2",
           "0x4655474156000000000000000000000000000000000000000000000000000000"},
          {"0x000000000000000000000000ec4f34c97e43fbb2816cfd95e388353c7181dab1",
           "0x4e616d6552656700000000000000000000000000000000000000000000000000"},
          {"0x4655474156000000000000000000000000000000000000000000000000000000",
           "0x7ef9e639e2733cb34e4dfc576d4b23f72db776b2"},
          {"0x4e616d6552656700000000000000000000000000000000000000000000000000",
           "0xec4f34c97e43fbb2816cfd95e388353c7181dab1"},
          {"0x6f6f6f6820736f2067726561742c207265616c6c6c793f000000000000000000",
           "0x697c7b8c961b56f675d570498424ac8de1a918f6"}},
         "9f6221ebb8efe7cff60a716ecb886e67dd042014be444669f0159d8e68b42100"},
        {"insert-middle-leaf",
         {{"key1aa", "0123456789012345678901234567890123456789xxx"},
          {"key1", "0123456789012345678901234567890123456789Very_Long"},
          {"key2bb", "aval3"},
          {"key2", "short"},
          {"key3cc", "aval3"},
          {"key3", "1234567890123456789012345678901"}},
         "cb65032e2f76c48b82b5c24b3db8f670ce73982869d38cd39a624f23d62a9e89"}};
    return kVectors;
}

Bytes bytes_in(std::string_view text) {
    return text.starts_with("0x") ? codec::parse_hex(text).value() : to_bytes(text);
}

std::vector<TriePair> pairs_in(const Vector& vector) {
    std::vector<TriePair> out;
    for (const auto& [key, value] : vector.pairs) {
        out.push_back({.key = bytes_in(key), .value = bytes_in(value)});
    }
    return out;
}

Hash32 root_in(const Vector& vector) {
    return codec::parse_hex_as<Hash32>(vector.root).value();
}

const Vector& dogs() {
    return vectors().front();
}

TEST(Patricia, GivesThePublishedRoots) {
    for (const Vector& vector : vectors()) {
        EXPECT_EQ(codec::to_hex(trie_root(pairs_in(vector)).view()), vector.root) << vector.name;
    }
}

TEST(Patricia, ProvesEveryPairOfThePublishedTries) {
    for (const Vector& vector : vectors()) {
        for (const TriePair& pair : pairs_in(vector)) {
            const auto nodes = trie_proof(pairs_in(vector), pair.key);
            const auto value = trie_value(nodes, pair.key, root_in(vector), kNodeMax);
            ASSERT_TRUE(value) << vector.name << ": " << value.error().what;
            EXPECT_EQ(to_bytes(*value), pair.value);
        }
    }
}

TEST(Patricia, RefusesAbsentKeys) {
    const auto nodes = trie_proof(pairs_in(dogs()), bytes_of("dog"));
    for (const char* absent : {"", "d", "dogs", "cat", "dogf", "do\x01", "horses"}) {
        EXPECT_FALSE(trie_value(nodes, bytes_of(absent), root_in(dogs()), kNodeMax)) << absent;
    }
}

TEST(Patricia, RefusesMissingExtraAndSwappedNodes) {
    const Vector& vector = vectors()[2];
    const Bytes key = pairs_in(vector)[2].key;
    const auto nodes = trie_proof(pairs_in(vector), key);
    ASSERT_GE(nodes.size(), 3U);
    ASSERT_TRUE(trie_value(nodes, key, root_in(vector), kNodeMax));
    const std::span<const Bytes> all(nodes);
    for (std::size_t count = 0; count < nodes.size(); ++count) {
        EXPECT_FALSE(trie_value(all.first(count), key, root_in(vector), kNodeMax)) << count;
        EXPECT_FALSE(trie_value(all.last(count), key, root_in(vector), kNodeMax)) << count;
    }
    auto longer = nodes;
    longer.push_back(nodes.back());
    EXPECT_FALSE(trie_value(longer, key, root_in(vector), kNodeMax));
    auto swapped = nodes;
    std::swap(swapped[0], swapped[1]);
    EXPECT_FALSE(trie_value(swapped, key, root_in(vector), kNodeMax));
}

TEST(Patricia, RefusesAnotherRootAndNodesOverTheMaximum) {
    const auto nodes = trie_proof(pairs_in(dogs()), bytes_of("doge"));
    EXPECT_FALSE(trie_value(nodes, bytes_of("doge"), Hash32(), kNodeMax));
    EXPECT_FALSE(trie_value(nodes, bytes_of("doge"), root_in(dogs()), 16));
}

/// The only node of a proof, and what trie_value says of it.
Result<BytesView> value_in(const Bytes& node, BytesView key) {
    return trie_value(std::array{node}, key, crypto::keccak256(node), kNodeMax);
}

TEST(Patricia, RefusesNodesOfNoKnownShapeAlthoughTheirHashFits) {
    const Bytes key{0x12};
    const auto leaf = [](std::initializer_list<std::uint8_t> path) {
        return rlp::List().add(Bytes(path)).add(bytes_of("v")).encode();
    };
    EXPECT_TRUE(value_in(leaf({0x20, 0x12}), key));
    const Bytes bad[] = {
        leaf({0x21, 0x12}),  // odd: reads 1, 1, 2
        leaf({0x2F, 0x12}),  // padding
        leaf({0x40, 0x12}),  // flags
        leaf({}),            // no flags
        leaf({0x00}),        // an extension by nothing
        leaf({0x00, 0x12}),  // an extension to one byte, which is no node
        rlp::encode(bytes_of("a text")),
        rlp::List().add(bytes_of("one")).encode(),
        rlp::List().add(bytes_of("1")).add(bytes_of("2")).add(bytes_of("3")).encode(),
        Bytes{0xC1},
        Bytes{},
    };
    for (const Bytes& node : bad) {
        EXPECT_FALSE(value_in(node, key)) << codec::to_hex(node);
    }
}

TEST(Patricia, RefusesANodeInsideAnotherThatShouldStandAlone) {
    const Bytes long_leaf = rlp::List().add(Bytes{0x32}).add(Bytes(40, 0x61)).encode();
    rlp::List branch;
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 1) {
            branch.add_encoded(long_leaf);
        } else {
            branch.add({});
        }
    }
    branch.add({});
    EXPECT_FALSE(value_in(branch.encode(), Bytes{0x12}));
}

}  // namespace
}  // namespace mednexus::chain::internal
