#pragma once
/// From finished scores and shares to integers: the sum of all shares, centred integers modulo
/// q1q2q3q4 from their residues, and what they are modulo t:
/// docs/formats/encrypted-score.md, section 7.
#include "mednexus/compute/internal/rows.hpp"

namespace mednexus::compute::internal {

__extension__ using Wider = unsigned __int128;

/// q1·q2·q3·q4, 115.3 bits.
[[nodiscard]] Wider opening_modulus() noexcept;

struct Opened {
    std::vector<Word> plain;  ///< each coefficient modulo t
    Wider largest = 0;        ///< the largest |coefficient|
};

struct Finished {
    Hash32 session;
    std::vector<Word> words;  ///< [2][kOpeningPrimes][N]
};

/// Errors   invalid: form, ring
[[nodiscard]] Result<Finished> read_finished(const Ring& ring, BytesView raw);

/// rows += x·y for each opening prime. Shape: [kOpeningPrimes][N] each
void add_opening_products(const Tables& tables, Row rows, ConstRow x, ConstRow y);

/// What open_scores looks at before it gives a number: with a share missing, noise.
/// Errors   as open_scores, but for corrupt
[[nodiscard]] Result<Opened> combine_opening(const Ring& ring,
                                             const Secret<32>& requester_seed,
                                             BytesView finished,
                                             std::span<const Bytes> shares);

/// Slots modulo t, times q5, which the drop of that prime took away; centred.
[[nodiscard]] std::vector<std::int32_t> read_slots(const Tables& tables, const Opened& opened);

__extension__ using SignedWider = __int128;

/// One centred integer. Shape: kOpeningPrimes residues
[[nodiscard]] SignedWider lift_coefficient(ConstRow residues);

/// Shape    coefficients: [kOpeningPrimes][N], in coefficient form
[[nodiscard]] Opened lift_opened(const Tables& tables, ConstRow coefficients);

}  // namespace mednexus::compute::internal
