#include "mednexus/compute/encrypted_score.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/clear.hpp"

namespace mednexus::compute {
namespace {

using internal::need;
using internal::Session;
using internal::Word;

TEST(ExpandedQuery, HoldsOneConstantADimension) {
    testing::SeededRandom random(1);
    for (const std::uint32_t dimensions : {1U, 2U, 5U, 8U, 33U, 64U}) {
        const Session session({.degree = 64, .dimensions = dimensions, .parties = 2});
        const Vector asked = session.random_vector(random);
        const ExpandedQuery query = session.expanded(asked);
        for (std::size_t j = 0; j < dimensions; ++j) {
            std::vector<Word> wanted(64);
            const int entry = asked.entries()[j];
            wanted[0] = static_cast<Word>(entry < 0 ? entry + 65537 : entry);
            ASSERT_EQ(internal::read_polynomial(session, query.words(), j), wanted)
                << dimensions << " " << j;
        }
    }
}

TEST(ExpandedQuery, IsTheSameEveryTime) {
    const Session session({.degree = 64, .dimensions = 8});
    testing::SeededRandom random(2);
    const Vector asked = session.random_vector(random);
    EXPECT_EQ(session.query(asked), session.query(asked));
    EXPECT_TRUE(session.expanded(asked).words() == session.expanded(asked).words());
}

TEST(EncryptedQuery, SeedUsedTwiceRepeatsNoNoise) {
    const Session session({.degree = 64, .dimensions = 2});
    const Bytes one = session.query(session.vector({1, 2}));
    const Bytes other = session.query(session.vector({1, 3}));
    std::size_t equal = 0;
    for (std::size_t at = 40 + 64; at < one.size(); at += 4) {
        equal += std::equal(one.begin() + static_cast<std::ptrdiff_t>(at),
                            one.begin() + static_cast<std::ptrdiff_t>(at + 4),
                            other.begin() + static_cast<std::ptrdiff_t>(at));
    }
    EXPECT_EQ(equal, 0U);
}

TEST(EncryptedQuery, RefusesOtherDimensions) {
    const Session session({.degree = 64, .dimensions = 8});
    const auto outcome = encrypt_query(
        *session.ring, *session.public_key, session.query_seed, session.vector({1, 2, 3}));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, Kind::denied);
}

TEST(EncryptedScore, RefusesAnotherSessionOrProfile) {
    const Session session({.degree = 64, .dimensions = 2});
    const Session other({.degree = 64, .dimensions = 2, .seed = 2});
    const std::vector<Vector> cases{session.vector({1, 2})};
    EXPECT_EQ(
        ExpandedQuery::expand(*session.ring, *session.keys, other.query(cases[0])).error().kind,
        Kind::denied);
    const ExpandedQuery query = session.expanded(cases[0]);
    EXPECT_EQ(score_batch(*session.ring, query, other.lifted(cases)).error().kind, Kind::denied);
    const auto foreign = need(Vector::make(internal::hash_of(5), {1, 2}));
    EXPECT_EQ(
        score_batch(*session.ring, session.expanded(foreign), session.lifted(cases)).error().kind,
        Kind::denied);
    const Bytes sum = need(score_batch(*session.ring, query, session.lifted(cases)));
    EXPECT_EQ(finish_scores(*other.ring, *other.keys, sum).error().kind, Kind::denied);
}

}  // namespace
}  // namespace mednexus::compute
