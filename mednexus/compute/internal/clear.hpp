#pragma once
/// For tests that hold every secret: phases of ciphertexts, in the clear.
#include <array>
#include <cmath>

#include "mednexus/compute/internal/opened.hpp"
#include "mednexus/compute/internal/secrets.hpp"
#include "mednexus/compute/internal/test_session.hpp"

namespace mednexus::compute::internal {

/// Σ s_i, in evaluation form: [primes][N].
inline std::vector<Word> collective_secret(const Session& session, std::size_t primes) {
    const Tables& tables = session.ring->tables();
    std::vector<Word> out(primes * tables.degree);
    for (const Secret<32>& seed : session.share_seeds) {
        const SecretWords share = share_secret(*session.ring, seed, session.id, primes);
        for (std::size_t i = 0; i < primes; ++i) {
            add(tables.modulus(i),
                part(Row(out), i, tables.degree),
                part(share.view(), i, tables.degree));
        }
    }
    return out;
}

/// A polynomial's coefficients lifted from its first four primes, which hold every phase of the
/// engine but those of openings with a share missing.
inline Opened lift_rows(const Tables& tables, std::vector<Word> rows) {
    rows.resize(kOpeningPrimes * tables.degree);
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        tables.transforms[i].inverse(part(Row(rows), i, tables.degree));
    }
    return lift_opened(tables, rows);
}

/// Σ c_i s^i over q1 … q4. Shape: components of [at least kOpeningPrimes][N] each
inline std::vector<Word> phase_rows(const Tables& tables,
                                    const std::vector<ConstRow>& components,
                                    ConstRow secret) {
    std::vector<Word> out(kOpeningPrimes * tables.degree);
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        const Row row = part(Row(out), i, tables.degree);
        for (std::size_t c = components.size(); c-- > 0;) {
            const std::vector<Word> before(row.begin(), row.end());
            const ConstRow addend = part(components[c], i, tables.degree);
            std::copy(addend.begin(), addend.end(), row.begin());
            add_product(tables.modulus(i), row, before, part(secret, i, tables.degree));
        }
    }
    return out;
}

/// Polynomial j of lifted or expanded words, read with all secrets: plaintext coefficients mod t.
/// Shape    words: [prime][dimension][component 0, 1][N]
inline std::vector<Word> read_polynomial(
    const Session& session,
    const std::array<std::vector<std::uint32_t>, kScorePrimes>& words,
    std::size_t j) {
    const Tables& tables = session.ring->tables();
    std::vector<Word> c0;
    std::vector<Word> c1;
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        const ConstRow first = part(ConstRow(words.at(i)), 2 * j, tables.degree);
        const ConstRow second = part(ConstRow(words.at(i)), 2 * j + 1, tables.degree);
        c0.insert(c0.end(), first.begin(), first.end());
        c1.insert(c1.end(), second.begin(), second.end());
    }
    const auto secret = collective_secret(session, kOpeningPrimes);
    return lift_rows(tables, phase_rows(tables, {c0, c1}, secret)).plain;
}

/// Root mean square of the coefficients, as a logarithm of base two.
inline double log2_rms(const std::vector<std::vector<double>>& polynomials) {
    double sum = 0;
    double count = 0;
    for (const auto& polynomial : polynomials) {
        for (const double x : polynomial) {
            sum += x * x;
            count += 1;
        }
    }
    return std::log2(sum / count) / 2;
}

/// Centred coefficients modulo q1q2q3q4, rounded.
inline std::vector<double> coefficients_of(const Tables& tables, std::vector<Word> rows) {
    const std::size_t degree = tables.degree;
    rows.resize(kOpeningPrimes * degree);
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        tables.transforms[i].inverse(part(Row(rows), i, degree));
    }
    std::vector<double> out;
    for (std::size_t n = 0; n < degree; ++n) {
        std::vector<Word> one(kOpeningPrimes);
        for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
            one[i] = rows[i * degree + n];
        }
        out.push_back(static_cast<double>(lift_coefficient(one)));
    }
    return out;
}

}  // namespace mednexus::compute::internal
