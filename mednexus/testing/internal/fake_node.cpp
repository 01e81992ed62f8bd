#include "mednexus/testing/internal/fake_node.hpp"

#include <algorithm>

namespace mednexus::testing::internal {

FakeNode::FakeNode(const Clock& clock, std::uint64_t chain_id)
    : chain_id_(chain_id), told_chain_id_(chain_id), clock_(&clock) {
    add_block({});
}

UnixTime FakeNode::next_time() const {
    if (blocks_.empty()) {
        return clock_->now();
    }
    const UnixTime last = newest().ref.time;
    return is_time_frozen_ ? last : std::max(last, clock_->now());
}

void FakeNode::add_block(const std::vector<PooledTransaction>& pool) {
    BlockPlan plan;
    plan.parent = blocks_.empty() ? nullptr : blocks_.back().get();
    plan.time = next_time();
    plan.chain_id = chain_id_;
    plan.branch = branch_;
    plan.pool = pool;
    blocks_.push_back(make_block(plan, pool_));
}

void FakeNode::mine() {
    const auto pool = std::move(pool_);
    add_block(pool);
}

std::vector<PooledTransaction> FakeNode::cut(std::uint64_t count) {
    std::vector<PooledTransaction> out;
    const std::size_t removed = std::min<std::size_t>(count, blocks_.size());
    for (std::size_t i = blocks_.size() - removed; i < blocks_.size(); ++i) {
        for (const MinedTransaction& mined : blocks_[i]->transactions) {
            out.push_back(mined.sent);
        }
    }
    blocks_.resize(blocks_.size() - removed);
    ++branch_;
    return out;
}

void FakeNode::reorganise(std::uint64_t depth, bool keep_transactions) {
    auto orphans = cut(depth);
    if (!keep_transactions) {
        orphans.clear();
    }
    orphans.insert(orphans.end(), pool_.begin(), pool_.end());
    pool_ = std::move(orphans);
    for (std::uint64_t i = 0; i <= depth; ++i) {
        mine();
    }
}

void FakeNode::lose(std::uint64_t blocks) {
    cut(std::min<std::uint64_t>(blocks, blocks_.size() - 1));
    pool_.clear();
}

void FakeNode::catch_up() {
    const bool is_old =
        block_seconds_ > 0 && next_time().seconds - newest().ref.time.seconds >= block_seconds_;
    if (is_old) {
        mine();
    }
}

std::uint64_t FakeNode::next_nonce(const chain::Address& account) const {
    const auto& nonces = newest().after->nonces;
    const auto found = nonces.find(account);
    std::uint64_t nonce = found == nonces.end() ? 0 : found->second;
    const auto waits = [&](const PooledTransaction& sent) {
        return sent.read.sender == account && sent.read.transaction.nonce == nonce;
    };
    while (std::ranges::any_of(pool_, waits)) {
        ++nonce;
    }
    return nonce;
}

std::optional<FakeNode::Place> FakeNode::find_transaction(const Hash32& hash) const {
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
        const auto& transactions = (*block)->transactions;
        for (std::size_t i = 0; i < transactions.size(); ++i) {
            if (transactions[i].sent.read.hash == hash) {
                return Place{block->get(), i};
            }
        }
    }
    return std::nullopt;
}

}  // namespace mednexus::testing::internal
