#include "mednexus/merkle/flow.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/hash.hpp"

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

std::vector<SubmissionNode> nodes_of(std::uint64_t size) {
    ZeroGTree tree(kHasher);
    tree.update(generate(size));
    EXPECT_TRUE(tree.finish());
    return tree.submission_nodes();
}

std::uint64_t number_in(const json::Object& object, std::string_view key) {
    return static_cast<std::uint64_t>(*json::to_int64(*object.find(key)->as_number()));
}

// tests/vectors/0g-storage.json, "flow": thirteen submissions to the official contract.
TEST(Flow, PlacementsAndRootsMatchTheContract) {
    std::ifstream file(MEDNEXUS_TEST_VECTORS "/0g-storage.json", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const json::Value vectors = *json::parse(text.str());
    const json::Object& flow = *vectors.as_object()->find("flow")->as_object();
    std::uint64_t length = 1;
    std::vector<FlowNode> placed;
    for (const json::Value& entry : *flow.find("submissions")->as_array()) {
        const json::Object& expected = *entry.as_object();
        const std::uint64_t size = number_in(expected, "size");
        SCOPED_TRACE(size);
        const std::uint64_t chunks = flow_shape(size)->padded_chunks;
        EXPECT_EQ(chunks, number_in(expected, "length"));
        EXPECT_EQ(chunks, number_in(expected, "feeSectors"));
        const auto place = place_in_flow(length, chunks);
        ASSERT_TRUE(place);
        EXPECT_EQ(place->start, number_in(expected, "startPos"));
        EXPECT_EQ(place->end, number_in(expected, "flowLengthAfter"));
        Bytes roots;
        std::uint64_t start = place->start;
        for (const SubmissionNode& node : nodes_of(size)) {
            append(roots, node.root.view());
            placed.push_back({.start = start, .node = node});
            start += std::uint64_t{1} << node.height;
        }
        EXPECT_EQ(codec::to_hex_0x(crypto::keccak256(roots).view()),
                  *expected.find("identity")->as_string());
        length = place->end;
        const auto root = flow_root(kHasher, length, placed);
        ASSERT_TRUE(root);
        EXPECT_EQ(codec::to_hex_0x(root->view()), *expected.find("flowRootAfter")->as_string());
    }
}

TEST(Flow, LargeFilesBeginOnASegmentBorder) {
    for (std::uint64_t length = 1; length < 4000; length += 37) {
        for (const std::uint64_t chunks : {1U, 18U, 1024U, 1152U, 4608U}) {
            const FlowPlacement place = *place_in_flow(length, chunks);
            EXPECT_GE(place.start, length);
            EXPECT_EQ(place.end - place.start, chunks);
            const bool is_in_one = place.start / 1024 == (place.end - 1) / 1024;
            EXPECT_TRUE(is_in_one || place.start % 1024 == 0);
        }
    }
}

TEST(Flow, RefusesSizesOutOfRange) {
    EXPECT_FALSE(place_in_flow(1, 0));
    EXPECT_FALSE(place_in_flow(UINT64_MAX, 1));
    EXPECT_FALSE(place_in_flow(1, UINT64_MAX));
    EXPECT_FALSE(flow_root(kHasher, 0, {}));
    EXPECT_FALSE(flow_root(kHasher, UINT64_MAX, {}));
}

FlowNode node_at(std::uint64_t start, std::uint32_t height) {
    return {.start = start, .node = {.root = {}, .height = height}};
}

TEST(Flow, RefusesNodesOutOfPlace) {
    const auto refuses = [](const std::vector<FlowNode>& nodes) {
        return !flow_root(kHasher, 16, nodes).has_value();
    };
    EXPECT_FALSE(refuses({node_at(4, 2), node_at(8, 0)}));
    EXPECT_TRUE(refuses({node_at(0, 0)}));                 // chunk 0 is taken
    EXPECT_TRUE(refuses({node_at(2, 2)}));                 // not aligned
    EXPECT_TRUE(refuses({node_at(16, 0)}));                // past the end
    EXPECT_TRUE(refuses({node_at(8, 4)}));                 // past the end
    EXPECT_TRUE(refuses({node_at(4, 200)}));               // no such height
    EXPECT_TRUE(refuses({node_at(5, 0), node_at(4, 0)}));  // not sorted
    EXPECT_TRUE(refuses({node_at(4, 2), node_at(6, 0)}));  // one inside the other
}

}  // namespace
}  // namespace mednexus::merkle
