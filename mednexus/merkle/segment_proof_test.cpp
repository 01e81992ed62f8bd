#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/merkle/zero_g.hpp"

namespace mednexus::merkle {
namespace {

constexpr Hasher kHasher{crypto::zero_g_leaf, crypto::zero_g_node};

Bytes generate(std::uint64_t size) {
    Bytes out(size);
    for (std::uint64_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::uint8_t>((i * 31 + (i >> 8U) * 7) & 0xFFU);
    }
    return out;
}

/// One file with everything a verifier is given.
struct Sample {
    explicit Sample(std::uint64_t size) : file(generate(size)), tree(kHasher) {
        tree.update(file);
        EXPECT_TRUE(tree.finish());
    }

    /// The bytes of a segment as they are transferred.
    [[nodiscard]] Bytes segment(std::uint64_t index) const {
        const std::uint64_t start = index * kSegmentSizeBytes;
        const std::uint64_t size = std::min<std::uint64_t>(kSegmentSizeBytes, file.size() - start);
        Bytes out = to_bytes(BytesView(file).subspan(start, size));
        out.resize((size + kChunkSizeBytes - 1) / kChunkSizeBytes * kChunkSizeBytes, 0);
        return out;
    }

    [[nodiscard]] Result<void> verify(std::uint64_t index, const SegmentProof& proof) const {
        return verify_segment(kHasher, tree.root(), file.size(), index, segment(index), proof);
    }

