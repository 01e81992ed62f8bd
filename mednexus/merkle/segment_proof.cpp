#include <algorithm>
#include <bit>

#include "mednexus/merkle/internal/zero_tree.hpp"
#include "mednexus/merkle/zero_g.hpp"

namespace mednexus::merkle {

namespace {

Failure refused(std::string_view rule) {
    return fail(Kind::invalid, "zero_g.segment: " + std::string(rule));
}

std::uint64_t chunks_sent(const FlowShape& shape, std::uint64_t segment_index) {
    return std::min(kChunksPerSegment, shape.chunks - segment_index * kChunksPerSegment);
}

/// The bytes have the length of this segment, and what lies past the end of the file is zero.
Result<void> check_bytes(const FlowShape& shape,
                         std::uint64_t file_size_bytes,
                         std::uint64_t segment_index,
                         BytesView segment) {
    if (segment.size() != chunks_sent(shape, segment_index) * kChunkSizeBytes) {
        return refused("wrong length of the data");
    }
    const std::uint64_t start = segment_index * kSegmentSizeBytes;
    const std::uint64_t in_file = std::min<std::uint64_t>(segment.size(), file_size_bytes - start);
    const BytesView past_end = segment.subspan(in_file);
    if (std::any_of(past_end.begin(), past_end.end(), [](std::uint8_t b) { return b != 0; })) {
        return refused("the bytes past the end of the file are not zero");
    }
    return {};
}

/// One lemma and no path, or two lemmas more than steps.
Result<void> check_shape(const SegmentProof& proof) {
    const bool is_single = proof.lemma.size() == 1 && proof.path.empty();
    const bool is_longer = !proof.path.empty() && proof.lemma.size() == proof.path.size() + 2;
    if (!(is_single || is_longer) || proof.path.size() > kProofLengthMax) {
        return refused("wrong lengths of lemma and path");
    }
    return {};
}

Hash32 segment_root(const Hasher& hasher,
                    const FlowShape& shape,
                    std::uint64_t segment_index,
                    BytesView segment) {
    const std::uint64_t start = segment_index * kChunksPerSegment;
    const std::uint64_t chunks = std::min(kChunksPerSegment, shape.padded_chunks - start);
    std::vector<Hash32> leaves;
    leaves.reserve(chunks);
    for (; !segment.empty(); segment = segment.subspan(kChunkSizeBytes)) {
        leaves.push_back(hasher.leaf(segment.first(kChunkSizeBytes)));
    }
    leaves.resize(chunks, internal::zero_leaf(hasher));
    return root_of(hasher, leaves);
}

/// The tree segments [first, first + count) that a node of the file tree covers.
struct Cover {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

/// A node that covers only padding is the tree over that many empty chunks.
Result<void> check_padding(const Hasher& hasher,
                           const FlowShape& shape,
                           Cover cover,
                           const Hash32& hash) {
    if (cover.first < shape.segments) {
        return {};
    }
    const std::uint64_t first_chunk = cover.first * kChunksPerSegment;
    const std::uint64_t end_chunk =
        std::min(first_chunk + cover.count * kChunksPerSegment, shape.padded_chunks);
    if (hash != internal::zero_tree_root(hasher, end_chunk - first_chunk)) {
        return refused("a sibling over padding is not empty");
    }
    return {};
}

/// Walks the path from the root down: it must end at the claimed segment.
Result<void> check_position(const Hasher& hasher,
                            const FlowShape& shape,
                            std::uint64_t segment_index,
                            const SegmentProof& proof) {
    Cover at{.first = 0, .count = shape.tree_segments};
    for (std::size_t i = proof.path.size(); i-- > 0;) {
        if (at.count == 1) {
            return refused("the path is too long");
        }
        const std::uint64_t half = std::bit_floor(at.count - 1);
        const Cover right{.first = at.first + half, .count = at.count - half};
        if (proof.path[i]) {
            MN_DO(check_padding(hasher, shape, right, proof.lemma[i + 1]));
            at.count = half;
        } else {
            at = right;
        }
    }
    if (at.count != 1 || at.first != segment_index) {
        return refused("the path leads to another segment");
    }
    return {};
}

Hash32 fold(const Hasher& hasher, const SegmentProof& proof) {
    Hash32 out = proof.lemma.front();
    for (std::size_t i = 0; i < proof.path.size(); ++i) {
        const Hash32& sibling = proof.lemma[i + 1];
        out = proof.path[i] ? hasher.node(out, sibling) : hasher.node(sibling, out);
    }
    return out;
}

}  // namespace

Result<Hash32> zero_g_segment_root(const Hasher& hasher,
                                   std::uint64_t file_size_bytes,
                                   std::uint64_t segment_index,
                                   BytesView segment) {
    MN_TRY(const FlowShape shape, flow_shape(file_size_bytes));
    if (segment_index >= shape.segments) {
        return refused("index out of range");
    }
    const std::uint64_t left = file_size_bytes - segment_index * kSegmentSizeBytes;
    if (segment.size() != std::min(kSegmentSizeBytes, left)) {
        return refused("wrong length of the data");
    }
    const std::size_t rest = segment.size() % kChunkSizeBytes;
    if (rest == 0) {
        return segment_root(hasher, shape, segment_index, segment);
    }
    Bytes filled = to_bytes(segment);
    filled.resize(segment.size() - rest + kChunkSizeBytes, 0);
    return segment_root(hasher, shape, segment_index, filled);
}

Result<void> verify_segment(const Hasher& hasher,
                            const ObjectRoot& root,
                            std::uint64_t file_size_bytes,
                            std::uint64_t segment_index,
                            BytesView segment,
                            const SegmentProof& proof) {
    MN_TRY(const FlowShape shape, flow_shape(file_size_bytes));
    if (segment_index >= shape.segments) {
        return refused("the index is outside the file");
    }
    MN_DO(check_bytes(shape, file_size_bytes, segment_index, segment));
    MN_DO(check_shape(proof));
    if (proof.lemma.front() != segment_root(hasher, shape, segment_index, segment)) {
        return refused("the data has another root");
    }
    if (proof.lemma.back().array() != root.array()) {
        return refused("the proof is for another file");
    }
    MN_DO(check_position(hasher, shape, segment_index, proof));
    if (fold(hasher, proof).array() != root.array()) {
        return refused("the proof does not lead to the root");
    }
    return {};
}

}  // namespace mednexus::merkle
