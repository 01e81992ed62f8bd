#pragma once
/// Rows of residues: one polynomial modulo one prime, in evaluation form unless a name says
/// otherwise. Several primes of one polynomial stand one behind the other: [prime][N].
#include <span>

#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/compute/internal/wiped.hpp"

namespace mednexus::compute::internal {

using Row = std::span<Word>;
using ConstRow = std::span<const Word>;

/// a += b, a += x·y, a -= x·y; all values below the prime.
void add(const Modulus& modulus, Row a, ConstRow b) noexcept;
void add_product(const Modulus& modulus, Row a, ConstRow x, ConstRow y) noexcept;
void subtract_product(const Modulus& modulus, Row a, ConstRow x, ConstRow y) noexcept;

/// out = (a - b)·c.
void multiply_difference(
    const Modulus& modulus, ConstRow a, ConstRow b, ConstRow c, Row out) noexcept;

/// a += x·c.
void add_multiple(const Modulus& modulus, Row a, ConstRow x, Word c) noexcept;

/// out value i = in value from[i]: a rotation.
void permute(std::span<const std::uint32_t> from, ConstRow in, Row out) noexcept;

/// Small signed coefficients to `primes` rows in evaluation form, from prime index 0 on.
void to_rows(const Tables& tables,
             std::span<const std::int32_t> small,
             std::size_t primes,
             Row out);

/// The same for coefficients below 2^56, for one prime.
void to_row(const Tables& tables, std::span<const std::int64_t> a, std::size_t prime, Row out);

/// The same as a value of its own.
[[nodiscard]] SecretWords rows_of(const Tables& tables,
                                  std::span<const std::int32_t> small,
                                  std::size_t primes);

/// Values modulo t, one a slot, to centred coefficients of the polynomial that encodes them.
void encode(const Tables& tables, std::span<Word> slots, std::span<std::int32_t> coefficients);

/// Coefficients below t to slots.
void decode(const Tables& tables, std::span<Word> values);

/// t·E from the limbs of Sampler::smudging, modulo one prime, in evaluation form; added to `row`.
void add_smudging(const Tables& tables, std::span<const Word> limbs, std::size_t prime, Row row);

/// Part i of rows of N words.
template <typename T>
[[nodiscard]] std::span<T> part(std::span<T> rows, std::size_t i, std::size_t degree) {
    return rows.subspan(i * degree, degree);
}

}  // namespace mednexus::compute::internal
