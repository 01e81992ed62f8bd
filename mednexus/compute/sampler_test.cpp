#include "mednexus/compute/internal/sampler.hpp"

#include <set>

#include <gtest/gtest.h>

#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/compute/internal/test_session.hpp"
#include "mednexus/testing/chi_square.hpp"

namespace mednexus::compute::internal {
namespace {

constexpr std::size_t kDraws = 1U << 16U;

Sampler sampler_of(std::uint64_t seed) {
    return {*ring_of(64, 8), seed_of(seed).reveal(), "test"};
}

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double x : values) {
        sum += x;
    }
    return sum / static_cast<double>(values.size());
}

double variance_of(std::span<const double> values) {
    const double mean = mean_of(values);
    double sum = 0;
    for (const double x : values) {
        sum += (x - mean) * (x - mean);
    }
    return sum / static_cast<double>(values.size());
}

TEST(Sampler, DrawsUniformValuesBelowThePrime) {
    for (const std::uint32_t p : {kPrimes[0], kPrimes[4], 65537U}) {
        std::vector<std::uint32_t> out(kDraws);
        sampler_of(1).uniform(3, 1, p, out);
        std::vector<std::uint64_t> bins(64);
        for (const std::uint32_t x : out) {
            ASSERT_LT(x, p);
            ++bins[std::uint64_t{x} * bins.size() / p];
        }
        EXPECT_LT(testing::chi_square(bins), testing::chi_square_limit(bins.size()));
    }
}

TEST(Sampler, DrawsTernaryValuesEquallyOften) {
    std::vector<std::int32_t> out(kDraws);
    sampler_of(2).ternary(0, out);
    std::vector<std::uint64_t> bins(3);
    for (const std::int32_t x : out) {
        ASSERT_TRUE(x >= -1 && x <= 1);
        ++bins[static_cast<std::size_t>(x + 1)];
    }
    EXPECT_LT(testing::chi_square(bins), testing::chi_square_limit(bins.size()));
}

TEST(Sampler, DrawsNoiseOfTheStatedVariance) {
    std::vector<std::int32_t> out(kDraws);
    sampler_of(3).noise(0, out);
    std::vector<double> values;
    for (const std::int32_t x : out) {
        ASSERT_TRUE(x >= -21 && x <= 21);
        values.push_back(x);
    }
    EXPECT_NEAR(mean_of(values), 0, 0.06);
    EXPECT_NEAR(variance_of(values), 10.5, 0.3);
}

TEST(Sampler, DrawsSmudgingOfTheStatedRangeAndVariance) {
    constexpr std::size_t kSize = kDraws / 4;
    SecretWords limbs(3 * kSize);
    sampler_of(4).smudging(0, limbs.view());
    std::vector<double> values;
    std::set<std::uint32_t> lows;
    for (std::size_t n = 0; n < kSize; ++n) {
        const std::uint32_t high = limbs.view()[2 * kSize + n];
        ASSERT_LT(high, 6U << (kSmudgingBits - 64));  // below 6·2^88
        lows.insert(limbs.view()[n]);
        // In units of 2^64, less the offset 3·2^88; the lower limbs do not matter here.
        values.push_back(static_cast<double>(high) - 3.0 * (1U << (kSmudgingBits - 64)));
    }
    EXPECT_GT(lows.size(), kSize - 8);
    const double unit = 1U << (kSmudgingBits - 64);
    EXPECT_NEAR(mean_of(values) / unit, 0, 0.04);
    EXPECT_NEAR(variance_of(values) / unit / unit, 1, 0.04);
}

TEST(Sampler, GivesOtherValuesForEveryOtherName) {
    const auto ring = ring_of(64, 8);
    const auto first_of = [](const Sampler& sampler, std::uint32_t number, std::uint32_t prime) {
        std::vector<std::uint32_t> out(4);
        sampler.uniform(number, prime, kPrimes[0], out);
        return out;
    };
    const auto seed = seed_of(5);
    const Sampler sampler(*ring, seed.reveal(), "a", bytes_of("context"));
    std::set<std::vector<std::uint32_t>> seen{
        first_of(sampler, 0, 0), first_of(sampler, 1, 0), first_of(sampler, 0, 1)};
    seen.insert(first_of({*ring, seed.reveal(), "b", bytes_of("context")}, 0, 0));
    seen.insert(first_of({*ring, seed.reveal(), "a", bytes_of("contexu")}, 0, 0));
    seen.insert(first_of({*ring, seed_of(6).reveal(), "a", bytes_of("context")}, 0, 0));
    seen.insert(first_of({*ring_of(128, 8), seed.reveal(), "a", bytes_of("context")}, 0, 0));
    EXPECT_EQ(seen.size(), 7U);
    EXPECT_EQ(first_of(sampler, 0, 0), first_of(sampler, 0, 0));
}

TEST(Wiped, LeavesNothingInTheMovedFrom) {
    SecretWords one(8);
    one.view()[0] = 7;
    SecretWords two = std::move(one);
    EXPECT_EQ(two.view()[0], 7U);
    SecretWords three(8);
    three = std::move(two);
    EXPECT_EQ(three.view()[0], 7U);
}

}  // namespace
}  // namespace mednexus::compute::internal
