#include "mednexus/ledger/internal/committer.hpp"

#include <algorithm>
#include <unordered_map>

namespace mednexus::ledger::internal {

namespace {

constexpr std::size_t kBatchEntriesMax = kTileWidth;  // then at most one tile per level fills up

/// The tiles that became full between two sizes and had partial forms before.
std::vector<TileName> filled_tiles(std::uint64_t old_size, std::uint64_t new_size) {
    std::vector<TileName> out;
    for (std::uint32_t level = 0; new_size > 0; ++level) {
        const std::uint64_t index = old_size / kTileWidth;
        if (old_size % kTileWidth != 0 && new_size / kTileWidth > index) {
            out.push_back({.level = level, .index = index});
            if (level == 0) {
                out.push_back({.kind = TileKind::entries, .index = index});
            }
        }
        old_size /= kTileWidth;
        new_size /= kTileWidth;
    }
    return out;
}

}  // namespace

Result<Appended> Committer::append(BytesView entry, const Hash32& leaf) {
    Waiter self{.entry = entry, .leaf = leaf, .outcome = std::nullopt};
    std::unique_lock lock(mutex_);
    if (queue_.size() >= limits_.queue_entries_max) {
        return fail(Kind::busy, "ledger.append: the queue is full");
    }
    queue_.push_back(&self);
    while (!self.outcome) {
        if (is_led_) {
            changed_.wait(lock);
        } else {
            lead(lock);
        }
    }
    return *std::move(self.outcome);
}

/// Serves the front of the queue; the lock is open while the disk works.
void Committer::lead(std::unique_lock<std::mutex>& lock) {
    const auto count = std::min(queue_.size(), kBatchEntriesMax);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    const std::vector<Waiter*> waiters(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    is_led_ = true;
    lock.unlock();
    Outcomes outcomes = commit(waiters);
    lock.lock();
    for (std::size_t i = 0; i < waiters.size(); ++i) {
        waiters[i]->outcome = std::move(outcomes[i]);
    }
    is_led_ = false;
    changed_.notify_all();
}

Committer::Outcomes Committer::commit(const std::vector<Waiter*>& waiters) {
    if (const auto finished = finish(); !finished) {
        return {waiters.size(), fail_in("ledger.append", finished.error())};
    }
    Batch batch;
    Outcomes outcomes = sort_out(waiters, batch);
    if (batch.leaves.empty()) {
        return outcomes;
    }
    const std::uint64_t published = state_->size();
    const auto written = write(batch);
    if (written) {
        return outcomes;
    }
    for (auto& outcome : outcomes) {
        if (outcome && outcome->index >= published) {
            outcome = fail_in("ledger.append", written.error());
        }
    }
    return outcomes;
}

/// Gives each waiter the index that it has or will have once the batch is written.
Committer::Outcomes Committer::sort_out(const std::vector<Waiter*>& waiters, Batch& batch) const {
    const std::uint64_t size = state_->size();
    std::unordered_map<Hash32, std::uint64_t> fresh;
    Outcomes outcomes;
    for (const Waiter* waiter : waiters) {
        if (const auto index = state_->index_of(waiter->leaf)) {
            outcomes.emplace_back(Appended{.index = *index, .existed = true});
        } else if (const auto twin = fresh.find(waiter->leaf); twin != fresh.end()) {
            outcomes.emplace_back(Appended{.index = twin->second, .existed = true});
        } else if (size + batch.leaves.size() >= limits_.entries_max) {
            outcomes.emplace_back(fail(Kind::unavailable, "ledger.append: the log is full"));
        } else {
            const std::uint64_t next = size + batch.leaves.size();
            fresh.emplace(waiter->leaf, next);
            batch.entries.push_back(waiter->entry);
            batch.leaves.push_back(waiter->leaf);
            outcomes.emplace_back(Appended{.index = next, .existed = false});
        }
    }
    return outcomes;
}

Result<void> Committer::write_entries(const Batch& batch, Bytes& tail) {
    TileName name{.kind = TileKind::entries, .index = state_->size() / kTileWidth};
    std::uint64_t width = state_->size() % kTileWidth;
    for (const BytesView entry : batch.entries) {
        append_to_bundle(tail, entry);
        if (++width == kTileWidth) {
            MN_DO(files_.write(name, tail));
            tail.clear();
            width = 0;
            ++name.index;
        }
    }
    if (width == 0) {
        return {};
    }
    name.width = static_cast<std::uint32_t>(width);
    return files_.write(name, tail);
}

/// Entries, level 0, upper levels, checkpoint: each durable before the next.
Result<void> Committer::write(const Batch& batch) {
    Checkpoint next{.origin = signer_.name,
                    .size = state_->size() + batch.leaves.size(),
                    .root = state_->push(batch.leaves)};
    Bytes tail = tail_;
    auto written = write_entries(batch, tail);
    for (const TileContent& tile : state_->changed_tiles()) {
        written = written.and_then([&] { return files_.write(tile.name, tile.content); });
    }
    if (!written) {
        state_->roll_back();
        return written;
    }
    std::string note = crypto::make_signed_note(signer_, write_checkpoint_text(next));
    unfinished_ = SignedCheckpoint{std::move(next), std::move(note)};
    tail_ = std::move(tail);
    return finish();
}

/// Brings the signed checkpoint to the disk, shows it to readers and drops what it replaces.
Result<void> Committer::finish() {
    if (!unfinished_) {
        return {};
    }
    MN_DO(files_.write_checkpoint(unfinished_->note));
    const std::uint64_t old_size = state_->size();
    const std::uint64_t new_size = unfinished_->checkpoint.size;
    state_->publish(*std::exchange(unfinished_, std::nullopt));
    for (const TileName& name : filled_tiles(old_size, new_size)) {
        (void)files_.drop_partials(name);  // they cost space only; the entry stands either way
    }
    return {};
}

}  // namespace mednexus::ledger::internal
