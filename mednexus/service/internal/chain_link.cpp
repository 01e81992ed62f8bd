#include "mednexus/service/internal/chain_link.hpp"

namespace mednexus::service::internal {

ChainLink::ChainLink(ChainConfig config,
                     chain::Transport& transport,
                     Database& database,
                     std::unique_ptr<ChainMirror> mirror,
                     const Secret<32>& account_key,
                     Clock& clock)
    : config_(std::move(config)),
      client_(transport, config_.rpc),
      mirror_(std::move(mirror)),
      outbox_(database),
      follower_(client_, *mirror_, config_.at),
      relay_(client_, outbox_, config_, account_key.clone()),
      clock_(&clock) {}

Result<std::unique_ptr<ChainLink>> ChainLink::open(ChainConfig config,
                                                   chain::Transport& transport,
                                                   Database& database,
                                                   const Secret<32>& account_key,
                                                   Clock& clock) {
    MN_TRY(auto mirror, ChainMirror::open(database, config.at));
    return std::unique_ptr<ChainLink>(new ChainLink(
        std::move(config), transport, database, std::move(mirror), account_key, clock));
}

Depth ChainLink::depth_at(std::uint64_t newest) const noexcept {
    const std::uint64_t above = config_.confirmations - 1;
    return {newest >= above ? newest - above : 0};
}

Result<void> ChainLink::check_time(const chain::BlockRef& newest) const {
    const std::int64_t age = clock_->now().seconds - newest.time.seconds;
    if (age > config_.age_seconds_max) {
        return fail(Kind::unavailable,
                    "chain: its newest block is " + std::to_string(age) + " s old, more than " +
                        std::to_string(config_.age_seconds_max));
    }
    if (-age > config_.drift_seconds_max) {
        return fail(Kind::unavailable,
                    "chain: its newest block is " + std::to_string(-age) +
                        " s ahead of the clock, more than " +
                        std::to_string(config_.drift_seconds_max));
    }
    return {};
}

Result<ChainEvidence> ChainLink::look_locked() {
    MN_TRY(const chain::BlockRef newest, follower_.follow());
    MN_DO(check_time(newest));
    return ChainEvidence{.chain_id = config_.at.chain_id,
                         .block = newest.number,
                         .hash = newest.hash,
                         .time = newest.time};
}

Result<ChainEvidence> ChainLink::look() {
    const std::scoped_lock lock(turn_);
    return look_locked();
}

Result<ChainEvidence> ChainLink::turn() {
    const std::scoped_lock lock(turn_);
    MN_TRY(const chain::BlockRef newest, follower_.follow());
    MN_DO(relay_.turn(newest));
    MN_DO(check_time(newest));
    return ChainEvidence{.chain_id = config_.at.chain_id,
                         .block = newest.number,
                         .hash = newest.hash,
                         .time = newest.time};
}

Result<CredentialEvidence> ChainLink::credential_of(const Card& card,
                                                    const ChainEvidence& seen) const {
    MN_TRY(const InstitutionView view,
           mirror_->institution(chain::institution_id(card.name), depth_at(seen.block)));
    return CredentialEvidence{
        .is_accredited = view.standing != chain::Standing::none,
        .is_active = view.standing == chain::Standing::active,
        .is_card_current = view.card == card.digest && view.account == card.account,
        .expires = view.expires};
}

Result<OnChainConsent> ChainLink::consent_of(const Hash32& handle,
                                             const Hash32& commitment,
                                             const ChainEvidence& seen) const {
    MN_TRY(const ConsentView view, mirror_->consent(handle, depth_at(seen.block)));
    return OnChainConsent{
        .is_granted = view.state == ConsentState::granted && view.commitment == commitment,
        .is_pending = view.state == ConsentState::pending,
        .is_revoked = view.state == ConsentState::revoked,
        .expires = view.expires};
}

}  // namespace mednexus::service::internal
