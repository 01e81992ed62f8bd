#pragma once
/// What is behind a query: docs/formats/encrypted-score.md, sections 6 and 11.
#include "mednexus/compute/collective_keys.hpp"
#include "mednexus/compute/internal/secrets.hpp"

namespace mednexus::compute::internal {

/// By coefficients: (c0, c1) = (p·once + phase, a·once + t·noise).
struct QuerySecrets {
    SecretIntegers once;   ///< ternary
    SecretIntegers phase;  ///< t·e + m, below 21.5·t
    SecretIntegers noise;  ///< e', at most 21
};

/// Errors   denied: dimensions differ from the ring's
[[nodiscard]] Result<QuerySecrets> draw_query(const Ring& ring,
                                              const PublicKey& public_key,
                                              const Secret<32>& query_seed,
                                              const Vector& vector);

}  // namespace mednexus::compute::internal
