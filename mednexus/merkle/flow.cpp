#include "mednexus/merkle/flow.hpp"

#include <algorithm>
#include <bit>

#include "mednexus/merkle/internal/zero_tree.hpp"

namespace mednexus::merkle {

namespace {

constexpr std::uint64_t kFlowLengthMax = std::uint64_t{1} << 62U;

std::uint64_t round_up(std::uint64_t value, std::uint64_t power_of_two) {
    return (value + power_of_two - 1) & ~(power_of_two - 1);
}

std::uint64_t end_of(const FlowNode& node) {
    return node.start + (std::uint64_t{1} << node.node.height);
}

Result<void> check_nodes(std::uint64_t length, std::span<const FlowNode> nodes) {
    std::uint64_t end = 1;  // chunk 0 is taken
    for (const FlowNode& node : nodes) {
        if (node.node.height >= 62 || node.start < end || node.start > length) {
            return fail(Kind::invalid, "flow.root: a node out of place");
        }
        end = end_of(node);
        if (node.start % (std::uint64_t{1} << node.node.height) != 0 || end > length) {
            return fail(Kind::invalid, "flow.root: a node out of place");
        }
    }
    return {};
}

/// The root over [start, start + 2^height); `nodes` are those that begin in it. Recursion is
/// bounded by the height.
// NOLINTNEXTLINE(misc-no-recursion)
Hash32 root_over(const Hasher& hasher,
                 std::uint64_t start,
                 std::uint32_t height,
                 std::span<const FlowNode> nodes) {
    if (start == 0 && height == 0) {
        return {};  // flow entry 0
    }
    if (start != 0 && nodes.empty()) {
        return internal::zero_root(hasher, height);
    }
    if (!nodes.empty() && nodes.front().start == start && nodes.front().node.height == height) {
        return nodes.front().node.root;
    }
    const std::uint64_t middle = start + (std::uint64_t{1} << (height - 1));
    const auto split = std::partition_point(
        nodes.begin(), nodes.end(), [&](const FlowNode& node) { return node.start < middle; });
    const auto left = static_cast<std::size_t>(split - nodes.begin());
    return hasher.node(root_over(hasher, start, height - 1, nodes.first(left)),
                       root_over(hasher, middle, height - 1, nodes.subspan(left)));
}

}  // namespace

Result<FlowPlacement> place_in_flow(std::uint64_t flow_length, std::uint64_t padded_chunks) {
    if (padded_chunks == 0 || padded_chunks > kFlowLengthMax || flow_length > kFlowLengthMax) {
        return fail(Kind::invalid, "flow.place: sizes out of range");
    }
    const std::uint64_t alignment = std::bit_floor(padded_chunks);
    std::uint64_t start = round_up(flow_length, alignment);
    const std::uint64_t last = start + padded_chunks - 1;
    const bool is_on_border = start % kChunksPerSegment == 0;
    if (!is_on_border && start / kChunksPerSegment != last / kChunksPerSegment) {
        start = round_up(round_up(flow_length, kChunksPerSegment), alignment);
    }
    return FlowPlacement{.start = start, .end = start + padded_chunks};
}

Result<Hash32> flow_root(const Hasher& hasher,
                         std::uint64_t length,
                         std::span<const FlowNode> nodes) {
    if (length == 0 || length > kFlowLengthMax) {
        return fail(Kind::invalid, "flow.root: length out of range");
    }
    MN_DO(check_nodes(length, nodes));
    const auto height = static_cast<std::uint32_t>(std::countr_zero(std::bit_ceil(length)));
    return root_over(hasher, 0, height, nodes);
}

}  // namespace mednexus::merkle
