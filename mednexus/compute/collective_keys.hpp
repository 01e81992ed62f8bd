#pragma once
/// Keys that nobody holds alone: each party has a secret share, made from 32 secret bytes; the sum
/// of all shares is the collective secret, which never exists anywhere. Two rounds of shares make
/// the public key and the evaluation keys. **The caller runs both rounds as commit, then reveal**
/// (commit_to_share): who may choose its share last could own the key. **Every party combines the
/// shares itself**, its own among them: round two, or a lift key, for sums of somebody else's
/// choice gives secrets away. Source: docs/formats/encrypted-score.md sections 3 and 4 (duties of
/// the caller). Threads: free functions over values.
///
/// Every function is deterministic in its arguments, so that a step that is repeated after a crash
/// gives the same bytes. One share seed serves one session only.
#include <span>

#include "mednexus/compute/ring.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::compute {

/// SHA-256(domain ‖ party ‖ session ‖ round ‖ nonce ‖ share): what a party says before it shows
/// its share. `party` is a card name.
[[nodiscard]] Hash32 commit_to_share(std::string_view party,
                                     const Hash32& session,
                                     std::uint32_t round,
                                     const Hash32& nonce,
                                     BytesView share);

/// Round one of one party: collective public key, first half of the relinearisation key, rotation
/// (Galois) keys for the expansion of queries. About 7 MiB at N = 8192.
[[nodiscard]] Bytes make_share_one(const Ring& ring,
                                   const Secret<32>& share_seed,
                                   const Hash32& session);

/// The same for many seeds of one session: the common polynomials are drawn once, 7 MiB of them at
/// N = 8192. Threads: make may run at once.
class ShareOneMaker {
public:
    /// The ring must outlive the maker.
    ShareOneMaker(const Ring& ring, const Hash32& session);

    [[nodiscard]] Bytes make(const Secret<32>& share_seed) const;

private:
    const Ring& ring_;
    Hash32 session_;
    Words common_;  ///< [polynomial of section 3][kKeyPrimes][N]
};

/// The sums of round one.
struct RoundOne {
    Bytes public_key;       ///< serialised; for lift keys and queries
    Bytes relinearisation;  ///< serialised sums h0, h1: what round two is computed from
    Bytes rotations;        ///< serialised
};

/// Shape    shares: one per party, 2 … kPartiesMax, in any order (sums commute)
/// Errors   invalid: form, ring, session, count, two equal shares
[[nodiscard]] Result<RoundOne> combine_round_one(const Ring& ring,
                                                 const Hash32& session,
                                                 std::span<const Bytes> shares);

/// Round two of one party. Errors   invalid: form, ring or session of `round_one`
[[nodiscard]] Result<Bytes> make_share_two(const Ring& ring,
                                           const Secret<32>& share_seed,
                                           const Hash32& session,
                                           const RoundOne& round_one);

/// Relinearisation and rotation keys, serialised: with an index, all that a computing node needs.
/// Errors   invalid: form, ring, session, count, two equal shares, a share made from other sums
[[nodiscard]] Result<Bytes> combine_round_two(const Ring& ring,
                                              const Hash32& session,
                                              const RoundOne& round_one,
                                              std::span<const Bytes> shares);

/// The public key, read. Parsing checks every word once; copies share nothing.
class PublicKey {
public:
    /// Errors   invalid: form, ring
    [[nodiscard]] static Result<PublicKey> parse(const Ring& ring, BytesView raw);

    [[nodiscard]] const Hash32& session() const noexcept { return session_; }

    /// SHA-256 of the serialised key.
    [[nodiscard]] const Hash32& digest() const noexcept { return digest_; }

    /// [component 0, 1][kKeyPrimes][N]
    [[nodiscard]] const Words& words() const noexcept { return words_; }

private:
    PublicKey() = default;

    Hash32 session_;
    Hash32 digest_;
    Words words_;
};

class EvaluationKeys {
public:
    /// Errors   invalid: form, ring
    [[nodiscard]] static Result<EvaluationKeys> parse(const Ring& ring, BytesView raw);

    [[nodiscard]] const Hash32& session() const noexcept { return session_; }

    /// [kDigits][component 0, 1][kKeyPrimes][N], as every switching key.
    [[nodiscard]] const Words& relinearisation() const noexcept { return relinearisation_; }

    /// Level l is for X -> X^(N/2^l + 1).
    [[nodiscard]] std::span<const Words> rotations() const noexcept { return rotations_; }

private:
    EvaluationKeys() = default;

    Hash32 session_;
    Words relinearisation_;
    std::vector<Words> rotations_;
};

}  // namespace mednexus::compute
