#include "mednexus/chain/follower.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace mednexus::chain {

namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kStepMax = std::uint64_t{1} << 62U;
using MaybeRef = std::optional<BlockRef>;

std::uint64_t midpoint(std::uint64_t low, std::uint64_t high) {
    return low + (high - low) / 2;
}

/// The newest stored block that is on the chain, found in a logarithmic number of questions: what
/// one chain had stored stays a chain, so everything below a block that fits does so too.
class ForkSearch {
public:
    ForkSearch(const Client& client, const Mirror& mirror) : client_(&client), mirror_(&mirror) {}

    /// Among stored blocks at or below `number`.
    [[nodiscard]] Result<MaybeRef> find(std::uint64_t number) {
        MN_TRY(const MaybeRef fitting, gallop_down(number));
        return climb(fitting);
    }

private:
    [[nodiscard]] Result<bool> is_on_chain(const BlockRef& stored) const {
        const auto found = client_->block_at(stored.number);
        if (!found && found.error().kind == Kind::not_found) {
            return false;
        }
        if (!found) {
            return Failure(found.error());
        }
        return found->hash == stored.hash;
    }

    /// Some stored block that fits, in steps that double; leaves in unfit_ the lowest that does
    /// not.
    [[nodiscard]] Result<MaybeRef> gallop_down(std::uint64_t limit) {
        for (std::uint64_t step = 1;; step = std::min(step * 2, kStepMax)) {
            MN_TRY(const MaybeRef stored, mirror_->newest_at_or_below(limit));
            if (!stored) {
                return climb_start(limit);
            }
            MN_TRY(const bool fits, is_on_chain(*stored));
            if (fits) {
                return stored;
            }
            unfit_ = stored->number;
            if (unfit_ == 0) {
                return MaybeRef();
            }
            limit = unfit_ - std::min(step, unfit_);
        }
    }

    /// Nothing is stored at or below `limit`, so the search goes on above it.
    [[nodiscard]] MaybeRef climb_start(std::uint64_t limit) {
        floor_ = limit;
        return {};
    }

    /// From a block that fits (or none) up to the newest below unfit_ that does.
    [[nodiscard]] Result<MaybeRef> climb(MaybeRef fitting) {
        std::uint64_t low = fitting ? fitting->number : floor_;
        std::uint64_t high = unfit_;
        while (high != kNoLimit && low + 1 < high) {
            const std::uint64_t middle = midpoint(low, high);
            MN_TRY(const MaybeRef stored, mirror_->newest_at_or_below(middle));
            if (!stored || stored->number <= low) {
                low = middle;
                continue;
            }
            MN_TRY(const bool fits, is_on_chain(*stored));
            if (fits) {
                fitting = stored;
                low = middle;
            } else {
                high = stored->number;
            }
        }
        return fitting;
    }

    const Client* client_;
    const Mirror* mirror_;
    std::uint64_t unfit_ = kNoLimit;  ///< lowest stored block known not to be on the chain
    std::uint64_t floor_ = 0;         ///< nothing stored at or below is on the chain
};

/// Logs of one block have one hash, and those of `end` have its hash.
bool have_one_chain(const std::vector<EventLog>& logs, const BlockRef& end) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const bool is_in_end = logs[i].block_number == end.number;
        const bool is_in_last = i > 0 && logs[i].block_number == logs[i - 1].block_number;
        if ((is_in_end && logs[i].block_hash != end.hash) ||
            (is_in_last && logs[i].block_hash != logs[i - 1].block_hash)) {
            return false;
        }
    }
    return true;
}

}  // namespace

/// One attempt at bringing the mirror from its fork point to `newest`.
class Follower::Attempt {
public:
    Attempt(Follower& follower, const BlockRef& newest)
        : client_(*follower.client_),
          mirror_(*follower.mirror_),
          follower_(follower),
          newest_(newest),
          range_blocks_(std::max<std::uint64_t>(1, follower.options_.range_blocks_max)) {}

    [[nodiscard]] Result<void> run() {
        MN_TRY(const MaybeRef top, mirror_.newest_at_or_below(kNoLimit));
        if (top && top->hash == newest_.hash && !follower_.may_be_incomplete_) {
            return {};
        }
        ForkSearch search(client_, mirror_);
        MN_TRY(fork_, search.find(newest_.number));
        if (!fork_ || fork_->number != top->number) {
            follower_.has_checked_code_ = false;  // another chain may lack the contracts
        }
        MN_DO(follower_.check_code());
        return read_up();
    }

    /// True when run() failed only because the chain changed under its hands.
    [[nodiscard]] bool has_seen_change() const { return has_seen_change_; }

private:
    [[nodiscard]] Failure changed() {
        has_seen_change_ = true;
        return fail(Kind::unavailable, "chain.follow: the chain changed meanwhile");
    }

