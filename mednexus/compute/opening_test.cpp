#include "mednexus/compute/opening.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/clear.hpp"
#include "mednexus/testing/chi_square.hpp"

namespace mednexus::compute {
namespace {

using internal::inner_product;
using internal::need;
using internal::Session;
using internal::SessionOptions;

constexpr std::size_t kBins = 16;

/// Adds values modulo t to bins over the whole range.
void count(std::span<const std::int32_t> values, std::vector<std::uint64_t>& bins) {
    constexpr std::int32_t kPlain = 65537;
    for (const std::int32_t x : values) {
        ++bins[static_cast<std::size_t>((x + kPlain / 2) * static_cast<std::int64_t>(bins.size()) /
                                        kPlain)];
    }
}

void expect_uniform(const std::vector<std::uint64_t>& bins) {
    EXPECT_LT(testing::chi_square(bins), testing::chi_square_limit(bins.size()));
}

void expect_plain_scores(const Session& session,
                         const Vector& asked,
                         std::span<const Vector> cases) {
    const Bytes finished = session.finished(asked, cases);
    const auto scores = session.open(finished, session.shares(finished));
    ASSERT_TRUE(scores) << scores.error().what;
    ASSERT_EQ(scores->size(), session.ring->slots());
    for (std::size_t i = 0; i < scores->size(); ++i) {
        ASSERT_EQ((*scores)[i], i < cases.size() ? inner_product(asked, cases[i]) : 0) << i;
    }
}

TEST(EncryptedScores, EqualPlainOnesForEveryShape) {
    testing::SeededRandom random(5);
    for (const std::uint32_t dimensions : {1U, 2U, 3U, 31U, 32U, 33U, 64U}) {
        for (const std::uint32_t parties : {2U, 3U, 4U}) {
            const Session session({.degree = 64, .dimensions = dimensions, .parties = parties});
            expect_plain_scores(session,
                                session.random_vector(random),
                                session.random_vectors(random, 64 - dimensions / 2));
        }
    }
}

TEST(EncryptedScores, EqualPlainOnesWithManyDimensions) {
    testing::SeededRandom random(6);
    for (const std::uint32_t dimensions : {256U, 512U}) {
        for (const std::uint32_t parties : {2U, 3U, 4U}) {
            const Session session({.degree = 512, .dimensions = dimensions, .parties = parties});
            expect_plain_scores(
                session, session.random_vector(random), session.random_vectors(random, 500));
        }
    }
}

TEST(EncryptedScores, EqualPlainOnesWithTheLargestPlaintextModulus) {
    testing::SeededRandom random(7);
    const Session session(
        {.degree = 1024, .dimensions = 1024, .parties = 2, .plain_modulus = 114689});
    const Vector largest = session.vector(std::vector<std::int8_t>(1024, 7));
    const Vector least = session.vector(std::vector<std::int8_t>(1024, -7));
    expect_plain_scores(session, largest, std::vector{largest, least});
}

TEST(EncryptedScores, ReachTheBoundOnBothSides) {
    for (const std::uint32_t dimensions : {33U, 64U}) {
        const Session session({.degree = 64, .dimensions = dimensions, .parties = 2});
        const Vector largest = session.vector(std::vector<std::int8_t>(dimensions, 7));
        const Vector least = session.vector(std::vector<std::int8_t>(dimensions, -7));
        const Vector zero = session.vector(std::vector<std::int8_t>(dimensions, 0));
        std::vector<Vector> cases(20, largest);
        cases.resize(40, least);
        cases.resize(64, zero);
        expect_plain_scores(session, largest, cases);
        expect_plain_scores(session, least, cases);
        expect_plain_scores(session, zero, cases);
    }
}

TEST(EncryptedScores, WorkForSixteenParties) {
    testing::SeededRandom random(8);
    const Session session({.degree = 256, .dimensions = 16, .parties = 16});
    expect_plain_scores(
        session, session.random_vector(random), session.random_vectors(random, 256));
}

/// At the release's size; sanitizer builds leave tests of this name out.
TEST(ReleaseSize, ScoresEqualPlainOnes) {
    testing::SeededRandom random(9);
    for (const std::uint32_t dimensions : {1U, 33U, 256U}) {
        const Session session({.degree = 8192, .dimensions = dimensions, .parties = 2});
        expect_plain_scores(
            session, session.random_vector(random), session.random_vectors(random, 8192));
    }
}

class Opening : public ::testing::Test {
protected:
    explicit Opening(const SessionOptions& options = {.degree = 64, .dimensions = 8})
        : session_(options),
          random_(3),
          cases_(session_.random_vectors(random_, 64)),
          asked_(cases_[0]),
          finished_(session_.finished(asked_, cases_)),
          shares_(session_.shares(finished_)) {}

