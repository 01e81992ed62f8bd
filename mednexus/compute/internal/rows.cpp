#include "mednexus/compute/internal/rows.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"

namespace mednexus::compute::internal {

void add(const Modulus& modulus, Row a, ConstRow b) noexcept {
    MN_CHECK(a.size() == b.size());
    const Modulus by = modulus;
    Word* __restrict const to = a.data();
    const Word* __restrict const from = b.data();
    for (std::size_t n = 0; n < a.size(); ++n) {
        to[n] = by.add(to[n], from[n]);
    }
}

void add_product(const Modulus& modulus, Row a, ConstRow x, ConstRow y) noexcept {
    MN_CHECK(a.size() == x.size() && a.size() == y.size());
    const Modulus by = modulus;
    Word* __restrict const to = a.data();
    const Word* __restrict const left = x.data();
    const Word* __restrict const right = y.data();
    for (std::size_t n = 0; n < a.size(); ++n) {
        to[n] = by.reduce(Wide{left[n]} * right[n] + to[n]);
    }
}

void subtract_product(const Modulus& modulus, Row a, ConstRow x, ConstRow y) noexcept {
    MN_CHECK(a.size() == x.size() && a.size() == y.size());
    const Modulus by = modulus;
    const Word p = modulus.value();
    Word* __restrict const to = a.data();
    const Word* __restrict const left = x.data();
    const Word* __restrict const right = y.data();
    for (std::size_t n = 0; n < a.size(); ++n) {
        to[n] = by.reduce(Wide{left[n]} * (p - right[n]) + to[n]);
    }
}

void multiply_difference(
    const Modulus& modulus, ConstRow a, ConstRow b, ConstRow c, Row out) noexcept {
    MN_CHECK(a.size() == b.size() && a.size() == c.size() && a.size() == out.size());
    const Modulus by = modulus;
    const Word* __restrict const left = a.data();
    const Word* __restrict const right = b.data();
    const Word* __restrict const factor = c.data();
    Word* __restrict const to = out.data();
    for (std::size_t n = 0; n < a.size(); ++n) {
        to[n] = by.reduce(Wide{by.subtract(left[n], right[n])} * factor[n]);
    }
}

void add_multiple(const Modulus& modulus, Row a, ConstRow x, Word c) noexcept {
    MN_CHECK(a.size() == x.size());
    const Word p = modulus.value();
    const Factor factor = make_factor(c, p);
    Word* __restrict const to = a.data();
    const Word* __restrict const from = x.data();
    for (std::size_t n = 0; n < a.size(); ++n) {
        const Word product = subtract_once(multiply_lazy(from[n], factor, p), p);
        to[n] = subtract_once(to[n] + product, p);
    }
}

void permute(std::span<const std::uint32_t> from, ConstRow in, Row out) noexcept {
    MN_CHECK(from.size() == in.size() && from.size() == out.size());
    const Word* __restrict const source = in.data();
    Word* __restrict const to = out.data();
    for (std::size_t n = 0; n < from.size(); ++n) {
        to[n] = source[from[n]];
    }
}

void to_rows(const Tables& tables,
             std::span<const std::int32_t> small,
             std::size_t primes,
             Row out) {
    MN_CHECK(out.size() == primes * small.size() && small.size() == tables.degree);
    for (std::size_t i = 0; i < primes; ++i) {
        const Modulus by = tables.modulus(i);
        const Row row = part(out, i, small.size());
        std::transform(small.begin(), small.end(), row.begin(), [by](std::int32_t x) {
            return by.from_signed(x);
        });
        tables.transforms[i].forward(row);
    }
}

void to_row(const Tables& tables, std::span<const std::int64_t> a, std::size_t prime, Row out) {
    MN_CHECK(a.size() == tables.degree && out.size() == tables.degree);
    const Modulus by = tables.modulus(prime);
    const Wide above = Wide{by.value()} << 28U;  // a multiple of p beyond 2^56
    std::transform(a.begin(), a.end(), out.begin(), [=](std::int64_t x) {
        return by.reduce(static_cast<Wide>(x) + above);
    });
    tables.transforms[prime].forward(out);
}

SecretWords rows_of(const Tables& tables, std::span<const std::int32_t> small, std::size_t primes) {
    SecretWords out(primes * small.size());
    to_rows(tables, small, primes, out.view());
    return out;
}

void encode(const Tables& tables, std::span<Word> slots, std::span<std::int32_t> coefficients) {
    MN_CHECK(slots.size() == tables.degree && coefficients.size() == tables.degree);
    tables.plain_transform.inverse(slots);
    const Word t = tables.plain;
    const Word half = (t - 1) / 2;
    std::transform(slots.begin(), slots.end(), coefficients.begin(), [=](Word x) {
        return static_cast<std::int32_t>(x - (t & mask_less(half, x)));
    });
}

void decode(const Tables& tables, std::span<Word> values) {
    MN_CHECK(values.size() == tables.degree);
    tables.plain_transform.forward(values);
}

void add_smudging(const Tables& tables, std::span<const Word> limbs, std::size_t prime, Row row) {
    const std::size_t degree = tables.degree;
    MN_CHECK(limbs.size() == 3 * degree && row.size() == degree);
    const Modulus by = tables.modulus(prime);
    const Word p = by.value();
    const Word offset = multiply_vartime(3, power_vartime(2, kSmudgingBits, p), p);
    const Factor plain = make_factor(tables.plain, p);
    SecretWords added(degree);
    const Word* const low = limbs.data();
    Word* const out = added.view().data();
    for (std::size_t n = 0; n < degree; ++n) {
        // The upper two limbs are below 2^59.
        const Wide upper = (Wide{low[2 * degree + n]} << 32U) | low[degree + n];
        const Word value = by.subtract(by.reduce(upper, low[n]), offset);
        out[n] = multiply_lazy(value, plain, p);
    }
    tables.transforms[prime].forward(added.view());
    add(by, row, added.view());
}

}  // namespace mednexus::compute::internal
