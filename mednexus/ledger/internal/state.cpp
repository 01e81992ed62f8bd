#include "mednexus/ledger/internal/state.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"

namespace mednexus::ledger::internal {

namespace {

Failure beyond(std::uint64_t size) {
    return fail(Kind::invalid, "ledger: the log does not reach " + std::to_string(size));
}

void add_changed(std::vector<TileContent>& out,
                 const Tree& tree,
                 std::uint32_t level,
                 std::uint64_t old_count,
                 std::uint64_t new_count) {
    TileName name{.level = level, .index = old_count / kTileWidth};
    for (; name.index * kTileWidth < new_count; ++name.index) {
        const std::uint64_t rest = new_count - name.index * kTileWidth;
        name.width = static_cast<std::uint32_t>(std::min<std::uint64_t>(rest, kTileWidth));
        out.push_back({name, tree.tile(name)});
    }
}

}  // namespace

State::State(Tree tree, SignedCheckpoint checkpoint) : tree_(std::move(tree)) {
    publish(std::move(checkpoint));
}

SignedCheckpoint State::published() const {
    const std::scoped_lock lock(mutex_);
    return published_;
}

std::uint64_t State::size() const {
    const std::scoped_lock lock(mutex_);
    return published_.checkpoint.size;
}

std::optional<std::uint64_t> State::index_of(const Hash32& leaf) const {
    const std::scoped_lock lock(mutex_);
    const auto found = index_of_.find(leaf);
    return found == index_of_.end() ? std::nullopt : std::optional(found->second);
}

Result<Hash32> State::leaf(std::uint64_t index) const {
    const std::scoped_lock lock(mutex_);
    if (index >= published_.checkpoint.size) {
        return fail(Kind::not_found, "ledger: no entry " + std::to_string(index));
    }
    return tree_.leaf(index);
}

Result<Hash32> State::root(std::uint64_t size) const {
    const std::scoped_lock lock(mutex_);
    if (size > published_.checkpoint.size) {
        return beyond(size);
    }
    return tree_.root(size);
}

Result<std::vector<Hash32>> State::peaks(std::uint64_t size) const {
    const std::scoped_lock lock(mutex_);
    if (size > published_.checkpoint.size) {
        return beyond(size);
    }
    return tree_.peaks(size);
}

Result<std::vector<Hash32>> State::inclusion_proof(std::uint64_t index, std::uint64_t size) const {
    const std::scoped_lock lock(mutex_);
    if (size > published_.checkpoint.size) {
        return beyond(size);
    }
    return tree_.inclusion_proof(index, size);
}

Result<std::vector<Hash32>> State::consistency_proof(std::uint64_t old_size,
                                                     std::uint64_t new_size) const {
    const std::scoped_lock lock(mutex_);
    if (new_size > published_.checkpoint.size) {
        return beyond(new_size);
    }
    return tree_.consistency_proof(old_size, new_size);
}

Bytes State::tile(const TileName& name) const {
    const std::scoped_lock lock(mutex_);
    return tree_.tile(name);
}

Hash32 State::push(std::span<const Hash32> leaves) {
    const std::scoped_lock lock(mutex_);
    for (const Hash32& leaf : leaves) {
        tree_.push(leaf);
    }
    return tree_.root(tree_.size());
}

void State::roll_back() {
    const std::scoped_lock lock(mutex_);
    tree_.truncate(published_.checkpoint.size);
}

std::vector<TileContent> State::changed_tiles() const {
    const std::scoped_lock lock(mutex_);
    std::vector<TileContent> out;
    std::uint64_t old_count = published_.checkpoint.size;
    std::uint64_t new_count = tree_.size();
    for (std::uint32_t level = 0; new_count > old_count; ++level) {
        add_changed(out, tree_, level, old_count, new_count);
        old_count /= kTileWidth;
        new_count /= kTileWidth;
    }
    return out;
}

void State::publish(SignedCheckpoint checkpoint) {
    const std::scoped_lock lock(mutex_);
    MN_CHECK(checkpoint.checkpoint.size == tree_.size());
    MN_CHECK(checkpoint.checkpoint.size >= published_.checkpoint.size);
    for (std::uint64_t i = published_.checkpoint.size; i < tree_.size(); ++i) {
        index_of_.emplace(tree_.leaf(i), i);
    }
    published_ = std::move(checkpoint);
}

}  // namespace mednexus::ledger::internal
