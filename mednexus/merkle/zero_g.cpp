#include "mednexus/merkle/zero_g.hpp"

#include <algorithm>
#include <bit>

#include "mednexus/core/check.hpp"
#include "mednexus/merkle/internal/zero_tree.hpp"

namespace mednexus::merkle {

namespace {

constexpr std::uint64_t kFileSizeBytesMax = std::uint64_t{1} << 50U;
constexpr std::uint32_t kSegmentHeight = 10;
static_assert(std::uint64_t{1} << kSegmentHeight == kChunksPerSegment);

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) {
    return (a + b - 1) / b;
}

/// reference/0g-storage.md section 2, flow padding.
constexpr std::uint64_t padded(std::uint64_t chunks) {
    const std::uint64_t power = std::bit_ceil(chunks);
    const std::uint64_t unit = power >= 16 ? power / 16 : 1;
    return power == chunks ? chunks : divide_up(chunks, unit) * unit;
}

static_assert(padded(3) == 3 && padded(17) == 18 && padded(391) == 416 && padded(1025) == 1152);

/// The level above: pairs from the left, an odd last node moves up unchanged.
std::vector<Hash32> level_above(const Hasher& hasher, const std::vector<Hash32>& level) {
    std::vector<Hash32> out;
    out.reserve(divide_up(level.size(), 2));
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
        out.push_back(hasher.node(level[i], level[i + 1]));
    }
    if (level.size() % 2 == 1) {
        out.push_back(level.back());
    }
    return out;
}

}  // namespace

Result<FlowShape> flow_shape(std::uint64_t size_bytes) {
    if (size_bytes == 0) {
        return fail(Kind::invalid, "zero_g: an empty file has no root");
    }
    if (size_bytes > kFileSizeBytesMax) {
        return fail(Kind::invalid, "zero_g: a file of " + std::to_string(size_bytes) + " bytes");
    }
    const std::uint64_t chunks = divide_up(size_bytes, kChunkSizeBytes);
    return FlowShape{.chunks = chunks,
                     .padded_chunks = padded(chunks),
                     .segments = divide_up(chunks, kChunksPerSegment),
                     .tree_segments = divide_up(padded(chunks), kChunksPerSegment)};
}

ZeroGTree::ZeroGTree(const Hasher& hasher) : hasher_(hasher) {
    pending_.reserve(kChunkSizeBytes);
    open_chunks_.reserve(kChunksPerSegment);
}

void ZeroGTree::update(BytesView data) {
    MN_CHECK(!is_finished());
    size_bytes_ += data.size();
    if (!pending_.empty()) {
        const std::size_t wanted = kChunkSizeBytes - pending_.size();
        const BytesView head = data.first(std::min(wanted, data.size()));
        append(pending_, head);
        data = data.subspan(head.size());
        if (pending_.size() < kChunkSizeBytes) {
            return;
        }
        add_chunk(pending_);
        pending_.clear();
    }
    for (; data.size() >= kChunkSizeBytes; data = data.subspan(kChunkSizeBytes)) {
        add_chunk(data.first(kChunkSizeBytes));
    }
    append(pending_, data);
}

void ZeroGTree::add_chunk(BytesView chunk) {
    if (open_chunks_.size() == kChunksPerSegment) {
        close_segment();
    }
    open_chunks_.push_back(hasher_.leaf(chunk));
}

void ZeroGTree::close_segment() {
    segment_roots_.push_back(root_of(hasher_, open_chunks_));
    open_chunks_.clear();
}

Result<void> ZeroGTree::finish() {
    MN_CHECK(!is_finished());
    MN_TRY(const FlowShape shape, flow_shape(size_bytes_));
    shape_ = shape;
    if (!pending_.empty()) {
        pending_.resize(kChunkSizeBytes, 0);
        add_chunk(pending_);
        pending_.clear();
    }
    pad();
    levels_.push_back(std::move(segment_roots_));
    while (levels_.back().size() > 1) {
        levels_.push_back(level_above(hasher_, levels_.back()));
    }
    return {};
}

/// Adds what flow padding wants behind the last chunk. Leaves the chunk hashes of the last tree
/// segment in open_chunks_, for submission nodes smaller than a segment.
void ZeroGTree::pad() {
    const Hash32 empty = internal::zero_leaf(hasher_);
    const std::uint64_t before_last = shape_.tree_segments - 1;
    while (segment_roots_.size() < before_last) {
        open_chunks_.resize(kChunksPerSegment, empty);
        close_segment();
    }
    open_chunks_.resize(shape_.padded_chunks - before_last * kChunksPerSegment, empty);
    segment_roots_.push_back(root_of(hasher_, open_chunks_));
}

std::uint64_t ZeroGTree::size_bytes() const noexcept {
    return size_bytes_;
}

ObjectRoot ZeroGTree::root() const {
    MN_CHECK(is_finished());
    return ObjectRoot(levels_.back().front().array());
}

std::vector<SubmissionNode> ZeroGTree::submission_nodes() const {
    MN_CHECK(is_finished());
    std::vector<SubmissionNode> out;
    std::uint64_t start = 0;  // in chunks
    while (start < shape_.padded_chunks) {
        const std::uint64_t count = std::bit_floor(shape_.padded_chunks - start);
        const auto height = static_cast<std::uint32_t>(std::countr_zero(count));
        out.push_back({.root = perfect_root(start, height), .height = height});
        start += count;
    }
    return out;
}

const std::vector<Hash32>& ZeroGTree::segment_roots() const noexcept {
    MN_CHECK(is_finished());
    return levels_.front();
}

/// The root over 2^height chunks from `start`, a multiple of 2^height.
Hash32 ZeroGTree::perfect_root(std::uint64_t start, std::uint32_t height) const {
    if (height >= kSegmentHeight) {
        return levels_[height - kSegmentHeight][start >> height];
    }
    const std::uint64_t first = start % kChunksPerSegment;  // in the last tree segment
    return root_of(hasher_, std::span(open_chunks_).subspan(first, std::uint64_t{1} << height));
}

Result<SegmentProof> ZeroGTree::segment_proof(std::uint64_t segment_index) const {
    MN_CHECK(is_finished());
    if (segment_index >= shape_.segments) {
        return fail(Kind::not_found, "zero_g: no segment " + std::to_string(segment_index));
    }
    SegmentProof out;
    out.lemma.push_back(levels_.front()[segment_index]);
    std::uint64_t at = segment_index;
    for (std::size_t i = 0; i + 1 < levels_.size(); ++i, at >>= 1U) {
        const std::uint64_t sibling = at ^ 1U;
        if (sibling < levels_[i].size()) {
            out.lemma.push_back(levels_[i][sibling]);
            out.path.push_back(at % 2 == 0);
        }
    }
    if (levels_.size() > 1) {
        out.lemma.push_back(levels_.back().front());
    }
    return out;
}

Result<ObjectRoot> zero_g_root(const Hasher& hasher, BytesView file) {
    ZeroGTree tree(hasher);
    tree.update(file);
    MN_DO(tree.finish());
    return tree.root();
}

}  // namespace mednexus::merkle
