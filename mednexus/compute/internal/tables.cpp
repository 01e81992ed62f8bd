#include "mednexus/compute/internal/tables.hpp"

#include <string>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute::internal {

namespace {

/// Section 1: what a ring id is the hash of.
std::string describe(const RingOptions& options) {
    std::string text = "mednexus/score/v1\n";
    text += "N=" + std::to_string(options.degree) + "\n";
    text += "d=" + std::to_string(options.dimensions) + "\n";
    text += "t=" + std::to_string(options.plain_modulus) + "\n";
    const auto list = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            text += std::to_string(kPrimes[i]) + (i + 1 < to ? "," : "\n");
        }
    };
    text += "q=";
    list(0, kSpecialFirst);
    text += "p=";
    list(kSpecialFirst, kKeyPrimes);
    text += "noise=" + std::to_string(kNoiseBits) + "\n";
    text += "smudging=" + std::to_string(kSmudgingBits) + "\n";
    return text;
}

/// sigma(a) at the odd power with number i is a at that power to the exponent g.
std::vector<std::uint32_t> permutation(std::uint32_t degree, std::uint32_t g) {
    const auto bits = static_cast<std::uint32_t>(std::countr_zero(degree));
    std::vector<std::uint32_t> from(degree);
    for (std::uint32_t i = 0; i < degree; ++i) {
        const std::uint32_t odd = 2 * reverse_bits(i, bits) + 1;
        const auto image =
            static_cast<std::uint32_t>(std::uint64_t{odd} * g % (std::uint64_t{2} * degree));
        from[i] = reverse_bits((image - 1) / 2, bits);
    }
    return from;
}

Rotation make_rotation(const Tables& tables, std::uint32_t level) {
    Rotation out{.from = permutation(tables.degree, (tables.degree >> level) + 1), .shift = {}};
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        out.shift[i].assign(tables.degree, 0);
        // X^(-m) = -X^(N - m)
        out.shift[i][tables.degree - (1U << level)] = kPrimes[i] - 1;
        tables.transforms[i].forward(out.shift[i]);
    }
    return out;
}

void set_constants(Tables& tables) {
    for (std::size_t i = 0; i < kKeyPrimes; ++i) {
        const Word p = kPrimes[i];
        tables.minus_plain_inverse[i] = make_factor(p - inverse_vartime(tables.plain, p), p);
    }
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        const Word q = kPrimes[i];
        const Word product = multiply_vartime(kPrimes[5] % q, kPrimes[6] % q, q);
        const Word inverse = inverse_vartime(product, q);
        tables.special_product[i] = product;
        tables.by_special[i] = make_factor(inverse, q);
        tables.plain_by_special[i] = make_factor(multiply_vartime(tables.plain, inverse, q), q);
    }
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        const Word q = kPrimes[i];
        const Word inverse = inverse_vartime(kPrimes[kScorePrimes - 1], q);
        tables.by_last[i] = make_factor(inverse, q);
        tables.plain_by_last[i] = make_factor(multiply_vartime(tables.plain, inverse, q), q);
    }
}

}  // namespace

Tables make_tables(const RingOptions& options) {
    Tables tables;
    tables.degree = options.degree;
    tables.dimensions = options.dimensions;
    tables.expansion = std::bit_ceil(options.dimensions);
    tables.levels = static_cast<std::uint32_t>(std::countr_zero(tables.expansion));
    tables.plain = options.plain_modulus;
    for (std::size_t i = 0; i < kKeyPrimes; ++i) {
        tables.transforms[i] = Transform(kPrimes[i], options.degree);
    }
    tables.plain_transform = Transform(options.plain_modulus, options.degree);
    tables.digits = {PairLift(kPrimes[0], kPrimes[1], kPrimes),
                     PairLift(kPrimes[2], kPrimes[3], kPrimes)};
    tables.special = PairLift(kPrimes[5], kPrimes[6], kPrimes);
    tables.last = SingleLift(kPrimes[4], kPrimes);
    set_constants(tables);
    for (std::uint32_t level = 0; level < tables.levels; ++level) {
        tables.rotations.push_back(make_rotation(tables, level));
    }
    tables.id = crypto::sha256(bytes_of(describe(options)));
    return tables;
}

}  // namespace mednexus::compute::internal
