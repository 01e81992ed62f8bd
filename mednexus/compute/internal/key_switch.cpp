#include "mednexus/compute/internal/key_switch.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"

namespace mednexus::compute::internal {

namespace {

/// Values below 2p times a constant, below p.
void scale(Row row, Factor factor, Word p) noexcept {
    for (Word& x : row) {
        x = subtract_once(multiply_lazy(x, factor, p), p);
    }
}

/// Σ digit·key over the three digits: below 3·2^57.7, so one reduction is enough.
void multiply_digits(const Modulus& modulus,
                     const std::array<const Word*, kDigits>& digits,
                     const std::array<const Word*, kDigits>& keys,
                     Row out) noexcept {
    const Modulus by = modulus;
    const auto [d0, d1, d2] = digits;
    const auto [k0, k1, k2] = keys;
    Word* __restrict const to = out.data();
    for (std::size_t n = 0; n < out.size(); ++n) {
        to[n] = by.reduce(Wide{d0[n]} * k0[n] + Wide{d1[n]} * k1[n] + Wide{d2[n]} * k2[n]);
    }
}

/// (r + t z) / m, where z is below 4p and the factors already hold 1 / m.
void divide(Row r, ConstRow z, Factor by, Factor plain_by, Word p) noexcept {
    Word* __restrict const to = r.data();
    const Word* __restrict const from = z.data();
    for (std::size_t n = 0; n < r.size(); ++n) {
        const Word sum = multiply_lazy(to[n], by, p) + multiply_lazy(from[n], plain_by, p);
        to[n] = subtract_once(subtract_once(sum, 2 * p), p);
    }
}

}  // namespace

KeySwitch::KeySwitch(const Tables& tables)
    : tables_(tables),
      coefficients_(kScorePrimes * tables.degree),
      digits_(kDigits * tables.degree),
      special_(4 * std::size_t{tables.degree}) {}

void KeySwitch::take_digits(const ScoreRows& in) {
    const std::size_t degree = tables_.degree;
    const Row all = coefficients_;
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        const Row row = part(all, i, degree);
        std::copy(in[i].begin(), in[i].end(), row.begin());
        tables_.transforms[i].inverse(row);
    }
    tables_.digits[0].split(part(all, 0, degree), part(all, 1, degree));
    tables_.digits[1].split(part(all, 2, degree), part(all, 3, degree));
}

/// All digits modulo one prime times both components of the key. A digit modulo one of its own
/// primes is the input itself, which is in evaluation form already.
void KeySwitch::multiply(
    const ScoreRows& in, const Words& key, std::size_t prime, Row first, Row second) {
    const std::size_t degree = tables_.degree;
    const ConstRow all = coefficients_;
    std::array<const Word*, kDigits> digits{};
    for (std::size_t j = 0; j < kDigits; ++j) {
        if (prime < kScorePrimes && digit_of(prime) == j) {
            digits[j] = in[prime].data();
            continue;
        }
        const Row row = part(Row(digits_), j, degree);
        if (j < 2) {
            tables_.digits[j].residues(
                part(all, 2 * j, degree), part(all, 2 * j + 1, degree), prime, row);
        } else {
            tables_.last.residues(part(all, 4, degree), prime, row);
        }
        tables_.transforms[prime].forward(row);
        digits[j] = row.data();
    }
    for (std::size_t component = 0; component < 2; ++component) {
        std::array<const Word*, kDigits> keys{};
        for (std::size_t j = 0; j < kDigits; ++j) {
            keys[j] = key.raw.data() + ((2 * j + component) * kKeyPrimes + prime) * degree;
        }
        multiply_digits(tables_.modulus(prime), digits, keys, component == 0 ? first : second);
    }
}

void KeySwitch::divide_by_special(std::size_t component, Row out) {
    const std::size_t degree = tables_.degree;
    const Row x1 = part(Row(special_), 2 * component, degree);
    const Row x2 = part(Row(special_), 2 * component + 1, degree);
    for (std::size_t i = 0; i < 2; ++i) {
        const std::size_t prime = kSpecialFirst + i;
        const Row row = i == 0 ? x1 : x2;
        tables_.transforms[prime].inverse(row);
        scale(row, tables_.minus_plain_inverse[prime], kPrimes[prime]);
    }
    tables_.special.split(x1, x2);
    const Row z = part(Row(digits_), 0, degree);
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        tables_.special.residues(x1, x2, i, z);
        tables_.transforms[i].forward(z);
        divide(part(out, i, degree),
               z,
               tables_.by_special[i],
               tables_.plain_by_special[i],
               kPrimes[i]);
    }
}

void KeySwitch::run(const ScoreRows& in, const Words& key, Row out) {
    const std::size_t degree = tables_.degree;
    MN_CHECK(key.raw.size() == kDigits * 2 * kKeyPrimes * degree);
    MN_CHECK(out.size() == 2 * kScorePrimes * degree);
    take_digits(in);
    const Row first = out.first(kScorePrimes * degree);
    const Row second = out.last(kScorePrimes * degree);
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        multiply(in, key, i, part(first, i, degree), part(second, i, degree));
    }
    for (std::size_t i = 0; i < 2; ++i) {
        multiply(in,
                 key,
                 kSpecialFirst + i,
                 part(Row(special_), i, degree),
                 part(Row(special_), 2 + i, degree));
    }
    divide_by_special(0, first);
    divide_by_special(1, second);
}

void drop_last_prime(const Tables& tables, ConstRow in, Row out) {
    const std::size_t degree = tables.degree;
    const std::size_t last = kScorePrimes - 1;
    MN_CHECK(in.size() == kScorePrimes * degree && out.size() == kOpeningPrimes * degree);
    std::vector<Word> rest(in.begin() + static_cast<std::ptrdiff_t>(last * degree), in.end());
    tables.transforms[last].inverse(rest);
    scale(rest, tables.minus_plain_inverse[last], kPrimes[last]);
    std::vector<Word> z(degree);
    std::copy_n(in.begin(), out.size(), out.begin());
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        tables.last.residues(rest, i, z);
        tables.transforms[i].forward(z);
        divide(part(out, i, degree), z, tables.by_last[i], tables.plain_by_last[i], kPrimes[i]);
    }
}

}  // namespace mednexus::compute::internal
