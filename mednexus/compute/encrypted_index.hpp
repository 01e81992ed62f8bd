#pragma once
/// Cases under encryption. An owner seals batches of case vectors under its own data key, with the
/// random half of every ciphertext as a seed; a lift key, which only needs the collective public
/// key, lets anybody turn them into ciphertexts under the collective secret. Source:
/// docs/formats/encrypted-score.md section 5. Threads: free functions over values.
#include <array>
#include <span>

#include "mednexus/compute/collective_keys.hpp"
#include "mednexus/compute/vector.hpp"

namespace mednexus::compute {

using BatchId = Fixed<struct BatchIdTag, 16>;  ///< random, never used twice under one data key

/// One part per score prime, each self-describing: at d = 256, N = 8192 sealed parts have 8 MiB,
/// lifted parts 16 MiB.
using BatchParts = std::array<Bytes, kScorePrimes>;

/// Seals 0 … N cases into one batch: case i sits in slot i, slots beyond hold the zero vector.
///
/// Errors   invalid: too many cases; denied: a vector of another profile or dimension
[[nodiscard]] Result<BatchParts> seal_batch(const Ring& ring,
                                            const Secret<32>& data_seed,
                                            const BatchId& id,
                                            const Hash32& profile,
                                            std::span<const Vector> cases);

/// Encryptions of the data key under the collective public key: what an owner publishes to join.
/// About 1.3 MiB. Deterministic in (data_seed, public key).
[[nodiscard]] Bytes make_lift_key(const Ring& ring,
                                  const Secret<32>& data_seed,
                                  const PublicKey& public_key);

/// SHA-256 of a label and the data seed: names a data key without showing it; stands in sealed
/// batches and lift keys, so that a stale lift key is refused and not silently wrong.
[[nodiscard]] Hash32 data_key_name(const Secret<32>& data_seed);

/// A lift key, read. Errors of parse   invalid: form, ring
class LiftKey {
public:
    [[nodiscard]] static Result<LiftKey> parse(const Ring& ring, BytesView raw);

    [[nodiscard]] const Hash32& session() const noexcept { return session_; }

    [[nodiscard]] const Hash32& data_key() const noexcept { return data_key_; }

    /// [kDigits][component 0, 1][kKeyPrimes][N]
    [[nodiscard]] const Words& words() const noexcept { return words_; }

private:
    LiftKey() = default;

    Hash32 session_;
    Hash32 data_key_;
    Words words_;
};

/// Deterministic: whoever lifts gets the same bytes.
/// Errors   invalid: form, ring, parts of different batches; denied: the lift key is of another
///          data key (stale)
[[nodiscard]] Result<BatchParts> lift_batch(const Ring& ring,
                                            const LiftKey& key,
                                            const BatchParts& sealed);

/// A lifted batch, read; what scoring and checks multiply with.
class LiftedBatch {
public:
    /// Errors   invalid: form, ring, parts of different batches or sessions
    [[nodiscard]] static Result<LiftedBatch> parse(const Ring& ring, const BatchParts& parts);

    [[nodiscard]] const BatchId& id() const noexcept { return id_; }

    [[nodiscard]] const Hash32& profile() const noexcept { return profile_; }

    [[nodiscard]] const Hash32& session() const noexcept { return session_; }

    /// [prime][dimension][component 0, 1][N]
    [[nodiscard]] const std::array<std::vector<std::uint32_t>, kScorePrimes>& words()
        const noexcept {
        return words_;
    }

private:
    LiftedBatch() = default;

    BatchId id_;
    Hash32 profile_;
    Hash32 session_;
    std::array<std::vector<std::uint32_t>, kScorePrimes> words_;
};

}  // namespace mednexus::compute
