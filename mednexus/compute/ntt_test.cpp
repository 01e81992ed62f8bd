#include "mednexus/compute/internal/ntt.hpp"

#include <gtest/gtest.h>

#include "mednexus/compute/internal/lift.hpp"
#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/compute/internal/tensor.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::compute::internal {
namespace {

__extension__ using Huge = unsigned __int128;

std::vector<Word> all_primes() {
    std::vector<Word> primes(kPrimes.begin(), kPrimes.end());
    primes.push_back(65537);
    return primes;
}

std::vector<Word> random_words(testing::SeededRandom& random, std::size_t size, Word below) {
    std::vector<Word> out(size);
    for (Word& x : out) {
        x = static_cast<Word>(random.below(below));
    }
    return out;
}

/// a·b modulo X^N + 1, term by term.
std::vector<Word> schoolbook(const std::vector<Word>& a, const std::vector<Word>& b, Word p) {
    const std::size_t degree = a.size();
    std::vector<Word> out(degree);
    for (std::size_t i = 0; i < degree; ++i) {
        for (std::size_t j = 0; j < degree; ++j) {
            const Word product = multiply_vartime(a[i] % p, b[j] % p, p);
            Word& to = out[(i + j) % degree];
            to = i + j < degree ? (to + product) % p : (to + p - product) % p;
        }
    }
    return out;
}

std::vector<Word> product(const Transform& transform, std::vector<Word> a, std::vector<Word> b) {
    transform.forward(a);
    transform.forward(b);
    const Word p = transform.modulus().value();
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_LT(a[i], p);
        a[i] = multiply_vartime(a[i], b[i], p);
    }
    transform.inverse(a);
    return a;
}

TEST(Transform, MultipliesLikeTheSchoolbookForEveryPrime) {
    testing::SeededRandom random(1);
    for (const Word p : all_primes()) {
        for (const std::uint32_t degree : {64U, 128U, 256U, 512U}) {
            const Transform transform(p, degree);
            const auto a = random_words(random, degree, p);
            const auto b = random_words(random, degree, p);
            ASSERT_EQ(product(transform, a, b), schoolbook(a, b, p)) << p << " " << degree;
        }
    }
}

TEST(Transform, TakesEveryLazyInput) {
    for (const Word p : all_primes()) {
        const std::uint32_t degree = 128;
        const Transform transform(p, degree);
        for (const Word extreme : {0U, p - 1, p, 2 * p - 1, 4 * p - 1}) {
            const std::vector<Word> a(degree, extreme);
            std::vector<Word> b(degree, p - 1);
            ASSERT_EQ(product(transform, a, b), schoolbook(a, b, p)) << p << " " << extreme;
        }
        testing::SeededRandom random(p);
        const auto lazy = random_words(random, degree, 4 * p);
        const auto other = random_words(random, degree, p);
        ASSERT_EQ(product(transform, lazy, other), schoolbook(lazy, other, p));
    }
}

TEST(Transform, InverseTakesValuesBelowTwiceThePrime) {
    for (const Word p : all_primes()) {
        const Transform transform(p, 256);
        testing::SeededRandom random(p);
        const auto a = random_words(random, 256, p);
        auto lazy = a;
        transform.forward(lazy);
        for (Word& x : lazy) {
            x += random.below(2) == 0 ? p : 0;
        }
        transform.inverse(lazy);
        ASSERT_EQ(lazy, a);
    }
}

TEST(Transform, GivesTheValuesThatTheFormatNames) {
    for (const std::uint32_t degree : {1024U, 2048U, 4096U, 8192U}) {
        const auto bits = static_cast<std::uint32_t>(std::countr_zero(degree));
        for (const Word p : all_primes()) {
            const Transform transform(p, degree);
            const Word psi = Transform::root_of(p, degree);
            testing::SeededRandom random(p + degree);
            const auto a = random_words(random, degree, p);
            auto values = a;
            transform.forward(values);
            for (int k = 0; k < 8; ++k) {
                const auto i = static_cast<std::uint32_t>(random.below(degree));
                const Word x = power_vartime(psi, 2 * reverse_bits(i, bits) + 1, p);
                Word horner = 0;
                for (std::size_t n = degree; n-- > 0;) {
                    horner = (multiply_vartime(horner, x, p) + a[n]) % p;
                }
                ASSERT_EQ(values[i], horner) << p << " " << degree << " " << i;
            }
            transform.inverse(values);
            ASSERT_EQ(values, a);
        }
    }
}

