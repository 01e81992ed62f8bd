#pragma once
/// The 0G Storage file tree: 256-byte chunks, 1024-chunk segments, flow padding. See
/// docs/formats/0g-root.md. Source: 0G Storage (reference/0g-storage.md sections 1 to 3).
#include <cstdint>
#include <vector>

#include "mednexus/merkle/merkle.hpp"

namespace mednexus::merkle {

inline constexpr std::uint64_t kChunkSizeBytes = 256;
inline constexpr std::uint64_t kChunksPerSegment = 1024;
inline constexpr std::uint64_t kSegmentSizeBytes = kChunkSizeBytes * kChunksPerSegment;
static_assert(kSegmentSizeBytes == 262144);

/// Sizes that follow from the byte size of a file (> 0), all in chunks or segments.
struct FlowShape {
    std::uint64_t chunks = 0;         ///< ceil(size / 256)
    std::uint64_t padded_chunks = 0;  ///< after flow padding
    std::uint64_t segments = 0;       ///< ceil(chunks / 1024): what is transferred
    std::uint64_t tree_segments = 0;  ///< ceil(padded / 1024): leaves of the file tree
};

/// Errors: invalid for size 0 (an empty file has no root) or above 2^50 bytes.
[[nodiscard]] Result<FlowShape> flow_shape(std::uint64_t size_bytes);

/// One node of the on-chain submission: covers 2^height chunks.
struct SubmissionNode {
    Hash32 root;
    std::uint32_t height = 0;
    friend bool operator==(const SubmissionNode&, const SubmissionNode&) = default;
};

/// Proof of one segment. lemma[0] = segment root, then siblings bottom to top, last = file root;
/// path[i] = true when the node on the way is the left child.
struct SegmentProof {
    std::vector<Hash32> lemma;
    std::vector<bool> path;
};

/// Builds the tree of a file that arrives in pieces of any size. Memory: 32 bytes per chunk of the
/// open segment and 64 bytes per segment.
class ZeroGTree {
public:
    explicit ZeroGTree(const Hasher& hasher);
    void update(BytesView data);
    /// Ends the file. Errors: invalid when no byte was given.
    [[nodiscard]] Result<void> finish();

    // After finish():
    [[nodiscard]] std::uint64_t size_bytes() const noexcept;
    [[nodiscard]] ObjectRoot root() const;
    [[nodiscard]] std::vector<SubmissionNode> submission_nodes() const;
    /// Errors: not_found unless index < shape.segments.
    [[nodiscard]] Result<SegmentProof> segment_proof(std::uint64_t segment_index) const;
    /// The leaves whose root_of() is root(): shape.tree_segments of them, those that are wholly
    /// padding included.
    [[nodiscard]] const std::vector<Hash32>& segment_roots() const noexcept;

private:
    void add_chunk(BytesView chunk);
    void close_segment();
    void pad();
    [[nodiscard]] Hash32 perfect_root(std::uint64_t start, std::uint32_t height) const;

    [[nodiscard]] bool is_finished() const noexcept { return !levels_.empty(); }

    Hasher hasher_;
    Bytes pending_;                      ///< bytes of an unfinished chunk
    std::vector<Hash32> open_chunks_;    ///< chunk hashes of the segment being read, then the last
    std::vector<Hash32> segment_roots_;  ///< until finish(), which moves them to levels_
    std::uint64_t size_bytes_ = 0;
    FlowShape shape_;
    std::vector<std::vector<Hash32>> levels_;  ///< segment roots first, the file root alone last
};

/// Root of a file held in memory. Errors: invalid for an empty file.
[[nodiscard]] Result<ObjectRoot> zero_g_root(const Hasher& hasher, BytesView file);

/// Root of one segment from its bytes as they lie in the file (the last chunk not filled up), with
/// the flow padding that the file's size asks for: the leaf that segment_roots()[index] holds.
/// Errors: invalid unless index < shape.segments and the length is what the size leaves for it.
[[nodiscard]] Result<Hash32> zero_g_segment_root(const Hasher& hasher,
                                                 std::uint64_t file_size_bytes,
                                                 std::uint64_t segment_index,
                                                 BytesView segment);

/// Checks one segment's bytes (as transferred: last chunk zero-filled, padding chunks not sent)
/// against the root.
///
/// Shape    segment: min(1024, chunks - 1024 * index) * 256 bytes
/// Errors   invalid, "zero_g.segment: …" with the rule that failed
/// Source   reference/0g-storage.md section 3
[[nodiscard]] Result<void> verify_segment(const Hasher& hasher,
                                          const ObjectRoot& root,
                                          std::uint64_t file_size_bytes,
                                          std::uint64_t segment_index,
                                          BytesView segment,
                                          const SegmentProof& proof);

}  // namespace mednexus::merkle
