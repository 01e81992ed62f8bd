#include "mednexus/compute/linear_check.hpp"

#include <array>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/sampler.hpp"
#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/compute/internal/test_session.hpp"

namespace mednexus::compute {
namespace {

using internal::need;
using internal::Session;

class Checked : public ::testing::Test {
protected:
    Checked()
        : session_({.degree = 64, .dimensions = 4, .parties = 2}),
          check_(LinearCheck::make(session_.ring, internal::seed_of(50))) {
        testing::SeededRandom random(1);
        asked_.push_back(session_.random_vector(random));
        asked_.push_back(session_.random_vector(random));
        for (std::uint8_t b = 1; b <= 3; ++b) {
            cases_.push_back(session_.random_vectors(random, 60));
            batches_.push_back(session_.lifted(cases_.back(), b));
            EXPECT_TRUE(check_.absorb(batches_.back()));
        }
        query_.push_back(session_.expanded(asked_[0]));
        query_.push_back(session_.expanded(asked_[1]));
        for (const LiftedBatch& batch : batches_) {
            sums_.push_back(need(score_batch(*session_.ring, query_[0], batch)));
        }
    }

    [[nodiscard]] Kind refusal(std::span<const Bytes> sums) const {
        const auto outcome = check_.verify(query_[0], sums);
        EXPECT_FALSE(outcome);
        return outcome ? Kind::internal : outcome.error().kind;
    }

    Session session_;
    LinearCheck check_;
    std::vector<Vector> asked_;
    std::vector<std::vector<Vector>> cases_;
    std::vector<LiftedBatch> batches_;
    std::vector<ExpandedQuery> query_;
    std::vector<Bytes> sums_;
};

TEST_F(Checked, TakesTheSumsOfTheQueryAndTheBatches) {
    EXPECT_EQ(check_.batches(), 3U);
    EXPECT_TRUE(check_.verify(query_[0], sums_));
}

TEST_F(Checked, RefusesEveryChangedWordOfASum) {
    constexpr std::size_t kWordsAt = 40 + 80;
    for (std::size_t at = kWordsAt; at < sums_[1].size(); at += 4) {
        auto changed = sums_;
        changed[1][at] ^= 1U;  // one off: below its prime still, but for one word in 2^28
        const auto outcome = check_.verify(query_[0], changed);
        ASSERT_FALSE(outcome) << at;
        ASSERT_EQ(outcome.error().kind, Kind::corrupt);
    }
}

TEST_F(Checked, RefusesSumsOfAnotherQuery) {
    const auto outcome = check_.verify(query_[1], sums_);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, Kind::corrupt);
    auto mixed = sums_;
    mixed[2] = need(score_batch(*session_.ring, query_[1], batches_[2]));
    EXPECT_EQ(refusal(mixed), Kind::corrupt);
}

TEST_F(Checked, RefusesDroppedAddedAndSwappedBatches) {
    EXPECT_EQ(refusal(std::span(sums_).first(2)), Kind::invalid);
    EXPECT_EQ(refusal({}), Kind::invalid);
    auto more = sums_;
    more.push_back(sums_[0]);
    EXPECT_EQ(refusal(more), Kind::invalid);
    auto swapped = sums_;
    std::swap(swapped[0], swapped[1]);
    EXPECT_EQ(refusal(swapped), Kind::corrupt);
    auto repeated = sums_;
    repeated[1] = repeated[0];
    EXPECT_EQ(refusal(repeated), Kind::corrupt);
    // Ids put right do not help: the words are those of another batch.
    constexpr std::size_t kIdAt = 40 + 64;
    for (std::size_t i = 0; i < 16; ++i) {
        std::swap(swapped[0][kIdAt + i], swapped[1][kIdAt + i]);
    }
    EXPECT_EQ(refusal(swapped), Kind::corrupt);
}

TEST_F(Checked, RefusesBatchesThatAreNotThoseAbsorbed) {
    for (std::size_t batch = 0; batch < 3; ++batch) {
        auto cases = cases_[batch];
        auto entries =
            std::vector<std::int8_t>(cases[7].entries().begin(), cases[7].entries().end());
        entries[2] = static_cast<std::int8_t>(entries[2] == 7 ? 6 : entries[2] + 1);
        cases[7] = session_.vector(entries);
        auto changed = sums_;
        changed[batch] =
            need(score_batch(*session_.ring,
                             query_[0],
                             session_.lifted(cases, static_cast<std::uint8_t>(batch + 1))));
        EXPECT_EQ(refusal(changed), Kind::corrupt);
    }
}

TEST_F(Checked, RefusesObjectsOfAnotherSession) {
    const Session other({.degree = 64, .dimensions = 4, .parties = 2, .seed = 2});
    EXPECT_EQ(check_.absorb(other.lifted(cases_[0])).error().kind, Kind::denied);
    EXPECT_EQ(check_.batches(), 3U);
    EXPECT_EQ(check_.verify(other.expanded(asked_[0]), sums_).error().kind, Kind::denied);
}

TEST_F(Checked, EverySeedAgreesAboutTrueSums) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        LinearCheck check = LinearCheck::make(
            session_.ring, internal::seed_of(seed), static_cast<std::uint32_t>(seed % 3 + 1));
        for (const LiftedBatch& batch : batches_) {
            ASSERT_TRUE(check.absorb(batch));
        }
        EXPECT_TRUE(check.verify(query_[0], sums_));
    }
}

/// Who knew ρ could change two sums so that the changes cancel. That this passes shows that the
/// check is the equation of the format and no other; that a second repetition refuses it shows
/// that repetitions are independent.
TEST_F(Checked, ChangesMadeForOneSeedPassOneRepetitionOnly) {
    const auto seed = internal::seed_of(60);
    const internal::Sampler sampler(*session_.ring, seed.reveal(), "linear check");
    const internal::Word p = internal::kPrimes[0];
    std::array<internal::Word, 2> rho{};
    for (std::uint32_t batch = 0; batch < 2; ++batch) {
        sampler.uniform(batch, 0, p, std::span(rho).subspan(batch, 1));
    }
    constexpr std::size_t kFirstWord = 40 + 80;
    const auto add_to = [&](Bytes& sum, internal::Word more) {
        internal::Word word = 0;
        std::memcpy(&word, sum.data() + kFirstWord, sizeof word);
        word = static_cast<internal::Word>((std::uint64_t{word} + more) % p);
        std::memcpy(sum.data() + kFirstWord, &word, sizeof word);
    };
    auto changed = sums_;
    add_to(changed[0], rho[1]);
    add_to(changed[1], p - rho[0]);
    for (const std::uint32_t repetitions : {1U, 2U}) {
        LinearCheck check = LinearCheck::make(session_.ring, seed.clone(), repetitions);
        for (const LiftedBatch& batch : batches_) {
            ASSERT_TRUE(check.absorb(batch));
        }
        EXPECT_EQ(check.verify(query_[0], changed).has_value(), repetitions == 1);
    }
    EXPECT_EQ(refusal(changed), Kind::corrupt);
}

}  // namespace
}  // namespace mednexus::compute