TEST(Transform, MultipliesAtTheReleaseSize) {
    testing::SeededRandom random(3);
    const Transform transform(kPrimes[0], 8192);
    auto sparse = random_words(random, 8192, kPrimes[0]);
    for (std::size_t i = 0; i < sparse.size(); ++i) {
        sparse[i] = i % 16 == 0 || i > 8180 ? sparse[i] : 0;
    }
    const auto b = random_words(random, 8192, kPrimes[0]);
    EXPECT_TRUE(product(transform, sparse, b) == schoolbook(sparse, b, kPrimes[0]));
}

TEST(Modulus, ReducesEveryValueThatItPromisesTo) {
    testing::SeededRandom random(4);
    for (const Word p : kPrimes) {
        const Modulus modulus(p);
        for (const Wide v : {Wide{0}, Wide{p} - 1, Wide{p}, 4 * Wide{p}, (Wide{1} << 60U) - 1}) {
            EXPECT_EQ(modulus.reduce(v), v % p);
        }
        for (int i = 0; i < 100'000; ++i) {
            const Wide v = random.next() >> 4U;
            ASSERT_EQ(modulus.reduce(v), v % p);
            const Wide low = random.next() >> 32U;
            ASSERT_EQ(modulus.reduce(v, low), static_cast<Word>(((Huge{v} << 32U) + low) % p));
        }
        EXPECT_EQ(modulus.from_signed(-1), p - 1);
        EXPECT_EQ(modulus.from_signed(7), 7U);
        EXPECT_EQ(modulus.subtract(0, p - 1), 1U);
    }
}

TEST(PairLift, GivesTheCentredIntegerModuloEveryPrime) {
    testing::SeededRandom random(5);
    const auto ring = *Ring::make({.degree = 64, .dimensions = 1});
    const Tables& tables = ring->tables();
    const auto check = [&](const PairLift& lift, Word m1, Word m2, Wide x) {
        const Wide modulus = Wide{m1} * m2;
        std::vector<Word> first{static_cast<Word>(x % m1)};
        std::vector<Word> second{static_cast<Word>(x % m2)};
        lift.split(first, second);
        for (std::size_t target = 0; target < kKeyPrimes; ++target) {
            std::vector<Word> out(1);
            lift.residues(first, second, target, out);
            const Wide r = kPrimes[target];
            const Wide wanted = x > modulus / 2 ? (r - (modulus - x) % r) % r : x % r;
            ASSERT_LT(out[0], 4 * r);
            ASSERT_EQ(out[0] % r, wanted) << x << " " << target;
        }
    };
    const std::array<std::pair<const PairLift*, std::size_t>, 3> lifts{
        {{&tables.digits[0], 0}, {&tables.digits[1], 2}, {&tables.special, 5}}};
    for (const auto& [lift, at] : lifts) {
        const Wide modulus = Wide{kPrimes[at]} * kPrimes[at + 1];
        const Wide half = modulus / 2;
        for (const Wide x : {Wide{0}, Wide{1}, half - 1, half, half + 1, half + 2, modulus - 1}) {
            check(*lift, kPrimes[at], kPrimes[at + 1], x);
        }
        for (Wide near = 0; near < 200; ++near) {
            check(*lift, kPrimes[at], kPrimes[at + 1], half - 100 + near);
        }
        for (int i = 0; i < 2000; ++i) {
            check(*lift, kPrimes[at], kPrimes[at + 1], random.next() % modulus);
        }
    }
}

TEST(SingleLift, GivesTheCentredIntegerModuloEveryPrime) {
    const SingleLift lift(kPrimes[4], kPrimes);
    const Word half = (kPrimes[4] - 1) / 2;
    const std::vector<Word> values{0, 1, half - 1, half, half + 1, kPrimes[4] - 1};
    for (std::size_t target = 0; target < kKeyPrimes; ++target) {
        if (target == 4) {
            continue;
        }
        std::vector<Word> out(values.size());
        lift.residues(values, target, out);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Word wanted =
                values[i] > half ? kPrimes[target] - (kPrimes[4] - values[i]) : values[i];
            EXPECT_EQ(out[i], wanted);
        }
    }
}