    [[nodiscard]] Result<void> expect_on_chain(const BlockRef& block) {
        const auto found = client_.block_at(block.number);
        if (!found && found.error().kind != Kind::not_found) {
            return Failure(found.error());
        }
        return found && found->hash == block.hash ? Result<void>() : changed();
    }

    [[nodiscard]] std::uint64_t next_block() const {
        const std::uint64_t after_fork = fork_ ? fork_->number + 1 : 0;
        return std::max(after_fork, follower_.at_.from_block);
    }

    [[nodiscard]] Result<void> read_up() {
        while (next_block() <= newest_.number) {
            MN_DO(read_range());
            if (fork_->number == newest_.number) {
                return {};
            }
        }
        MN_DO(expect_on_chain(newest_));
        return apply({}, newest_);  // nothing to read: the chain ended at, or below, our fork
    }

    [[nodiscard]] Result<BlockRef> end_of_range() {
        const std::uint64_t left = newest_.number - next_block();
        if (left < range_blocks_) {
            return newest_;
        }
        auto end = client_.block_at(next_block() + range_blocks_ - 1);
        return !end && end.error().kind == Kind::not_found ? Result<BlockRef>(changed()) : end;
    }

    /// What was read belongs to one chain: the end of the range was on it before and after, and the
    /// fork in between, so the fork is an ancestor of the end.
    [[nodiscard]] Result<void> read_range() {
        MN_TRY(const BlockRef end, end_of_range());
        auto logs = client_.logs({.from_block = next_block(),
                                  .to_block = end.number,
                                  .addresses = {follower_.at_.institutions,
                                                follower_.at_.consents,
                                                follower_.at_.cases,
                                                follower_.at_.anchors}});
        if (!logs) {
            return ask_for_less(logs.error(), end);
        }
        if (fork_) {
            MN_DO(expect_on_chain(*fork_));
        }
        MN_DO(expect_on_chain(end));
        return have_one_chain(*logs, end) ? apply(*std::move(logs), end) : changed();
    }

    /// Nodes refuse ranges with too many logs, each in its own words, and we an answer that is too
    /// large (`invalid`): whoever may write events must not stop a mirror by their number. A
    /// smaller range is worth one more try each time, down to a single block.
    [[nodiscard]] Result<void> ask_for_less(const Error& error, const BlockRef& end) {
        const std::uint64_t blocks = end.number - next_block() + 1;
        const bool may_be_too_much = error.kind == Kind::internal || error.kind == Kind::invalid;
        if (!may_be_too_much || blocks == 1) {
            return Failure(error);
        }
        range_blocks_ = blocks / 2;
        return read_range();
    }

    [[nodiscard]] Result<void> apply(std::vector<EventLog> events, const BlockRef& end) {
        Mirror::Turn turn;
        turn.keep_up_to = fork_ ? std::optional(fork_->number) : std::nullopt;
        turn.events = std::move(events);
        turn.newest = end;
        turn.is_complete = end == newest_;
        follower_.may_be_incomplete_ = true;
        MN_DO(mirror_.apply(turn));
        follower_.may_be_incomplete_ = !turn.is_complete;
        fork_ = end;
        return {};
    }

    const Client& client_;
    Mirror& mirror_;
    Follower& follower_;
    BlockRef newest_;
    MaybeRef fork_;  ///< the mirror holds this chain up to here
    std::uint64_t range_blocks_;
    bool has_seen_change_ = false;
};

Result<void> Follower::check_chain() const {
    MN_TRY(const std::uint64_t id, client_->chain_id());
    if (id != at_.chain_id) {
        return fail(Kind::unavailable,
                    "chain.follow: the node is on chain " + std::to_string(id) + ", not " +
                        std::to_string(at_.chain_id));
    }
    return {};
}

Result<void> Follower::check_code() {
    if (has_checked_code_) {
        return {};
    }
    const std::array<std::pair<Contract, Address>, 4> contracts{
        {{Contract::institutions, at_.institutions},
         {Contract::consents, at_.consents},
         {Contract::cases, at_.cases},
         {Contract::anchors, at_.anchors}}};
    for (const auto& [contract, address] : contracts) {
        MN_TRY(const Bytes code, client_->code_at(address));
        if (code.empty()) {
            return fail(
                Kind::unavailable,
                "chain.follow: no code at the address of " + std::string(name_of(contract)));
        }
    }
    has_checked_code_ = true;
    return {};
}

Result<BlockRef> Follower::follow() {
    constexpr int kAttemptsMax = 3;
    MN_DO(check_chain());
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
        MN_TRY(const BlockRef newest, client_->newest_block());
        Attempt turn(*this, newest);
        const auto done = turn.run();
        if (done) {
            return newest;
        }
        if (!turn.has_seen_change()) {
            return Failure(done.error());
        }
    }
    return fail(Kind::unavailable, "chain.follow: the chain changed three times meanwhile");
}

}  // namespace mednexus::chain