    [[nodiscard]] Kind refusal(std::span<const Bytes> shares) const {
        const auto outcome = session_.open(finished_, shares);
        EXPECT_FALSE(outcome);
        return outcome ? Kind::internal : outcome.error().kind;
    }

    Session session_;
    testing::SeededRandom random_;
    std::vector<Vector> cases_;
    Vector asked_;
    Bytes finished_;
    std::vector<Bytes> shares_;
};

TEST_F(Opening, NeedsEveryShare) {
    for (std::size_t missing = 0; missing < shares_.size(); ++missing) {
        auto fewer = shares_;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(missing));
        EXPECT_EQ(refusal(fewer), Kind::corrupt);
    }
    EXPECT_EQ(refusal(std::span(shares_).first(1)), Kind::corrupt);
    EXPECT_EQ(refusal({}), Kind::invalid);
    EXPECT_EQ(refusal(std::vector<Bytes>(17, shares_[0])), Kind::invalid);
    EXPECT_EQ(refusal(std::vector{shares_[0], shares_[1], shares_[1]}), Kind::invalid);
}

TEST_F(Opening, RefusesSharesOfOtherScoresOrForAnotherRequester) {
    const Bytes other = session_.finished(cases_[1], cases_);
    auto mixed = shares_;
    mixed[1] = session_.share(1, other, session_.all_open());
    EXPECT_EQ(refusal(mixed), Kind::denied);
    const Bytes their_key = make_requester_key(*session_.ring, internal::seed_of(4));
    mixed[1] = need(make_opening_share(
        *session_.ring, session_.share_seeds[1], finished_, their_key, session_.all_open()));
    EXPECT_EQ(refusal(mixed), Kind::denied);
    EXPECT_EQ(open_scores(*session_.ring, internal::seed_of(4), finished_, shares_).error().kind,
              Kind::denied);
}

TEST_F(Opening, RefusesAShareOfAnotherSecret) {
    auto mixed = shares_;
    mixed[2] = need(make_opening_share(*session_.ring,
                                       internal::seed_of(5),
                                       finished_,
                                       session_.requester_key,
                                       session_.all_open()));
    EXPECT_EQ(refusal(mixed), Kind::corrupt);
}

TEST_F(Opening, RefusesSwappedComponents) {
    auto swapped = shares_;
    const std::size_t half = std::size_t{kOpeningPrimes} * 64 * 4;
    std::swap_ranges(swapped[0].end() - static_cast<std::ptrdiff_t>(2 * half),
                     swapped[0].end() - static_cast<std::ptrdiff_t>(half),
                     swapped[0].end() - static_cast<std::ptrdiff_t>(half));
    EXPECT_EQ(refusal(swapped), Kind::corrupt);
}

TEST_F(Opening, RefusesAMaskOfAnotherLength) {
    for (const std::size_t size : {0U, 63U, 65U}) {
        EXPECT_EQ(make_opening_share(*session_.ring,
                                     session_.share_seeds[0],
                                     finished_,
                                     session_.requester_key,
                                     SlotMask(size, true))
                      .error()
                      .kind,
                  Kind::invalid);
    }
}

/// What stands behind the refusals: values that say nothing.
TEST(OpeningNoise, IsUniformWhenAnythingIsMissing) {
    const Session session({.degree = 1024, .dimensions = 4});
    const Session other({.degree = 1024, .dimensions = 4, .seed = 2});
    testing::SeededRandom random(3);
    const auto cases = session.random_vectors(random, 100);
    const Bytes finished = session.finished(cases[0], cases);
    const auto shares = session.shares(finished);
    const auto look = [&](const std::vector<Bytes>& with) {
        std::vector<std::uint64_t> bins(kBins);
        count(internal::read_slots(session.ring->tables(),
                                   need(internal::combine_opening(
                                       *session.ring, session.requester_seed, finished, with))),
              bins);
        expect_uniform(bins);
    };
    look({shares[0], shares[1]});
    look({shares[2]});
    look({shares[0],
          shares[1],
          need(make_opening_share(*session.ring,
                                  other.share_seeds[2],
                                  finished,
                                  session.requester_key,
                                  session.all_open()))});
}

TEST_F(Opening, ClosedSlotAloneIsUniform) {
    constexpr std::size_t kClosed = 17;
    constexpr std::size_t kKeys = 800;
    SlotMask open = session_.all_open();
    open[kClosed] = false;
    std::vector<std::int32_t> seen;
    for (std::size_t i = 0; i < kKeys; ++i) {
        const auto requester = internal::seed_of(10'000 + i);
        const Bytes key = make_requester_key(*session_.ring, requester);
        std::vector<Bytes> shares;
        for (std::size_t party = 0; party < 3; ++party) {
            shares.push_back(need(make_opening_share(*session_.ring,
                                                     session_.share_seeds[party],
                                                     finished_,
                                                     key,
                                                     party == 1 ? open : session_.all_open())));
        }
        const auto scores = need(open_scores(*session_.ring, requester, finished_, shares));
        for (std::size_t slot = 0; slot < scores.size(); ++slot) {
            if (slot != kClosed) {
                ASSERT_EQ(scores[slot], inner_product(asked_, cases_[slot]));
            }
        }
        seen.push_back(scores[kClosed]);
    }
    std::vector<std::uint64_t> bins(kBins);
    count(seen, bins);
    expect_uniform(bins);
}

TEST_F(Opening, EveryOwnerClosesItsOwnSlots) {
    std::vector<Bytes> shares;
    std::vector<SlotMask> masks(3, session_.all_open());
    for (std::size_t slot = 0; slot < 64; ++slot) {
        masks[slot % 3][slot] = slot % 2 == 0;
    }
    for (std::size_t party = 0; party < 3; ++party) {
        shares.push_back(session_.share(party, finished_, masks[party]));
    }
    const auto scores = need(session_.open(finished_, shares));
    std::size_t equal = 0;
    for (std::size_t slot = 0; slot < 64; ++slot) {
        const bool is_equal = scores[slot] == inner_product(asked_, cases_[slot]);
        EXPECT_TRUE(is_equal || slot % 2 == 1);
        equal += slot % 2 == 1 && is_equal ? 1U : 0U;
    }
    EXPECT_LE(equal, 1U);  // a uniform value is the score once in 65,537 times
}

TEST_F(Opening, RepeatedRequestsRepeatTheirBytes) {
    SlotMask open = session_.all_open();
    open[3] = false;
    EXPECT_EQ(session_.share(0, finished_, open), session_.share(0, finished_, open));
    EXPECT_EQ(session_.share(0, finished_, session_.all_open()), shares_[0]);
}

/// h0 less what is not noise: t·E + M + r0·u, which must change altogether.
TEST_F(Opening, OneBitOfTheScoresChangesAllNoise) {
    Bytes changed = finished_;
    changed[40 + 32 + 32 + 16] ^= 1U;  // the first word of c0, which shares do not multiply
    const Bytes share = session_.share(0, changed, session_.all_open());
    std::size_t equal = 0;
    for (std::size_t at = 40 + 96; at < share.size(); at += 4) {
        equal += std::equal(share.begin() + static_cast<std::ptrdiff_t>(at),
                            share.begin() + static_cast<std::ptrdiff_t>(at + 4),
                            shares_[0].begin() + static_cast<std::ptrdiff_t>(at));
    }
    EXPECT_EQ(equal, 0U);
}

TEST_F(Opening, LeavesThreeBitsOfBudget) {
    const auto opened = need(
        internal::combine_opening(*session_.ring, session_.requester_seed, finished_, shares_));
    EXPECT_LT(opened.largest, internal::opening_modulus() / 16);
}

/// The smudging outweighs what it hides by 2^56 at least, for one party alone.
TEST(OpeningNoise, HidesThePhase) {
    // 3·k·t·2^88 at its largest leaves 3 bits; docs/formats/encrypted-score.md, section 7.
    const internal::Wider largest = (internal::Wider{3} * 16 * (1U << 17U))
                                    << internal::kSmudgingBits;
    EXPECT_LT(largest, internal::opening_modulus() / 16);
}

}  // namespace
}  // namespace mednexus::compute
