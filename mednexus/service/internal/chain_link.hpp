#pragma once
/// A node's tie to its chain: the mirror, the outbox, and what a decision may rest on now. See
/// docs/formats/chain.md section 4. Threads: safe; turns are made one at a time.
#include <memory>
#include <mutex>
#include <optional>

#include "mednexus/chain/client.hpp"
#include "mednexus/chain/follower.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/home.hpp"
#include "mednexus/service/internal/chain_mirror.hpp"
#include "mednexus/service/internal/chain_outbox.hpp"
#include "mednexus/service/internal/chain_relay.hpp"
#include "mednexus/service/policy.hpp"

namespace mednexus::service::internal {

class ChainLink {
public:
    /// `transport`, `database` and `clock` must outlive the link. Touches no network.
    [[nodiscard]] static Result<std::unique_ptr<ChainLink>> open(ChainConfig config,
                                                                 chain::Transport& transport,
                                                                 Database& database,
                                                                 const Secret<32>& account_key,
                                                                 Clock& clock);

    /// Brings the mirror to the newest block, and says which block that is.
    /// Errors   unavailable: no answer, another chain, the block too old or ahead of the clock
    [[nodiscard]] Result<ChainEvidence> look();

    /// look(), then one turn of the relay.
    [[nodiscard]] Result<ChainEvidence> turn();

    /// The institution of this card, as of `seen`.
    [[nodiscard]] Result<CredentialEvidence> credential_of(const Card& card,
                                                           const ChainEvidence& seen) const;
    /// The chain's word on a consent with this handle and commitment.
    [[nodiscard]] Result<OnChainConsent> consent_of(const Hash32& handle,
                                                    const Hash32& commitment,
                                                    const ChainEvidence& seen) const;

    [[nodiscard]] ChainOutbox& outbox() noexcept { return outbox_; }

    [[nodiscard]] const ChainOutbox& outbox() const noexcept { return outbox_; }

    [[nodiscard]] const ChainMirror& mirror() const noexcept { return *mirror_; }

    [[nodiscard]] const ChainConfig& config() const noexcept { return config_; }

    [[nodiscard]] const chain::Client& client() const noexcept { return client_; }

    /// The last block that is deep when `newest` is the newest.
    [[nodiscard]] Depth depth_at(std::uint64_t newest) const noexcept;

private:
    ChainLink(ChainConfig config,
              chain::Transport& transport,
              Database& database,
              std::unique_ptr<ChainMirror> mirror,
              const Secret<32>& account_key,
              Clock& clock);

    [[nodiscard]] Result<ChainEvidence> look_locked();
    [[nodiscard]] Result<void> check_time(const chain::BlockRef& newest) const;

    ChainConfig config_;
    chain::Client client_;
    std::unique_ptr<ChainMirror> mirror_;
    ChainOutbox outbox_;
    chain::Follower follower_;
    ChainRelay relay_;
    Clock* clock_;
    std::mutex turn_;  ///< one follower at a time; held over the node's answers on purpose
};

}  // namespace mednexus::service::internal
