#pragma once
/// Reads the contracts' events into a mirror and keeps it right through reorganisations. See
/// docs/formats/chain.md section 5. Threads: one at a time; the caller locks.
#include <optional>

#include "mednexus/chain/client.hpp"
#include "mednexus/chain/contracts.hpp"

namespace mednexus::chain {

/// Where events are kept; service has it in SQLite.
class Mirror {
public:
    virtual ~Mirror() = default;
    /// The newest stored block at or below `number`; empty when there is none.
    [[nodiscard]] virtual Result<std::optional<BlockRef>> newest_at_or_below(
        std::uint64_t number) const = 0;

    /// One turn: forget all above `keep_up_to` (blocks and events), add the events, remember
    /// `newest`. All or nothing, durable when it returns.
    struct Turn {
        std::optional<std::uint64_t> keep_up_to;  ///< absent: forget everything
        std::vector<EventLog> events;             ///< all above keep_up_to, in order
        BlockRef newest;
        bool is_complete = true;  ///< false: more turns follow (a long catch-up)
    };

    [[nodiscard]] virtual Result<void> apply(const Turn& turn) = 0;
};

struct FollowerOptions {
    std::uint64_t range_blocks_max = 2000;  ///< of one eth_getLogs
};

class Follower {
public:
    /// Both must outlive the follower.
    Follower(const Client& client, Mirror& mirror, Deployment at, FollowerOptions options = {})
        : client_(&client), mirror_(&mirror), at_(at), options_(options) {}

    /// Brings the mirror to the chain's newest block and returns it.
    ///
    /// Errors   unavailable: no answer; the chain id is another one; the chain changed under our
    ///          hands three times; a contract has no code; the mirror's own
    [[nodiscard]] Result<BlockRef> follow();

private:
    class Attempt;
    [[nodiscard]] Result<void> check_chain() const;
    [[nodiscard]] Result<void> check_code();

    const Client* client_;
    Mirror* mirror_;
    Deployment at_;
    FollowerOptions options_;
    bool has_checked_code_ = false;
    bool may_be_incomplete_ = true;  ///< a turn before us may have been the last of a longer road
};

}  // namespace mednexus::chain
