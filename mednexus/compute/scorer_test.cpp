#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/plain_scorer.hpp"

namespace mednexus::compute {
namespace {

Hash32 profile(std::uint8_t first) {
    std::array<std::uint8_t, 32> raw{};
    raw[0] = first;
    return Hash32(raw);
}

Vector vector_of(std::vector<std::int8_t> entries, std::uint8_t of = 1) {
    auto made = Vector::make(profile(of), std::move(entries));
    EXPECT_TRUE(made);
    return *std::move(made);
}

PlainScorer scorer_of(std::uint32_t dimensions, std::uint32_t slots = 8192) {
    auto made = PlainScorer::make(
        {.profile = profile(1), .dimensions = dimensions, .slots_per_batch = slots});
    EXPECT_TRUE(made);
    return *std::move(made);
}

/// Entries that run through -7 … 7 in an order that depends on `start`.
std::vector<std::int8_t> pattern(std::size_t size, std::size_t start) {
    std::vector<std::int8_t> out(size);
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::int8_t>(static_cast<int>((start + i * (2 * start + 1)) % 15) - 7);
    }
    return out;
}

std::int32_t slow_product(const Vector& a, const Vector& b) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < a.entries().size(); ++i) {
        sum += a.entries()[i] * b.entries()[i];
    }
    return sum;
}

TEST(Vector, RefusesEntriesAndShapesOutOfBounds) {
    EXPECT_FALSE(Vector::make(profile(1), {}));
    EXPECT_FALSE(Vector::make(profile(1), std::vector<std::int8_t>(kDimensionsMax + 1)));
    EXPECT_FALSE(Vector::make(profile(1), {0, 8}));
    EXPECT_FALSE(Vector::make(profile(1), {-8}));
    EXPECT_FALSE(Vector::make(profile(1), {-128}));
    EXPECT_TRUE(Vector::make(profile(1), {-7, 7}));
    EXPECT_TRUE(Vector::make(profile(1), std::vector<std::int8_t>(kDimensionsMax)));
}

TEST(PlainScorer, MatchesTheSlowProductInEverySlot) {
    for (const std::uint32_t dimensions : {1U, 31U, 32U, 33U, 128U, 256U, 512U, 1024U}) {
        const PlainScorer scorer = scorer_of(dimensions, 4);
        std::vector<Vector> cases;
        for (std::size_t i = 0; i < 11; ++i) {
            cases.push_back(vector_of(pattern(dimensions, i)));
        }
        const Vector asked = vector_of(pattern(dimensions, 5));
        const auto query = scorer.make_query(asked);
        const auto index = scorer.make_index(cases);
        ASSERT_TRUE(query && index);
        const auto scores = scorer.score(**query, **index, SlotMask(11, true));
        ASSERT_TRUE(scores) << scores.error().what;
        ASSERT_EQ(scores->size(), 3U);
        EXPECT_EQ((*scores)[2].slots.size(), 3U);
        for (std::size_t i = 0; i < cases.size(); ++i) {
            EXPECT_EQ((*scores)[i / 4].slots[i % 4], slow_product(asked, cases[i]));
        }
    }
}

TEST(PlainScorer, ReachesTheBoundAndNoMore) {
    const PlainScorer scorer = scorer_of(kDimensionsMax);
    const std::vector<Vector> cases{vector_of(std::vector<std::int8_t>(kDimensionsMax, 7)),
                                    vector_of(std::vector<std::int8_t>(kDimensionsMax, -7))};
    const auto query = scorer.make_query(cases[0]);
    const auto index = scorer.make_index(cases);
    const auto scores = scorer.score(**query, **index, {true, true});
    ASSERT_TRUE(scores);
    EXPECT_EQ((*scores)[0].slots[0], 50176);
    EXPECT_EQ((*scores)[0].slots[1], -50176);
}

TEST(PlainScorer, GivesNoNumberForADeniedSlot) {
    const PlainScorer scorer = scorer_of(2);
    const std::vector<Vector> cases{vector_of({1, 2}), vector_of({3, 4}), vector_of({5, 6})};
    const auto query = scorer.make_query(cases[0]);
    const auto index = scorer.make_index(cases);
    const auto scores = scorer.score(**query, **index, {true, false, true});
    ASSERT_TRUE(scores);
    EXPECT_EQ((*scores)[0].slots[0], 5);
    EXPECT_FALSE((*scores)[0].slots[1].has_value());
    EXPECT_EQ((*scores)[0].slots[2], 17);
}

TEST(PlainScorer, RefusesAnotherProfile) {
    const PlainScorer scorer = scorer_of(2);
    EXPECT_EQ(scorer.make_query(vector_of({1, 2}, 9)).error().kind, Kind::denied);
    const std::vector<Vector> mixed{vector_of({1, 2}), vector_of({1, 2}, 9)};
    EXPECT_EQ(scorer.make_index(mixed).error().kind, Kind::denied);
    auto other = PlainScorer::make({.profile = profile(9), .dimensions = 2});
    const std::vector<Vector> foreign{vector_of({1, 2}, 9)};
    const auto query = other->make_query(foreign[0]);
    const auto index = scorer.make_index(std::vector<Vector>{vector_of({1, 2})});
    EXPECT_EQ(scorer.score(**query, **index, {true}).error().kind, Kind::denied);
}

TEST(PlainScorer, RefusesAnotherEngine) {
    class ForeignQuery final : public Query {
    public:
        [[nodiscard]] const Hash32& profile() const noexcept override { return profile_; }

    private:
        Hash32 profile_ = compute::profile(1);
    };

    const PlainScorer scorer = scorer_of(1);
    const auto index = scorer.make_index(std::vector<Vector>{vector_of({1})});
    EXPECT_EQ(scorer.score(ForeignQuery(), **index, {true}).error().kind, Kind::denied);
}

TEST(PlainScorer, RefusesWrongShapes) {
    const PlainScorer scorer = scorer_of(2);
    EXPECT_EQ(scorer.make_query(vector_of({1})).error().kind, Kind::invalid);
    EXPECT_EQ(scorer.make_index({}).error().kind, Kind::invalid);
    const auto query = scorer.make_query(vector_of({1, 2}));
    const auto index = scorer.make_index(std::vector<Vector>{vector_of({1, 2})});
    EXPECT_EQ(scorer.score(**query, **index, {}).error().kind, Kind::invalid);
    EXPECT_EQ(scorer.score(**query, **index, {true, true}).error().kind, Kind::invalid);
    for (const std::uint32_t dimensions : {0U, kDimensionsMax + 1}) {
        EXPECT_FALSE(PlainScorer::make({.profile = profile(1), .dimensions = dimensions}));
    }
    for (const std::uint32_t slots : {0U, kSlotsPerBatchMax + 1}) {
        EXPECT_FALSE(
            PlainScorer::make({.profile = profile(1), .dimensions = 2, .slots_per_batch = slots}));
    }
}

TEST(Rank, OrdersByScoreThenById) {
    const std::vector<BatchScores> scores{{{5, 9, std::nullopt}}, {{9, -1}}};
    const std::vector<std::string> ids{"e", "d", "c", "b", "a"};
    EXPECT_EQ(rank(scores, ids, 10), (std::vector<Ranked>{{3, 9}, {1, 9}, {0, 5}, {4, -1}}));
    EXPECT_EQ(rank(scores, ids, 1), (std::vector<Ranked>{{3, 9}}));
    EXPECT_TRUE(rank(scores, ids, 0).empty());
    EXPECT_TRUE(rank({}, {}, 10).empty());
}

}  // namespace
}  // namespace mednexus::compute
