#pragma once
/// The 0G flow: one long row of chunks into which the chain places every submitted file. See
/// docs/formats/0g-root.md. Source: 0G Storage (reference/0g-storage.md section 4).
#include <cstdint>

#include "mednexus/merkle/zero_g.hpp"

namespace mednexus::merkle {

/// Where a submission lies; both in chunks.
struct FlowPlacement {
    std::uint64_t start = 0;
    std::uint64_t end = 0;  ///< the length of the flow afterwards
    friend bool operator==(const FlowPlacement&, const FlowPlacement&) = default;
};

/// Places a file of `padded_chunks` behind a flow of `flow_length` chunks: aligned to its largest
/// node, and across segment borders only from a border on.
///
/// Errors   invalid: padded_chunks 0, or either number above 2^62
[[nodiscard]] Result<FlowPlacement> place_in_flow(std::uint64_t flow_length,
                                                  std::uint64_t padded_chunks);

/// A submission node at its place: covers the chunks [start, start + 2^height).
struct FlowNode {
    std::uint64_t start = 0;
    SubmissionNode node;
};

/// The root of a flow of `length` chunks: the complete tree over the next power of two, where chunk
/// 0 is 32 zero bytes and every gap is empty chunks.
///
/// Needs    nodes sorted by start, aligned to their size, apart from each other, none over chunk 0
/// Errors   invalid: length 0 or above 2^62, or a node that breaks a need
/// Cost     about log2(length) hashes per node
[[nodiscard]] Result<Hash32> flow_root(const Hasher& hasher,
                                       std::uint64_t length,
                                       std::span<const FlowNode> nodes);

}  // namespace mednexus::merkle