/// The sum with 128-bit integers, without any folding.
std::vector<Word> slow_sum(const std::vector<Word>& query,
                           const std::vector<Word>& data,
                           std::size_t degree,
                           Word p) {
    std::vector<Word> out(3 * degree);
    for (std::size_t n = 0; n < degree; ++n) {
        std::array<Huge, 3> sums{};
        for (std::size_t j = 0; j < query.size(); j += 2 * degree) {
            sums[0] += Huge{query[j + n]} * data[j + n];
            sums[1] += Huge{query[j + n]} * data[j + degree + n] +
                       Huge{query[j + degree + n]} * data[j + n];
            sums[2] += Huge{query[j + degree + n]} * data[j + degree + n];
        }
        for (std::size_t component = 0; component < 3; ++component) {
            out[component * degree + n] = static_cast<Word>(sums[component] % p);
        }
    }
    return out;
}

TEST(TensorSum, HoldsTheLargestValuesOfEveryLength) {
    for (const Word p : kPrimes) {
        for (const std::size_t dimensions : {1U, 31U, 32U, 33U, 64U, 1024U}) {
            constexpr std::size_t kDegree = 64;
            const std::vector<Word> largest(2 * dimensions * kDegree, p - 1);
            std::vector<Word> out(3 * kDegree);
            tensor_sum(Modulus(p), kDegree, largest, largest, out);
            ASSERT_EQ(out, slow_sum(largest, largest, kDegree, p)) << p << " " << dimensions;
        }
    }
}

TEST(TensorSum, MatchesLongArithmetic) {
    testing::SeededRandom random(6);
    for (const std::size_t degree : {64U, 1024U}) {
        const Word p = kPrimes[1];
        const auto query = random_words(random, 2 * 45 * degree, p);
        const auto data = random_words(random, 2 * 45 * degree, p);
        std::vector<Word> out(3 * degree);
        tensor_sum(Modulus(p), degree, query, data, out);
        ASSERT_EQ(out, slow_sum(query, data, degree, p));
    }
}

/// 48 instead of 32 would not hold: the bound that the format page gives is close.
TEST(TensorSum, FoldsAsOftenAsItMust) {
    const Huge largest = Huge{kPrimes[0] - 1} * (kPrimes[0] - 1);
    const Huge carried = 0xFFFFFFFFU;
    EXPECT_EQ((2 * kFoldEvery * largest + carried) >> 64U, Huge{0});
    EXPECT_NE((2 * std::size_t{48} * largest + carried) >> 64U, Huge{0});
}

TEST(Ring, RefusesOptionsOutOfRange) {
    EXPECT_TRUE(Ring::make({}));
    EXPECT_TRUE((*Ring::make({}))->is_secure());
    EXPECT_FALSE((*Ring::make({.degree = 1024}))->is_secure());
    for (const std::uint32_t degree : {0U, 32U, 96U, 16384U}) {
        EXPECT_EQ(Ring::make({.degree = degree}).error().kind, Kind::invalid) << degree;
    }
    for (const std::uint32_t t : {0U, 1U, 65536U, 65539U, 786433U, 16385U, 49153U}) {
        EXPECT_EQ(Ring::make({.plain_modulus = t}).error().kind, Kind::invalid) << t;
    }
    for (const std::uint32_t d : {0U, 669U, 1025U}) {
        EXPECT_EQ(Ring::make({.dimensions = d}).error().kind, Kind::invalid) << d;
    }
    EXPECT_EQ(Ring::make({.degree = 64, .dimensions = 65}).error().kind, Kind::invalid);
    EXPECT_TRUE(Ring::make({.plain_modulus = 114689, .dimensions = 1024}));
}

TEST(Ring, IsNamedByEveryNumber) {
    const auto id = [](const RingOptions& options) { return (*Ring::make(options))->id(); };
    EXPECT_EQ(id({}), id({}));
    EXPECT_NE(id({}), id({.degree = 4096}));
    EXPECT_NE(id({}), id({.plain_modulus = 114689}));
    EXPECT_NE(id({}), id({.dimensions = 255}));
}

}  // namespace
}  // namespace mednexus::compute::internal
