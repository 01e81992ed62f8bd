#pragma once
/// The mathematics of a key session: who gave a share that is none, and the trial by which members
/// see that the keys work. Source: docs/formats/consortium.md section 3. Threads: free functions
/// over values.
#include <optional>
#include <span>
#include <vector>

#include "mednexus/compute/opening.hpp"

namespace mednexus::service::internal {

/// The first of `shares` that does not combine with `own`, if any: who gave it is at fault.
/// Shape    combine: of two shares, as the round combines them
template <typename Combine>
[[nodiscard]] std::optional<std::size_t> misfit(std::span<const Bytes> shares,
                                                std::size_t own,
                                                Combine&& combine) {
    for (std::size_t i = 0; i < shares.size(); ++i) {
        if (i == own) {
            continue;
        }
        const std::vector<Bytes> two{shares[own], shares[i]};
        if (!combine(std::span<const Bytes>(two))) {
            return i;
        }
    }
    return std::nullopt;
}

/// A query and 16 cases that the session id fixes; no secret is in them, and nobody chooses them.
struct Trial {
    compute::Vector query;
    std::vector<compute::Vector> cases;

    /// Needs: a ring of at least 16 slots.
    [[nodiscard]] static Result<Trial> make(const compute::Ring& ring,
                                            const Hash32& session,
                                            const Hash32& profile);

    /// What an opening must give: one number for each slot.
    [[nodiscard]] std::vector<std::int32_t> plain_scores(const compute::Ring& ring) const;

    /// Sealed, lifted, encrypted, scored and finished under these keys, with seeds that the session
    /// id fixes: every member gets the same bytes. Errors   invalid: keys of another session
    [[nodiscard]] Result<Bytes> finished(const compute::Ring& ring,
                                         const Hash32& session,
                                         BytesView public_key,
                                         BytesView evaluation_keys) const;
};

/// 32 zero bytes: everybody can read what the trial opens.
[[nodiscard]] Secret<32> trial_requester_seed();

}  // namespace mednexus::service::internal
