#include "mednexus/ledger/internal/tree.hpp"

#include <algorithm>
#include <bit>

#include "mednexus/core/check.hpp"
#include "mednexus/ledger/checkpoint.hpp"

namespace mednexus::ledger::internal {

namespace {

/// The largest power of two strictly below `count`. Needs: count >= 2.
std::uint64_t split_of(std::uint64_t count) {
    return std::bit_floor(count - 1);
}

}  // namespace

std::uint64_t Tree::size() const noexcept {
    return heights_.front().size();
}

void Tree::push(const Hash32& leaf_hash) {
    Hash32 hash = leaf_hash;
    for (std::size_t height = 0;; ++height) {
        if (height == heights_.size()) {
            heights_.emplace_back();
        }
        auto& row = heights_[height];
        row.push_back(hash);
        if (row.size() % 2 != 0) {
            return;
        }
        hash = kRfc6962.node(row[row.size() - 2], row.back());
    }
}

void Tree::truncate(std::uint64_t size) {
    MN_CHECK(size <= this->size());
    for (std::size_t height = 0; height < heights_.size(); ++height) {
        heights_[height].resize(size >> height);
    }
}

const Hash32& Tree::leaf(std::uint64_t index) const {
    return heights_.front().at(index);
}

Hash32 Tree::hash_of(Range range) const {
    const std::uint64_t count = range.end - range.begin;
    MN_CHECK(count >= 1);
    MN_CHECK(range.end <= size());
    if (std::has_single_bit(count) && range.begin % count == 0) {
        return heights_[static_cast<std::size_t>(std::countr_zero(count))].at(range.begin / count);
    }
    const std::uint64_t middle = range.begin + split_of(count);
    return kRfc6962.node(hash_of({range.begin, middle}), hash_of({middle, range.end}));
}

Hash32 Tree::root(std::uint64_t size) const {
    return size == 0 ? empty_root() : hash_of({0, size});
}

std::vector<Hash32> Tree::peaks(std::uint64_t size) const {
    std::vector<Hash32> out;
    for (std::uint64_t begin = 0; begin < size;) {
        const std::uint64_t end = begin + std::bit_floor(size - begin);
        out.push_back(hash_of({begin, end}));
        begin = end;
    }
    return out;
}

Result<std::vector<Hash32>> Tree::inclusion_proof(std::uint64_t index, std::uint64_t size) const {
    if (index >= size || size > this->size()) {
        return fail(Kind::invalid,
                    "ledger: no proof of entry " + std::to_string(index) + " in a tree of " +
                        std::to_string(size));
    }
    std::vector<Hash32> path;  // root side first while descending
    Range here{0, size};
    while (here.end - here.begin > 1) {
        const std::uint64_t middle = here.begin + split_of(here.end - here.begin);
        const Range left{here.begin, middle};
        const Range right{middle, here.end};
        path.push_back(hash_of(index < middle ? right : left));
        here = index < middle ? left : right;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

Result<std::vector<Hash32>> Tree::consistency_proof(std::uint64_t old_size,
                                                    std::uint64_t new_size) const {
    if (old_size == 0 || old_size > new_size || new_size > size()) {
        return fail(Kind::invalid,
                    "ledger: no proof from size " + std::to_string(old_size) + " to " +
                        std::to_string(new_size));
    }
    std::vector<Hash32> path;
    Range here{0, new_size};
    bool is_old_root_known = true;  // "b" of RFC 6962 section 2.1.2: the verifier has this subtree
    while (here.end != old_size) {
        const std::uint64_t middle = here.begin + split_of(here.end - here.begin);
        const bool goes_left = old_size <= middle;
        path.push_back(hash_of(goes_left ? Range{middle, here.end} : Range{here.begin, middle}));
        is_old_root_known = is_old_root_known && goes_left;
        here = goes_left ? Range{here.begin, middle} : Range{middle, here.end};
    }
    if (!is_old_root_known) {
        path.push_back(hash_of(here));
    }
    std::reverse(path.begin(), path.end());
    return path;
}

Bytes Tree::tile(const TileName& name) const {
    MN_CHECK(name.kind == TileKind::hashes);
    const auto& row = heights_.at(std::size_t{kTileHeight} * name.level);
    const std::uint64_t begin = name.index * kTileWidth;
    MN_CHECK(begin + name.width <= row.size());
    Bytes out;
    out.reserve(std::size_t{name.width} * Hash32::kSizeBytes);
    for (std::uint64_t i = begin; i < begin + name.width; ++i) {
        append(out, row[i].view());
    }
    return out;
}

}  // namespace mednexus::ledger::internal
