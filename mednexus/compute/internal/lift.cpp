#include "mednexus/compute/internal/lift.hpp"

namespace mednexus::compute::internal {

namespace {

constexpr Word kNegative = 1U << 31U;

}  // namespace

PairLift::PairLift(Word m1, Word m2, std::span<const Word, kKeyPrimes> targets)
    : m1_(m1), m2_(m2), inverse_(make_factor(inverse_vartime(m1 % m2, m2), m2)) {
    for (std::size_t i = 0; i < kKeyPrimes; ++i) {
        const Word r = targets[i];
        targets_[i] = {.prime = r, .first = make_factor(m1 % r, r), .minus_second = 2 * r - m2};
    }
}

void PairLift::split(std::span<const Word> first, std::span<Word> second) const noexcept {
    const Word half1 = (m1_ - 1) / 2;
    const Word half2 = (m2_ - 1) / 2;
    const Word m2 = m2_;
    const Factor inverse = inverse_;
    const Word* const x1 = first.data();
    Word* const x2 = second.data();
    for (std::size_t n = 0; n < second.size(); ++n) {
        // x1 < m1 < 2·m2, so the difference stays positive.
        const Word difference = x2[n] + 2 * m2 - x1[n];
        const Word y = subtract_once(multiply_lazy(difference, inverse, m2), m2);
        const Word is_equal = ~(mask_less(y, half2) | mask_less(half2, y));
        const Word is_above = mask_less(half2, y) | (is_equal & mask_less(half1, x1[n]));
        x2[n] = y | (is_above & kNegative);
    }
}

void PairLift::residues(std::span<const Word> first,
                        std::span<const Word> y,
                        std::size_t target,
                        std::span<Word> out) const noexcept {
    const Target& to = targets_[target];
    const Word r = to.prime;
    const Factor factor = to.first;
    const Word minus_second = to.minus_second;
    const Word* const x1 = first.data();
    const Word* const above = y.data();
    Word* const to_row = out.data();
    for (std::size_t n = 0; n < out.size(); ++n) {
        const Word is_negative = static_cast<Word>(static_cast<std::int32_t>(above[n]) >> 31);
        const Word high = (above[n] & ~kNegative) + (minus_second & is_negative);
        to_row[n] = x1[n] + multiply_lazy(high, factor, r);  // below 2r + 2r
    }
}

SingleLift::SingleLift(Word m, std::span<const Word, kKeyPrimes> targets) : m_(m) {
    for (std::size_t i = 0; i < kKeyPrimes; ++i) {
        difference_[i] = targets[i] - m;
    }
}

void SingleLift::residues(std::span<const Word> values,
                          std::size_t target,
                          std::span<Word> out) const noexcept {
    const Word half = (m_ - 1) / 2;
    const Word difference = difference_[target];
    const Word* const x = values.data();
    Word* const to_row = out.data();
    for (std::size_t n = 0; n < out.size(); ++n) {
        to_row[n] = x[n] + (difference & mask_less(half, x[n]));
    }
}

}  // namespace mednexus::compute::internal
