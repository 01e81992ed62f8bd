#pragma once
/// What this institution said in key sessions, and its shares. Tables sessions and session_rounds
/// of docs/formats/home.md. Threads: safe.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/clock.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/service/internal/consortia.hpp"
#include "mednexus/service/session_part.hpp"

namespace mednexus::service::internal {

/// Another carrier's key session may take the place of one that is older than this.
inline constexpr std::int64_t kFoundingSecondsMax = 900;

/// So often the members of one document draw shares by lot (consortium.md section 3).
inline constexpr std::size_t kDrawsMax = 3;

/// One attempt at a key session.
struct Founding {
    std::string id;       ///< 32 hex digits, chosen by who carries
    std::string carrier;  ///< a member
    UnixTime begun;
    friend bool operator==(const Founding&, const Founding&) = default;
};

/// An attempt as this institution takes part in it.
struct Attempt {
    Founding founding;
    Hash32 session;  ///< zero until all nonces are known
    Secret<32> share_seed;
    std::optional<std::size_t>
        chosen;  ///< candidate of share one, once all nonces of round one are
};

/// What was given and what was said in one round.
struct PinnedRound {
    std::vector<std::string> given;  ///< notes
    std::string gave;                ///< a note
    std::vector<Hash32> kept;        ///< blobs of our own that belong to it
};

class SessionStore {
public:
    /// The database must outlive the store.
    explicit SessionStore(Database& database) noexcept : database_(&database) {}

    /// Begins an attempt, or finds it begun. One that is there already gives way to another of the
    /// same carrier, of a carrier whose name sorts before, or when its time is over.
    /// Errors   busy: somebody else's is under way, by name; conflict: the keys are made; denied:
    /// the
    ///          draws of the document are used up
    [[nodiscard]] Result<void> begin(const Hash32& digest,
                                     const Founding& founding,
                                     const Secret<32>& share_seed);
    /// Errors   not_found: none is under way
    [[nodiscard]] Result<Attempt> attempt(const Hash32& digest) const;
    [[nodiscard]] Result<void> set_session(const Hash32& digest, const Hash32& session);

    /// This attempt draws the members' shares by lot: whoever does not like what is drawn could end
    /// it and draw again, so a document has kDrawsMax draws. The same attempt counts once.
    [[nodiscard]] Result<void> count_draw(const Hash32& digest, std::string_view founding);
    /// Kept once. Errors   conflict: another one is
    [[nodiscard]] Result<void> set_chosen(const Hash32& digest, std::size_t chosen);

    /// Kept once: the same round again changes nothing.
    [[nodiscard]] Result<void> pin(const Hash32& digest,
                                   SessionRound round,
                                   const PinnedRound& pinned);
    /// Errors   not_found
    [[nodiscard]] Result<PinnedRound> pinned(const Hash32& digest, SessionRound round) const;
    /// The leaf of the decision to take part.
    [[nodiscard]] Result<void> keep_decision(const Hash32& digest, BytesView leaf);
    [[nodiscard]] Result<Bytes> decision(const Hash32& digest) const;

    /// The keys are made: active.
    [[nodiscard]] Result<void> complete(const Hash32& digest, const SessionKeys& keys);
    /// An attempt that failed: its seed and rounds are destroyed; nothing when it is another one's.
    [[nodiscard]] Result<void> give_up(const Hash32& digest, std::string_view founding);
    /// Destroys the share and what was said; nothing of it is left in the file or its log of
    /// writes. The document stays, as ended.
    [[nodiscard]] Result<void> end(const Hash32& digest);

    /// The share of an active epoch, which openings are made with: the chosen candidate's.
    /// Errors   not_found: no such epoch, or it is not active; corrupt: none was chosen
    [[nodiscard]] Result<Secret<32>> share_seed(const Hash32& digest) const;

private:
    Database* database_;
};

}  // namespace mednexus::service::internal
