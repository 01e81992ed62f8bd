#include "mednexus/compute/encrypted_scorer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/test_session.hpp"
#include "mednexus/compute/plain_scorer.hpp"

namespace mednexus::compute {
namespace {

using internal::need;

constexpr std::uint32_t kDimensions = 8;

std::unique_ptr<EncryptedScorer> scorer_of(std::uint64_t seed, std::uint32_t parties = 3) {
    testing::SeededRandom random(seed);
    return need(EncryptedScorer::make({.profile = internal::hash_of(1),
                                       .ring = {.degree = 64, .dimensions = kDimensions},
                                       .parties = parties},
                                      random));
}

Vector vector_of(testing::SeededRandom& random, std::uint64_t profile = 1) {
    std::vector<std::int8_t> entries(kDimensions);
    for (auto& entry : entries) {
        entry = static_cast<std::int8_t>(static_cast<int>(random.below(15)) - 7);
    }
    return need(Vector::make(internal::hash_of(profile), std::move(entries)));
}

TEST(EncryptedScorer, EqualsThePlainScorer) {
    const auto scorer = scorer_of(1);
    const auto plain = need(PlainScorer::make(
        {.profile = internal::hash_of(1), .dimensions = kDimensions, .slots_per_batch = 64}));
    testing::SeededRandom random(2);
    std::vector<Vector> cases;
    SlotMask permitted;
    for (std::size_t i = 0; i < 150; ++i) {  // three batches, the last with 22 cases
        cases.push_back(vector_of(random));
        permitted.push_back(random.below(3) != 0);
    }
    const auto index = need(scorer->make_index(cases));
    const auto plain_index = need(plain.make_index(cases));
    EXPECT_EQ(index->batches(), 3U);
    for (int i = 0; i < 3; ++i) {
        const Vector asked = vector_of(random);
        const auto scores =
            need(scorer->score(*need(scorer->make_query(asked)), *index, permitted));
        const auto wanted =
            need(plain.score(*need(plain.make_query(asked)), *plain_index, permitted));
        ASSERT_EQ(scores.size(), wanted.size());
        for (std::size_t b = 0; b < scores.size(); ++b) {
            EXPECT_EQ(scores[b].slots, wanted[b].slots);
        }
    }
}

TEST(EncryptedScorer, RefusesWhatIsNotItsOwn) {
    const auto scorer = scorer_of(1);
    const auto other = scorer_of(2);
    const auto plain =
        need(PlainScorer::make({.profile = internal::hash_of(1), .dimensions = kDimensions}));
    testing::SeededRandom random(3);
    const std::vector<Vector> cases{vector_of(random), vector_of(random)};
    const auto index = need(scorer->make_index(cases));
    const auto query = need(scorer->make_query(cases[0]));
    const SlotMask all(2, true);
    const auto kind_of = [&](const Query& q, const Index& i, const SlotMask& mask) {
        return scorer->score(q, i, mask).error().kind;
    };
    EXPECT_EQ(kind_of(*query, *need(plain.make_index(cases)), all), Kind::denied);
    EXPECT_EQ(kind_of(*need(plain.make_query(cases[0])), *index, all), Kind::denied);
    EXPECT_EQ(kind_of(*need(other->make_query(cases[0])), *index, all), Kind::denied);
    EXPECT_EQ(kind_of(*query, *need(other->make_index(cases)), all), Kind::denied);
    EXPECT_EQ(kind_of(*query, *index, SlotMask(3, true)), Kind::invalid);
    EXPECT_EQ(scorer->make_query(vector_of(random, 2)).error().kind, Kind::denied);
    EXPECT_EQ(scorer->make_index({}).error().kind, Kind::invalid);
    const std::vector<Vector> foreign{cases[0], vector_of(random, 2)};
    EXPECT_EQ(scorer->make_index(foreign).error().kind, Kind::denied);
    const auto longer = need(Vector::make(internal::hash_of(1), std::vector<std::int8_t>(9)));
    EXPECT_EQ(scorer->make_query(longer).error().kind, Kind::invalid);
    EXPECT_EQ(scorer->make_index(std::vector{longer}).error().kind, Kind::invalid);
}

TEST(EncryptedScorer, RefusesOptionsOutOfRange) {
    testing::SeededRandom random(1);
    for (const std::uint32_t parties : {0U, 1U, 17U}) {
        EXPECT_EQ(EncryptedScorer::make({.profile = {}, .parties = parties}, random).error().kind,
                  Kind::invalid);
    }
    EXPECT_EQ(EncryptedScorer::make({.profile = {}, .ring = {.degree = 100}}, random).error().kind,
              Kind::invalid);
}

}  // namespace
}  // namespace mednexus::compute
