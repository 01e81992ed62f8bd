#include "mednexus/compute/encrypted_index.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/clear.hpp"

namespace mednexus::compute {
namespace {

using internal::need;
using internal::Session;
using internal::Word;

constexpr std::size_t kDegree = 64;

/// Slots of dimension j of a lifted batch, read with all secrets.
std::vector<std::int32_t> read_dimension(const Session& session,
                                         const LiftedBatch& batch,
                                         std::size_t j) {
    const internal::Tables& tables = session.ring->tables();
    std::vector<Word> slots = internal::read_polynomial(session, batch.words(), j);
    internal::decode(tables, slots);
    std::vector<std::int32_t> out;
    for (const Word x : slots) {
        out.push_back(x > tables.plain / 2
                          ? static_cast<std::int32_t>(x) - static_cast<std::int32_t>(tables.plain)
                          : static_cast<std::int32_t>(x));
    }
    return out;
}

TEST(EncryptedIndex, LiftedBatchesHoldTheirCasesInTheirSlots) {
    const Session session({.degree = kDegree, .dimensions = 5});
    testing::SeededRandom random(1);
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, kDegree - 1, kDegree}) {
        const auto cases = session.random_vectors(random, count);
        const LiftedBatch batch = session.lifted(cases);
        for (std::size_t j = 0; j < 5; ++j) {
            const auto slots = read_dimension(session, batch, j);
            for (std::size_t i = 0; i < kDegree; ++i) {
                ASSERT_EQ(slots[i], i < count ? cases[i].entries()[j] : 0);
            }
        }
    }
}

TEST(EncryptedIndex, SealsAndLiftsToTheSameBytesEveryTime) {
    const Session session({.degree = kDegree, .dimensions = 5});
    testing::SeededRandom random(2);
    const auto cases = session.random_vectors(random, 9);
    const BatchParts sealed = session.seal(cases);
    EXPECT_EQ(sealed, session.seal(cases));
    EXPECT_EQ(session.lift(sealed), session.lift(sealed));
}

/// One id used twice for other content: neither noise nor uniform halves repeat, so no difference
/// of the two says anything.
TEST(EncryptedIndex, IdUsedTwiceRepeatsNoNoise) {
    const Session session({.degree = kDegree, .dimensions = 5});
    testing::SeededRandom random(3);
    const auto cases = session.random_vectors(random, 9);
    const BatchParts one = session.seal(cases);
    const BatchParts other = session.seal(std::span(cases).first(8));
    constexpr std::size_t kSeedAt = 40 + 4 + 32 + 16 + 32;
    EXPECT_FALSE(std::equal(
        one[0].begin() + kSeedAt, one[0].begin() + kSeedAt + 32, other[0].begin() + kSeedAt));
    std::size_t equal = 0;
    for (std::size_t at = kSeedAt + 32; at < one[0].size(); at += 4) {
        equal += std::equal(one[0].begin() + static_cast<std::ptrdiff_t>(at),
                            one[0].begin() + static_cast<std::ptrdiff_t>(at + 4),
                            other[0].begin() + static_cast<std::ptrdiff_t>(at));
    }
    EXPECT_EQ(equal, 0U);
}

TEST(EncryptedIndex, RefusesCasesThatDoNotBelong) {
    const Session session({.degree = kDegree, .dimensions = 5});
    testing::SeededRandom random(4);
    const auto refused = [&](std::span<const Vector> cases) {
        return seal_batch(*session.ring, session.data_seed, {}, session.profile, cases)
            .error()
            .kind;
    };
    EXPECT_EQ(refused(session.random_vectors(random, kDegree + 1)), Kind::invalid);
    const auto other = *Vector::make(internal::hash_of(5), {1, 2, 3, 4, 5});
    EXPECT_EQ(refused(std::vector{other}), Kind::denied);
    EXPECT_EQ(refused(std::vector{session.vector({1, 2, 3, 4})}), Kind::denied);
}

TEST(EncryptedIndex, RefusesAStaleLiftKey) {
    const Session session({.degree = kDegree, .dimensions = 5});
    testing::SeededRandom random(6);
    const BatchParts sealed = session.seal(session.random_vectors(random, 3));
    const Bytes stale = make_lift_key(*session.ring, internal::seed_of(99), *session.public_key);
    const auto key = need(LiftKey::parse(*session.ring, stale));
    const auto outcome = lift_batch(*session.ring, key, sealed);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, Kind::denied);
}

TEST(EncryptedIndex, NamesADataKeyWithoutShowingIt) {
    const auto seed = internal::seed_of(1);
    EXPECT_EQ(data_key_name(seed), data_key_name(seed));
    EXPECT_NE(data_key_name(seed), data_key_name(internal::seed_of(2)));
    EXPECT_FALSE(
        std::equal(seed.reveal().begin(), seed.reveal().end(), data_key_name(seed).view().begin()));
}

}  // namespace
}  // namespace mednexus::compute