    Bytes file;
    ZeroGTree tree;
};

std::string rule_of(const Result<void>& result) {
    return result ? "" : result.error().what;
}

TEST(SegmentProof, MatchesTheVectors) {
    std::ifstream file(MEDNEXUS_TEST_VECTORS "/0g-storage.json", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const json::Value vectors = *json::parse(text.str());
    int tested = 0;
    for (const json::Value& entry : *vectors.as_object()->find("files")->as_array()) {
        const json::Value* const proofs = entry.as_object()->find("segmentProofs");
        if (proofs == nullptr) {
            continue;
        }
        const auto size = json::to_int64(*entry.as_object()->find("size")->as_number());
        const Sample sample(static_cast<std::uint64_t>(*size));
        for (const json::Value& expected : *proofs->as_array()) {
            const json::Object& members = *expected.as_object();
            const auto index = json::to_int64(*members.find("segmentIndex")->as_number());
            const auto proof = sample.tree.segment_proof(static_cast<std::uint64_t>(*index));
            ASSERT_TRUE(proof);
            const json::Array& lemma = *members.find("lemma")->as_array();
            const json::Array& path = *members.find("path")->as_array();
            ASSERT_EQ(proof->lemma.size(), lemma.size());
            ASSERT_EQ(proof->path.size(), path.size());
            for (std::size_t i = 0; i < lemma.size(); ++i) {
                EXPECT_EQ(codec::to_hex_0x(proof->lemma[i].view()), *lemma[i].as_string());
            }
            for (std::size_t i = 0; i < path.size(); ++i) {
                EXPECT_EQ(proof->path[i], *path[i].as_bool());
            }
            EXPECT_TRUE(sample.verify(static_cast<std::uint64_t>(*index), *proof));
            ++tested;
        }
    }
    EXPECT_EQ(tested, 10);
}

TEST(SegmentProof, HoldsForEverySegmentOfManyFiles) {
    for (const std::uint64_t size :
         {1U, 257U, 262144U, 262145U, 524289U, 1048577U, 1310721U, 4456448U, 4456449U}) {
        const Sample sample(size);
        const std::uint64_t segments = flow_shape(size)->segments;
        for (std::uint64_t i = 0; i < segments; ++i) {
            EXPECT_EQ(rule_of(sample.verify(i, *sample.tree.segment_proof(i))), "")
                << i << " of " << size;
        }
        EXPECT_EQ(sample.tree.segment_proof(segments).error().kind, Kind::not_found);
    }
}

TEST(SegmentRoot, IsTheLeafOfItsSegment) {
    for (const std::uint64_t size : {1U, 257U, 262'144U, 262'145U, 700'003U, 5'242'883U}) {
        const Sample sample(size);
        const std::vector<Hash32>& leaves = sample.tree.segment_roots();
        const FlowShape shape = *flow_shape(size);
        ASSERT_EQ(leaves.size(), shape.tree_segments);
        EXPECT_EQ(root_of(kHasher, leaves).array(), sample.tree.root().array());
        for (std::uint64_t i = 0; i < shape.segments; ++i) {
            const auto start = BytesView(sample.file).subspan(i * kSegmentSizeBytes);
            const auto bytes = start.first(std::min<std::size_t>(start.size(), kSegmentSizeBytes));
            EXPECT_EQ(*zero_g_segment_root(kHasher, size, i, bytes), leaves[i]);
        }
    }
}

TEST(SegmentRoot, RefusesAnotherIndexLengthOrSize) {
    const Bytes file = generate(262'244);
    const auto root = [&](std::uint64_t size, std::uint64_t index, std::size_t bytes) {
        return zero_g_segment_root(kHasher, size, index, BytesView(file).first(bytes));
    };
    EXPECT_TRUE(root(262'244, 1, 100));
    EXPECT_FALSE(root(262'244, 1, 99));
    EXPECT_FALSE(root(262'244, 1, 256));
    EXPECT_FALSE(root(262'244, 0, 262'143));
    EXPECT_FALSE(root(262'244, 2, 100));
    EXPECT_FALSE(root(262'244, 2, 0));
    EXPECT_FALSE(root(262'244, UINT64_MAX, 100));
    EXPECT_FALSE(root(0, 0, 0));
}

TEST(SegmentProof, RefusesAnotherIndex) {
    const Sample sample(1048577);  // 5 segments
    for (std::uint64_t i = 0; i < 5; ++i) {
        const SegmentProof proof = *sample.tree.segment_proof(i);
        for (std::uint64_t other = 0; other < 7; ++other) {
            const auto result = verify_segment(
                kHasher, sample.tree.root(), sample.file.size(), other, sample.segment(i), proof);
            EXPECT_EQ(result.has_value(), other == i);
        }
    }
}

TEST(SegmentProof, RefusesFlippedBitsOfTheData) {
    const Sample sample(262144 + 700);
    const SegmentProof proof = *sample.tree.segment_proof(1);
    const Bytes segment = sample.segment(1);
    for (std::size_t bit = 0; bit < 8 * segment.size(); bit += 7) {
        Bytes bad = segment;
        bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_FALSE(
            verify_segment(kHasher, sample.tree.root(), sample.file.size(), 1, bad, proof));
    }
}

TEST(SegmentProof, RefusesOtherLengthsOfTheData) {
    const Sample sample(262144 + 700);
    const SegmentProof proof = *sample.tree.segment_proof(1);
    for (const std::size_t size : {0U, 256U, 512U, 700U, 767U, 769U, 1024U, 262144U}) {
        Bytes bad = sample.segment(1);
        bad.resize(size, 0);
        EXPECT_EQ(
            rule_of(verify_segment(kHasher, sample.tree.root(), sample.file.size(), 1, bad, proof)),
            "zero_g.segment: wrong length of the data");
    }
}

TEST(SegmentProof, RefusesEveryFlippedBitOfTheProof) {
    const Sample sample(1048577);
    const SegmentProof proof = *sample.tree.segment_proof(4);
    for (std::size_t k = 0; k < proof.lemma.size(); ++k) {
        for (std::size_t bit = 0; bit < 256; bit += 5) {
            SegmentProof bad = proof;
            bad.lemma[k].mutable_array()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            EXPECT_FALSE(sample.verify(4, bad)) << k;
        }
    }
    for (std::size_t k = 0; k < proof.path.size(); ++k) {
        SegmentProof bad = proof;
        bad.path[k] = !bad.path[k];
        EXPECT_FALSE(sample.verify(4, bad));
    }
}

TEST(SegmentProof, RefusesOtherLengthsOfTheProof) {
    const Sample sample(1048577);
    const SegmentProof proof = *sample.tree.segment_proof(2);
    SegmentProof bad = proof;
    bad.lemma.pop_back();
    EXPECT_FALSE(sample.verify(2, bad));
    bad = proof;
    bad.path.pop_back();
    EXPECT_FALSE(sample.verify(2, bad));
    bad.lemma.erase(bad.lemma.begin() + 1);
    EXPECT_FALSE(sample.verify(2, bad));
    bad = proof;
    bad.path.push_back(true);
    bad.lemma.insert(bad.lemma.end() - 1, Hash32{});
    EXPECT_FALSE(sample.verify(2, bad));
    EXPECT_FALSE(sample.verify(2, {}));
    EXPECT_FALSE(sample.verify(2, {.lemma = {proof.lemma.front()}, .path = {}}));
    const Sample small(100);
    const Hash32 root = Hash32(small.tree.root().array());
    EXPECT_TRUE(small.verify(0, {.lemma = {root}, .path = {}}));
    EXPECT_FALSE(small.verify(0, {.lemma = {root, root}, .path = {}}));
    EXPECT_FALSE(small.verify(0, {.lemma = {root, root, root}, .path = {true}}));
    bad = {.lemma = std::vector<Hash32>(67), .path = std::vector<bool>(65)};
    EXPECT_FALSE(sample.verify(2, bad));
}

TEST(SegmentProof, RefusesAnotherRootOrSize) {
    const Sample sample(1048577);
    const SegmentProof proof = *sample.tree.segment_proof(0);
    ObjectRoot other = sample.tree.root();
    other.mutable_array()[31] ^= 1;
    EXPECT_EQ(
        rule_of(verify_segment(kHasher, other, sample.file.size(), 0, sample.segment(0), proof)),
        "zero_g.segment: the proof is for another file");
    EXPECT_FALSE(
        verify_segment(kHasher, sample.tree.root(), 2 * 262144, 0, sample.segment(0), proof));
    EXPECT_FALSE(verify_segment(kHasher, sample.tree.root(), 0, 0, sample.segment(0), proof));
}

/// A root made over bytes behind the end of the file would name more than the file.
TEST(SegmentProof, RefusesBytesPastTheEndOfTheFile) {
    Bytes longer = generate(256);
    longer[255] = 1;
    ZeroGTree tree(kHasher);
    tree.update(longer);
    ASSERT_TRUE(tree.finish());
    const SegmentProof proof = *tree.segment_proof(0);
    EXPECT_TRUE(verify_segment(kHasher, tree.root(), 256, 0, longer, proof));
    EXPECT_EQ(rule_of(verify_segment(kHasher, tree.root(), 255, 0, longer, proof)),
              "zero_g.segment: the bytes past the end of the file are not zero");
}

/// A file of 17 segments has an 18th of padding; a root over other bytes there is refused.
TEST(SegmentProof, RefusesASiblingOverPaddingThatIsNotEmpty) {
    const std::uint64_t size = 17 * kSegmentSizeBytes;
    Bytes forged = generate(size);
    forged.resize(18 * kSegmentSizeBytes, 7);  // padded alike: 18 tree segments
    ZeroGTree tree(kHasher);
    tree.update(forged);
    ASSERT_TRUE(tree.finish());
    const auto proof = tree.segment_proof(16);
    const BytesView segment = BytesView(forged).subspan(16 * kSegmentSizeBytes, kSegmentSizeBytes);
    EXPECT_EQ(rule_of(verify_segment(kHasher, tree.root(), size, 16, segment, *proof)),
              "zero_g.segment: a sibling over padding is not empty");
}

}  // namespace
}  // namespace mednexus::merkle
