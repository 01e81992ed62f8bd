#pragma once
/// Share one is chosen out of candidates: a member makes several, commits to their hashes, and
/// shows the seeds of all but the one that the nonces of all members choose. A share that is no
/// share could make other members' secrets readable; who makes one is found out, by name, except by
/// a rare chance. Source: docs/formats/consortium.md section 3, docs/adr/0114. Threads: free
/// functions over values.
#include <span>
#include <string_view>

#include "mednexus/compute/collective_keys.hpp"

namespace mednexus::service::internal {

/// 64 for the ring that is released; 4 for rings that have no security.
[[nodiscard]] std::size_t candidates_of(const compute::Ring& ring) noexcept;

/// Candidate `number` of a member: from it nobody gets to another, or to `share_seed`.
[[nodiscard]] Secret<32> candidate_seed(const Secret<32>& share_seed, std::size_t number);

/// SHA-256 of each candidate's share one, one behind the other.
[[nodiscard]] Bytes candidate_list(const compute::Ring& ring,
                                   const Secret<32>& share_seed,
                                   const Hash32& session);

/// Which candidate of `member` is used: nobody knows before all nonces of the commitments to lists
/// are shown. Shape    nonces: in the order of the members' names
[[nodiscard]] std::size_t choice_of(const compute::Ring& ring,
                                    const Hash32& session,
                                    std::string_view member,
                                    std::span<const Hash32> nonces);

/// Seeds of all candidates but `chosen`, in their order.
[[nodiscard]] Bytes other_seeds(const compute::Ring& ring,
                                const Secret<32>& share_seed,
                                std::size_t chosen);

/// What a member showed.
struct ShownList {
    BytesView list;
    BytesView seeds;  ///< of all but `chosen`
    std::size_t chosen = 0;
    Hash32 share;  ///< SHA-256
};

/// Whether the list says `share` for the chosen candidate, and for others the share that their seed
/// gives: for 16 of them, which `picks` chooses and the member cannot know. Half a second.
[[nodiscard]] bool is_true_list(const compute::Ring& ring,
                                const Hash32& session,
                                const ShownList& shown,
                                const Secret<32>& picks);

}  // namespace mednexus::service::internal
