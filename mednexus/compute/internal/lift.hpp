#pragma once
/// A centred integer modulo a product of two primes (or one), and its residues modulo others:
/// exact, in 32-bit steps. docs/formats/encrypted-score.md, section 1 (digits) and 5 (division by
/// P).
#include <array>
#include <span>

#include "mednexus/compute/internal/modulus.hpp"
#include "mednexus/compute/ring.hpp"

namespace mednexus::compute::internal {

/// Modulo m1·m2. A value x is held as x1 = x mod m1 and y with x = x1 + m1·y; the top bit of y says
/// that x is above (m1·m2 - 1)/2 and stands for x - m1·m2.
class PairLift {
public:
    PairLift() = default;
    PairLift(Word m1, Word m2, std::span<const Word, kKeyPrimes> targets);

    /// From residues below m1 and m2: `second` becomes y, `first` stays x1.
    void split(std::span<const Word> first, std::span<Word> second) const noexcept;

    /// Residues modulo a target prime, lazily below 4r.
    void residues(std::span<const Word> first,
                  std::span<const Word> y,
                  std::size_t target,
                  std::span<Word> out) const noexcept;

private:
    struct Target {
        Word prime = 0;
        Factor first;       ///< m1 modulo r
        Word minus_second;  ///< 2r - m2: makes y of a negative value positive
    };

    Word m1_ = 0;
    Word m2_ = 0;
    Factor inverse_;  ///< m1^-1 modulo m2
    std::array<Target, kKeyPrimes> targets_{};
};

/// Modulo one prime that is below every target.
class SingleLift {
public:
    SingleLift() = default;
    SingleLift(Word m, std::span<const Word, kKeyPrimes> targets);

    /// Residues below r of the centred value.
    void residues(std::span<const Word> values,
                  std::size_t target,
                  std::span<Word> out) const noexcept;

private:
    Word m_ = 0;
    std::array<Word, kKeyPrimes> difference_{};  ///< r - m
};

}  // namespace mednexus::compute::internal
