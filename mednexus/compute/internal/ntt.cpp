#include "mednexus/compute/internal/ntt.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"

namespace mednexus::compute::internal {

namespace {

constexpr std::size_t kDegreeMin = 64;

/// Values below 4p in and out; the upper half is multiplied by one root.
[[gnu::always_inline]] inline void forward_block(
    Word* __restrict low, Word* __restrict high, std::size_t size, Factor root, Word p) noexcept {
    for (std::size_t j = 0; j < size; ++j) {
        const Word u = subtract_once(low[j], 2 * p);
        const Word v = multiply_lazy(high[j], root, p);
        low[j] = u + v;
        high[j] = u - v + 2 * p;
    }
}

/// Values below 2p in and out.
[[gnu::always_inline]] inline void inverse_block(
    Word* __restrict low, Word* __restrict high, std::size_t size, Factor root, Word p) noexcept {
    for (std::size_t j = 0; j < size; ++j) {
        const Word u = low[j];
        const Word v = high[j];
        low[j] = subtract_once(u + v, 2 * p);
        high[j] = multiply_lazy(u - v + 2 * p, root, p);
    }
}

/// One stage: all its blocks. A fixed size, where blocks are short, spares the loop's own cost.
template <std::size_t kSize>
void forward_stage(Word* a, std::size_t blocks, const Word* value, const Word* quotient, Word p) {
    for (std::size_t i = 0; i < blocks; ++i) {
        Word* const low = a + 2 * i * kSize;
        forward_block(low, low + kSize, kSize, {value[i], quotient[i]}, p);
    }
}

template <std::size_t kSize>
void inverse_stage(Word* a, std::size_t blocks, const Word* value, const Word* quotient, Word p) {
    for (std::size_t i = 0; i < blocks; ++i) {
        Word* const low = a + 2 * i * kSize;
        inverse_block(low, low + kSize, kSize, {value[i], quotient[i]}, p);
    }
}

/// The last two stages touch neighbours only; their loops are written over whole groups, so that
/// compilers can shuffle instead of going word by word.
void forward_pairs(Word* __restrict a,
                   std::size_t blocks,
                   const Word* __restrict value,
                   const Word* __restrict quotient,
                   Word p) noexcept {
    for (std::size_t i = 0; i < blocks; ++i) {
        const Word u0 = subtract_once(a[4 * i], 2 * p);
        const Word u1 = subtract_once(a[4 * i + 1], 2 * p);
        const Word v0 = multiply_lazy(a[4 * i + 2], value[i], quotient[i], p);
        const Word v1 = multiply_lazy(a[4 * i + 3], value[i], quotient[i], p);
        a[4 * i] = u0 + v0;
        a[4 * i + 1] = u1 + v1;
        a[4 * i + 2] = u0 - v0 + 2 * p;
        a[4 * i + 3] = u1 - v1 + 2 * p;
    }
}

/// Neighbours, and the correction to values below p.
void forward_neighbours(Word* __restrict a,
                        std::size_t blocks,
                        const Word* __restrict value,
                        const Word* __restrict quotient,
                        Word p) noexcept {
    for (std::size_t i = 0; i < blocks; ++i) {
        const Word u = subtract_once(a[2 * i], 2 * p);
        const Word v = multiply_lazy(a[2 * i + 1], value[i], quotient[i], p);
        a[2 * i] = subtract_once(subtract_once(u + v, 2 * p), p);
        a[2 * i + 1] = subtract_once(subtract_once(u - v + 2 * p, 2 * p), p);
    }
}

void inverse_neighbours(Word* __restrict a,
                        std::size_t blocks,
                        const Word* __restrict value,
                        const Word* __restrict quotient,
                        Word p) noexcept {
    for (std::size_t i = 0; i < blocks; ++i) {
        const Word u = a[2 * i];
        const Word v = a[2 * i + 1];
        a[2 * i] = subtract_once(u + v, 2 * p);
        a[2 * i + 1] = multiply_lazy(u - v + 2 * p, value[i], quotient[i], p);
    }
}

void inverse_pairs(Word* __restrict a,
                   std::size_t blocks,
                   const Word* __restrict value,
                   const Word* __restrict quotient,
                   Word p) noexcept {
    for (std::size_t i = 0; i < blocks; ++i) {
        const Word u0 = a[4 * i];
        const Word u1 = a[4 * i + 1];
        const Word v0 = a[4 * i + 2];
        const Word v1 = a[4 * i + 3];
        a[4 * i] = subtract_once(u0 + v0, 2 * p);
        a[4 * i + 1] = subtract_once(u1 + v1, 2 * p);
        a[4 * i + 2] = multiply_lazy(u0 - v0 + 2 * p, value[i], quotient[i], p);
        a[4 * i + 3] = multiply_lazy(u1 - v1 + 2 * p, value[i], quotient[i], p);
    }
}

}  // namespace

Word Transform::root_of(Word p, std::uint32_t degree) {
    Word x = 2;
    while (power_vartime(x, (p - 1) / 2, p) == 1) {
        ++x;
    }
    return power_vartime(x, (p - 1) / (2 * degree), p);
}

Transform::Roots Transform::make_roots(Word psi, Word p, std::uint32_t degree) {
    Roots roots{.value = std::vector<Word>(degree), .quotient = std::vector<Word>(degree)};
    const auto bits = static_cast<std::uint32_t>(std::countr_zero(degree));
    Word power = 1;
    for (std::uint32_t i = 0; i < degree; ++i) {
        const Factor factor = make_factor(power, p);
        roots.value[reverse_bits(i, bits)] = factor.value;
        roots.quotient[reverse_bits(i, bits)] = factor.quotient;
        power = multiply_vartime(power, psi, p);
    }
    return roots;
}

Transform::Transform(Word p, std::uint32_t degree) : modulus_(p) {
    MN_CHECK(std::has_single_bit(degree) && degree >= kDegreeMin);
    MN_CHECK(p < (1U << 29U) && (p - 1) % (2 * degree) == 0);
    const Word psi = root_of(p, degree);
    MN_CHECK(power_vartime(psi, degree, p) == p - 1);
    roots_ = make_roots(psi, p, degree);
    inverse_roots_ = make_roots(inverse_vartime(psi, p), p, degree);
    inverse_degree_ = make_factor(inverse_vartime(degree, p), p);
}

void Transform::forward(std::span<Word> a) const noexcept {
    const std::size_t degree = a.size();
    const Word p = modulus_.value();
    MN_CHECK(degree == roots_.value.size());
    const Word* const value = roots_.value.data();
    const Word* const quotient = roots_.quotient.data();
    for (std::size_t blocks = 1, size = degree / 2; size > 8; blocks *= 2, size /= 2) {
        for (std::size_t i = 0; i < blocks; ++i) {
            Word* const low = a.data() + 2 * i * size;
            forward_block(low, low + size, size, {value[blocks + i], quotient[blocks + i]}, p);
        }
    }
    forward_stage<8>(a.data(), degree / 16, value + degree / 16, quotient + degree / 16, p);
    forward_stage<4>(a.data(), degree / 8, value + degree / 8, quotient + degree / 8, p);
    forward_pairs(a.data(), degree / 4, value + degree / 4, quotient + degree / 4, p);
    forward_neighbours(a.data(), degree / 2, value + degree / 2, quotient + degree / 2, p);
}

void Transform::inverse(std::span<Word> a) const noexcept {
    const std::size_t degree = a.size();
    const Word p = modulus_.value();
    MN_CHECK(degree == inverse_roots_.value.size());
    const Word* const value = inverse_roots_.value.data();
    const Word* const quotient = inverse_roots_.quotient.data();
    inverse_neighbours(a.data(), degree / 2, value + degree / 2, quotient + degree / 2, p);
    inverse_pairs(a.data(), degree / 4, value + degree / 4, quotient + degree / 4, p);
    inverse_stage<4>(a.data(), degree / 8, value + degree / 8, quotient + degree / 8, p);
    inverse_stage<8>(a.data(), degree / 16, value + degree / 16, quotient + degree / 16, p);
    for (std::size_t blocks = degree / 32, size = 16; blocks > 0; blocks /= 2, size *= 2) {
        for (std::size_t i = 0; i < blocks; ++i) {
            Word* const low = a.data() + 2 * i * size;
            inverse_block(low, low + size, size, {value[blocks + i], quotient[blocks + i]}, p);
        }
    }
    for (Word& x : a) {
        x = subtract_once(multiply_lazy(x, inverse_degree_, p), p);
    }
}

}  // namespace mednexus::compute::internal
