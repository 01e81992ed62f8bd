#pragma once
/// Opening finished scores to one requester: every party of the session gives a share, under the
/// requester's key, with noise that hides its secret and uniform values in the slots that stay
/// closed. All shares together open; any fewer are noise. Source: docs/formats/encrypted-score.md
/// section 7. Threads: free functions over values.
#include "mednexus/compute/encrypted_score.hpp"
#include "mednexus/compute/scorer.hpp"

namespace mednexus::compute {

/// The public key that shares are made for; a requester makes one for each job.
[[nodiscard]] Bytes make_requester_key(const Ring& ring, const Secret<32>& requester_seed);

/// One party's share of one batch. Noise and masks are a function of (share seed, finished scores,
/// open slots, requester key): a repeated request repeats them, so asking again averages nothing.
///
/// **Only for finished scores that the party computed itself** from sums that it checked: for bytes
/// of somebody else's choice, a share can be the secret.
///
/// Shape    open: N entries; a slot that is false gets an independent uniform value mod t. A party
///          that owns no slot of the batch passes all true
/// Errors   invalid: form, ring, mask length
[[nodiscard]] Result<Bytes> make_opening_share(const Ring& ring,
                                               const Secret<32>& share_seed,
                                               BytesView finished,
                                               BytesView requester_key,
                                               const SlotMask& open);

/// What all shares say: N integers in -(t-1)/2 … (t-1)/2. A slot that any party closed holds a
/// uniform value: the caller knows which ones are open.
///
/// Errors   invalid: form, ring, no share, two equal shares; denied: a share of other scores or for
///          another requester key; corrupt: a share is missing or from another session
[[nodiscard]] Result<std::vector<std::int32_t>> open_scores(const Ring& ring,
                                                            const Secret<32>& requester_seed,
                                                            BytesView finished,
                                                            std::span<const Bytes> shares);

}  // namespace mednexus::compute
