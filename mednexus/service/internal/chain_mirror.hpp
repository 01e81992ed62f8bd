#pragma once
/// What the contracts said, as this home last read it: raw events in SQLite, folded when asked. See
/// docs/formats/chain.md sections 4 and 5. Threads: safe (the database is).
#include <optional>
#include <vector>

#include "mednexus/chain/follower.hpp"
#include "mednexus/service/database.hpp"

namespace mednexus::service::internal {

/// An event at or below `block` is deep: it may permit. One above it may only forbid.
struct Depth {
    std::uint64_t block = 0;
};

/// An institution in the registry.
struct InstitutionView {
    chain::Standing standing = chain::Standing::none;
    chain::Address account;
    std::optional<Hash32> card;  ///< empty: the newest card is not deep yet
    UnixTime expires;
};

enum class ConsentState : std::uint8_t { none, pending, granted, revoked };

struct ConsentView {
    ConsentState state = ConsentState::none;
    Hash32 commitment;
    UnixTime expires;
};

struct AnchorView {
    std::uint64_t size = 0;
    Hash32 root;
    std::uint64_t block = 0;
    Hash32 transaction;
};

class ChainMirror final : public chain::Mirror {
public:
    /// `database` must outlive the mirror. Errors: io.
    [[nodiscard]] static Result<std::unique_ptr<ChainMirror>> open(Database& database,
                                                                   chain::Deployment at);

    [[nodiscard]] Result<std::optional<chain::BlockRef>> newest_at_or_below(
        std::uint64_t number) const override;
    [[nodiscard]] Result<void> apply(const Turn& turn) override;

    [[nodiscard]] Result<InstitutionView> institution(const Hash32& id, Depth deep) const;
    [[nodiscard]] Result<ConsentView> consent(const Hash32& handle, Depth deep) const;
    /// The first deep anchor of the institution with at least `size` entries.
    [[nodiscard]] Result<std::optional<AnchorView>> anchor_of(const Hash32& institution,
                                                              std::uint64_t size,
                                                              Depth deep) const;

    /// Everything that was read, in order: for tests that compare mirrors.
    [[nodiscard]] Result<std::vector<chain::EventLog>> all_events() const;

private:
    ChainMirror(Database& database, chain::Deployment at) : database_(&database), at_(at) {}

    [[nodiscard]] Result<std::vector<chain::EventLog>> events_of(const Hash32& subject) const;

    Database* database_;
    chain::Deployment at_;
};

}  // namespace mednexus::service::internal
