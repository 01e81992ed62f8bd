#pragma once
/// Polynomials from seeds, bit for bit: docs/formats/encrypted-score.md, section 3.
#include <string_view>

#include "mednexus/compute/internal/wiped.hpp"
#include "mednexus/compute/ring.hpp"

namespace mednexus::compute::internal {

/// One stream key. What is drawn from it is named by kind, number and prime; the same name gives
/// the same values.
class Sampler {
public:
    /// K(seed, label, context) of section 3. A session id or a public seed is a seed too.
    Sampler(const Ring& ring, BytesView seed, std::string_view label, BytesView context = {});

    /// Uniform modulo p, below 2^29.
    void uniform(std::uint32_t number,
                 std::uint32_t prime_index,
                 std::uint32_t p,
                 std::span<std::uint32_t> out) const;

    /// -1, 0, 1.
    void ternary(std::uint32_t number, std::span<std::int32_t> out) const;

    /// Centred binomial, -21 … 21.
    void noise(std::uint32_t number, std::span<std::int32_t> out) const;

    /// 3·2^88 + E as three limbs of 32 bits, the lowest first: [limb][coefficient].
    void smudging(std::uint32_t number, std::span<std::uint32_t> limbs) const;

    /// Uniform modulo t.
    void mask(std::uint32_t number, std::uint32_t t, std::span<std::uint32_t> out) const;

    /// Uniform in [-2^bits, 2^bits). Needs bits < 63.
    void box(std::uint32_t number, unsigned bits, std::span<std::int64_t> out) const;

    /// The stream key itself, where section 3 makes a seed of it.
    [[nodiscard]] Hash32 public_seed() const;

private:
    Secret<32> key_;
};

}  // namespace mednexus::compute::internal
