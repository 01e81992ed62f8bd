#pragma once
/// From an encrypted query to encrypted scores, without any key: expansion, sum of tensor products,
/// relinearisation, switch to the opening primes. All of it is deterministic integer arithmetic:
/// whoever repeats it gets the same bytes. Source: docs/formats/encrypted-score.md section 6.
/// Threads: free functions over values.
#include "mednexus/compute/encrypted_index.hpp"
#include "mednexus/core/random.hpp"

namespace mednexus::compute {

/// One ciphertext under the collective public key, entry j (divided by the expansion) in
/// coefficient j. About 0.3 MiB. `query_seed` must serve one query only.
/// Errors   denied: dimensions differ from the ring's
[[nodiscard]] Result<Bytes> encrypt_query(const Ring& ring,
                                          const PublicKey& public_key,
                                          const Secret<32>& query_seed,
                                          const Vector& vector);

/// A query, expanded into one ciphertext per dimension: 80 MiB at d = 256, N = 8192.
class ExpandedQuery {
public:
    /// Errors   invalid: form, ring; denied: of another session than the keys
    [[nodiscard]] static Result<ExpandedQuery> expand(const Ring& ring,
                                                      const EvaluationKeys& keys,
                                                      BytesView query);

    [[nodiscard]] const Hash32& session() const noexcept { return session_; }

    [[nodiscard]] const Hash32& profile() const noexcept { return profile_; }

    /// [prime][dimension][component 0, 1][N]
    [[nodiscard]] const std::array<std::vector<std::uint32_t>, kScorePrimes>& words()
        const noexcept {
        return words_;
    }

private:
    ExpandedQuery() = default;

    Hash32 session_;
    Hash32 profile_;
    std::array<std::vector<std::uint32_t>, kScorePrimes> words_;
};

/// The sum over all dimensions for one batch, before relinearisation: three components, serialised,
/// 0.5 MiB. This is what a computing node hands out. Errors   denied: session or profile differ
[[nodiscard]] Result<Bytes> score_batch(const Ring& ring,
                                        const ExpandedQuery& query,
                                        const LiftedBatch& batch);

/// Relinearised and switched to the opening primes: what shares are made for. Each party computes
/// it from outputs that it checked. Errors   invalid: form, ring; denied: session differs
[[nodiscard]] Result<Bytes> finish_scores(const Ring& ring,
                                          const EvaluationKeys& keys,
                                          BytesView sum);

}  // namespace mednexus::compute
