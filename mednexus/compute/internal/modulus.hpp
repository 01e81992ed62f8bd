#pragma once
/// Arithmetic modulo one prime below 2^29, without branches: secrets pass through it. Everything is
/// written so that compilers turn loops over it into vector instructions.
#include <bit>
#include <cstdint>

namespace mednexus::compute::internal {

using Word = std::uint32_t;
using Wide = std::uint64_t;

/// x below 2m becomes x mod m. Needs m < 2^31.
[[nodiscard]] constexpr Word subtract_once(Word x, Word m) noexcept {
    const Word less = x - m;
    return less + (m & static_cast<Word>(static_cast<std::int32_t>(less) >> 31));
}

/// All ones when a < b, else 0. Needs both below 2^31.
[[nodiscard]] constexpr Word mask_less(Word a, Word b) noexcept {
    return static_cast<Word>(static_cast<std::int32_t>(a - b) >> 31);
}

/// A factor with its quotient, for multiplication after Shoup: any 32-bit word times the factor.
struct Factor {
    Word value = 0;     ///< below p
    Word quotient = 0;  ///< floor(value · 2^32 / p)
};

[[nodiscard]] constexpr Factor make_factor(Word value, Word p) noexcept {
    return {.value = value, .quotient = static_cast<Word>((Wide{value} << 32U) / p)};
}

/// x · factor modulo p, in [0, 2p).
[[nodiscard]] constexpr Word multiply_lazy(Word x, Word value, Word quotient, Word p) noexcept {
    const auto high = static_cast<Word>((Wide{x} * quotient) >> 32U);
    return x * value - high * p;
}

[[nodiscard]] constexpr Word multiply_lazy(Word x, Factor factor, Word p) noexcept {
    return multiply_lazy(x, factor.value, factor.quotient, p);
}

/// A prime of 29 bits, or a smaller plaintext modulus.
class Modulus {
public:
    constexpr Modulus() = default;

    /// Needs 2 < p < 2^29, odd. Reduction of 60-bit values needs p > 2^28.
    explicit constexpr Modulus(Word p) noexcept
        : p_(p),
          reciprocal_(p > (1U << 28U) ? static_cast<Word>((Wide{1} << 60U) / p) : 0),
          two_to_32_(static_cast<Word>((Wide{1} << 32U) % p)) {}

    [[nodiscard]] constexpr Word value() const noexcept { return p_; }

    [[nodiscard]] constexpr Word add(Word a, Word b) const noexcept {
        return subtract_once(a + b, p_);
    }

    [[nodiscard]] constexpr Word subtract(Word a, Word b) const noexcept {
        return subtract_once(a + p_ - b, p_);
    }

    /// Any v below 2^60. The quotient is at most 3 too small (truncation of v, of the reciprocal
    /// and of their product), so the remainder is below 4p < 2^31.
    [[nodiscard]] constexpr Word reduce(Wide v) const noexcept {
        const Wide quotient = ((v >> 28U) * reciprocal_) >> 32U;
        const Word rest = static_cast<Word>(v) - static_cast<Word>(quotient) * p_;
        return subtract_once(subtract_once(rest, 2 * p_), p_);
    }

    /// high · 2^32 + low, for high < 2^60 and low < 2^32.
    [[nodiscard]] constexpr Word reduce(Wide high, Wide low) const noexcept {
        return reduce(Wide{reduce(high)} * two_to_32_ + low);
    }

    [[nodiscard]] constexpr Word multiply(Word a, Word b) const noexcept {
        return reduce(Wide{a} * b);
    }

    /// A small signed integer, |x| < p.
    [[nodiscard]] constexpr Word from_signed(std::int32_t x) const noexcept {
        return static_cast<Word>(x) + (p_ & static_cast<Word>(x >> 31));
    }

private:
    Word p_ = 0;
    Word reciprocal_ = 0;  ///< floor(2^60 / p)
    Word two_to_32_ = 0;   ///< 2^32 mod p
};

// --- set-up only: variable time, any odd prime below 2^32

[[nodiscard]] constexpr Word multiply_vartime(Word a, Word b, Word p) noexcept {
    return static_cast<Word>(Wide{a} * b % p);
}

[[nodiscard]] constexpr Word power_vartime(Word base, Wide exponent, Word p) noexcept {
    Word out = 1 % p;
    for (Word square = base % p; exponent != 0; exponent >>= 1U) {
        out = (exponent & 1U) != 0 ? multiply_vartime(out, square, p) : out;
        square = multiply_vartime(square, square, p);
    }
    return out;
}

[[nodiscard]] constexpr Word inverse_vartime(Word a, Word p) noexcept {
    return power_vartime(a, p - 2, p);
}

}  // namespace mednexus::compute::internal
