#pragma once
/// Everything that a Ring computes once: transforms, constants of the digits, permutations of the
/// rotations. docs/formats/encrypted-score.md, sections 1 and 6.
#include <array>
#include <span>
#include <vector>

#include "mednexus/compute/internal/lift.hpp"
#include "mednexus/compute/internal/ntt.hpp"
#include "mednexus/compute/ring.hpp"

namespace mednexus::compute {

namespace internal {

/// q1 … q5, p1, p2.
inline constexpr std::array<Word, kKeyPrimes> kPrimes{
    478937089, 475267073, 473694209, 471072769, 469762049, 483655681, 483131393};
inline constexpr std::size_t kSpecialFirst = kScorePrimes;  ///< index of p1
inline constexpr std::uint32_t kSmudgingBits = 88;          ///< b of section 7
inline constexpr std::uint32_t kNoiseBits = 21;
inline constexpr std::size_t kProofRepetitions = 22;  ///< section 11

/// One rotation of the expansion: X -> X^(N/2^l + 1).
struct Rotation {
    std::vector<std::uint32_t> from;  ///< value i of the result is value from[i] of the source
    std::array<std::vector<Word>, kScorePrimes> shift;  ///< X^(-2^l) in evaluation form
};

}  // namespace internal

struct Ring::Tables {
    std::uint32_t degree = 0;      ///< N
    std::uint32_t dimensions = 0;  ///< d
    std::uint32_t expansion = 0;   ///< d'
    std::uint32_t levels = 0;      ///< log2 d'
    internal::Word plain = 0;      ///< t

    std::array<internal::Transform, kKeyPrimes> transforms;
    internal::Transform plain_transform;

    std::array<internal::PairLift, 2> digits;  ///< {q1,q2} and {q3,q4}
    internal::PairLift special;                ///< {p1,p2}
    internal::SingleLift last;                 ///< {q5}: third digit, and the prime that is dropped

    /// -t^-1 modulo each prime; t^-1 is never needed alone.
    std::array<internal::Factor, kKeyPrimes> minus_plain_inverse;
    std::array<internal::Word, kScorePrimes> special_product{};   ///< P modulo q
    std::array<internal::Factor, kScorePrimes> by_special;        ///< P^-1 modulo q
    std::array<internal::Factor, kScorePrimes> plain_by_special;  ///< t P^-1
    std::array<internal::Factor, kOpeningPrimes> by_last;         ///< q5^-1 modulo q
    std::array<internal::Factor, kOpeningPrimes> plain_by_last;   ///< t q5^-1

    std::vector<internal::Rotation> rotations;
    Hash32 id;

    [[nodiscard]] const internal::Modulus& modulus(std::size_t prime) const noexcept {
        return transforms[prime].modulus();
    }
};

namespace internal {

using Tables = Ring::Tables;

/// The digit that prime index `prime` < kScorePrimes belongs to.
[[nodiscard]] constexpr std::size_t digit_of(std::size_t prime) noexcept {
    return prime / 2;
}

[[nodiscard]] Tables make_tables(const RingOptions& options);

}  // namespace internal
}  // namespace mednexus::compute
