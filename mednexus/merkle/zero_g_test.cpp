#include "mednexus/merkle/zero_g.hpp"

#include <bit>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/merkle/flow.hpp"
#include "mednexus/merkle/internal/zero_tree.hpp"

namespace mednexus::merkle {
namespace {

constexpr Hasher kHasher{crypto::zero_g_leaf, crypto::zero_g_node};

/// tests/vectors/0g-storage.json; its "about" and "madeWith" name the source.
const json::Object& vectors() {
    static const json::Value out = [] {
        std::ifstream file(MEDNEXUS_TEST_VECTORS "/0g-storage.json", std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return *json::parse(text.str());
    }();
    return *out.as_object();
}

const json::Array& list(const json::Object& object, std::string_view key) {
    return *object.find(key)->as_array();
}

std::string text_in(const json::Object& object, std::string_view key) {
    return *object.find(key)->as_string();
}

std::uint64_t number_in(const json::Object& object, std::string_view key) {
    return static_cast<std::uint64_t>(*json::to_int64(*object.find(key)->as_number()));
}

/// The vectors' generator: byte i = (i * 31 + (i >> 8) * 7) & 0xff.
Bytes generate(std::uint64_t size) {
    Bytes out(size);
    for (std::uint64_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::uint8_t>((i * 31 + (i >> 8U) * 7) & 0xFFU);
    }
    return out;
}

ZeroGTree tree_of(BytesView file) {
    ZeroGTree tree(kHasher);
    tree.update(file);
    EXPECT_TRUE(tree.finish());
    return tree;
}

Hash32 hash_from(std::string_view hex) {
    return *codec::parse_hex_as<Hash32>(hex);
}

template <typename F>
std::string hex(const F& hash) {
    return codec::to_hex_0x(hash.view());
}

TEST(ZeroG, HashesMatchTheVectors) {
    EXPECT_EQ(hex(crypto::keccak256({})), text_in(vectors(), "emptyInputKeccak"));
    EXPECT_EQ(hex(internal::zero_leaf(kHasher)), text_in(vectors(), "emptyChunkHash"));
    const json::Array& by_height = list(vectors(), "zeroHashesByHeight");
    ASSERT_EQ(by_height.size(), 33U);
    for (std::uint32_t height = 0; height < by_height.size(); ++height) {
        EXPECT_EQ(hex(internal::zero_root(kHasher, height)), *by_height[height].as_string());
        EXPECT_EQ(internal::zero_root(kHasher, height),
                  internal::zero_tree_root(kHasher, std::uint64_t{1} << height));
    }
}

void expect_file(const json::Object& sample) {
    const std::uint64_t size = number_in(sample, "size");
    SCOPED_TRACE(size);
    const Bytes file = generate(size);
    ASSERT_EQ(codec::to_hex(crypto::sha256(file).view()), text_in(sample, "sha256"));
    const auto shape = flow_shape(size);
    ASSERT_TRUE(shape);
    EXPECT_EQ(shape->chunks, number_in(sample, "numChunks"));
    EXPECT_EQ(shape->segments, number_in(sample, "numSegments"));
    EXPECT_EQ(shape->padded_chunks, number_in(sample, "paddedChunks"));
    EXPECT_EQ(shape->tree_segments, number_in(sample, "paddedSegments"));
    const ZeroGTree tree = tree_of(file);
    EXPECT_EQ(tree.size_bytes(), size);
    EXPECT_EQ(hex(tree.root()), text_in(sample, "merkleRoot"));
    EXPECT_EQ(zero_g_root(kHasher, file)->array(), tree.root().array());
    std::vector<SubmissionNode> nodes;
    for (const json::Value& node : list(sample, "submissionNodes")) {
        const json::Object& members = *node.as_object();
        nodes.push_back({.root = hash_from(text_in(members, "root")),
                         .height = static_cast<std::uint32_t>(number_in(members, "height"))});
    }
    EXPECT_EQ(tree.submission_nodes(), nodes);
}

TEST(ZeroG, FilesMatchTheVectors) {
    int tested = 0;
    for (const json::Value& file : list(vectors(), "files")) {
        const json::Object& sample = *file.as_object();
        if (number_in(sample, "size") == 0) {
            continue;  // ZeroG.AnEmptyFileHasNoRoot
        }
        expect_file(sample);
        ++tested;
    }
    EXPECT_EQ(tested, 27);
}

TEST(ZeroG, AnEmptyFileHasNoRoot) {
    EXPECT_EQ(zero_g_root(kHasher, {}).error().kind, Kind::invalid);
    EXPECT_EQ(flow_shape(0).error().kind, Kind::invalid);
    EXPECT_EQ(flow_shape((std::uint64_t{1} << 50U) + 1).error().kind, Kind::invalid);
    EXPECT_TRUE(flow_shape(std::uint64_t{1} << 50U));
    ZeroGTree tree(kHasher);
    tree.update({});
    EXPECT_EQ(tree.finish().error().kind, Kind::invalid);
}

TEST(ZeroG, PiecesOfAnySizeGiveTheSameTree) {
    const Bytes file = generate(600001);
    const ObjectRoot root = tree_of(file).root();
    constexpr unsigned kSeed = 16661;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (const std::size_t piece_max : {1U, 2U, 300U, 5000U, 400000U}) {
        ZeroGTree tree(kHasher);
        for (std::size_t at = 0; at < file.size();) {
            const std::size_t wanted = 1 + random() % piece_max;
            const std::size_t piece = std::min(wanted, file.size() - at);
            tree.update(BytesView(file).subspan(at, piece));
            at += piece;
        }
        ASSERT_TRUE(tree.finish());
        EXPECT_EQ(tree.root(), root);
        EXPECT_EQ(tree.submission_nodes(), tree_of(file).submission_nodes());
    }
}

/// One tree over all padded chunk hashes: reference/0g-storage.md section 2 says it is the same.
Hash32 naive_root(BytesView file, std::uint64_t padded_chunks) {
    Bytes padded = to_bytes(file);
    padded.resize(padded_chunks * kChunkSizeBytes, 0);
    std::vector<Hash32> level;
    for (std::uint64_t i = 0; i < padded_chunks; ++i) {
        level.push_back(crypto::keccak256(BytesView(padded).subspan(i * 256, 256)));
    }
    while (level.size() > 1) {
        std::vector<Hash32> above;
        for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
            above.push_back(crypto::zero_g_node(level[i], level[i + 1]));
        }
        if (level.size() % 2 == 1) {
            above.push_back(level.back());
        }
        level = std::move(above);
    }
    return level.front();
}

TEST(ZeroG, RootAgreesWithOneTreeOverAllChunks) {
    constexpr unsigned kSeed = 16602;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (int round = 0; round < 60; ++round) {
        const std::uint64_t size = 1 + random() % (std::uint64_t{1} << (8 + random() % 14));
        Bytes file(size);
        for (std::uint8_t& byte : file) {
            byte = static_cast<std::uint8_t>(random());
        }
        const std::uint64_t padded = flow_shape(size)->padded_chunks;
        EXPECT_EQ(tree_of(file).root().array(), naive_root(file, padded).array()) << size;
    }
}

/// reference/0g-storage.md section 2: how a node recovers the root from the event.
TEST(ZeroG, SubmissionNodesFoldToTheRoot) {
    for (const std::uint64_t size : {1U, 513U, 4097U, 100000U, 262145U, 1048577U, 5242883U}) {
        const ZeroGTree tree = tree_of(generate(size));
        const auto nodes = tree.submission_nodes();
        EXPECT_LE(nodes.size(), 4U);
        Hash32 root = nodes.back().root;
        for (std::size_t k = nodes.size() - 1; k-- > 0;) {
            root = crypto::zero_g_node(nodes[k].root, root);
        }
        EXPECT_EQ(root.array(), tree.root().array()) << size;
    }
}

TEST(ZeroG, AnotherBitOrByteIsAnotherRoot) {
    const Bytes file = generate(300000);
    const ObjectRoot root = tree_of(file).root();
    for (const std::size_t at : {0U, 255U, 256U, 262143U, 262144U, 299999U}) {
        Bytes other = file;
        other[at] ^= 1;
        EXPECT_NE(tree_of(other).root(), root);
    }
    EXPECT_NE(tree_of(BytesView(file).first(299999)).root(), root);
}

}  // namespace
}  // namespace mednexus::merkle
