#pragma once
/// The negacyclic transform of docs/formats/encrypted-score.md, section 1: coefficients in natural
/// order to values at the odd powers of psi in bit-reversed order, and back. After Longa and
/// Naehrig, with Harvey's lazy values.
#include <span>
#include <vector>

#include "mednexus/compute/internal/modulus.hpp"

namespace mednexus::compute::internal {

/// Roots of one prime for one degree.
class Transform {
public:
    Transform() = default;

    /// Needs degree a power of two, at least 8, and p a prime, 1 mod 2·degree, below 2^29.
    Transform(Word p, std::uint32_t degree);

    [[nodiscard]] const Modulus& modulus() const noexcept { return modulus_; }

    /// Coefficients below 4p to values below p, in place.
    void forward(std::span<Word> a) const noexcept;

    /// Values below 2p to coefficients below p, in place.
    void inverse(std::span<Word> a) const noexcept;

    /// psi of section 1.
    [[nodiscard]] static Word root_of(Word p, std::uint32_t degree);

private:
    /// Entry m + i is the root of block i in the stage with m blocks.
    struct Roots {
        std::vector<Word> value;
        std::vector<Word> quotient;
    };

    static Roots make_roots(Word psi, Word p, std::uint32_t degree);

    Modulus modulus_;
    Roots roots_;
    Roots inverse_roots_;
    Factor inverse_degree_;
};

/// The lowest `bits` bits of i in reverse.
[[nodiscard]] constexpr std::uint32_t reverse_bits(std::uint32_t i, std::uint32_t bits) noexcept {
    std::uint32_t out = 0;
    for (std::uint32_t b = 0; b < bits; ++b) {
        out |= ((i >> b) & 1U) << (bits - 1 - b);
    }
    return out;
}

}  // namespace mednexus::compute::internal
