#include "mednexus/compute/collective_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/clear.hpp"
#include "mednexus/compute/internal/key_switch.hpp"

namespace mednexus::compute {
namespace {

using internal::ConstRow;
using internal::part;
using internal::Row;
using internal::Session;
using internal::SessionOptions;
using internal::Tables;
using internal::Word;
using ::testing::HasSubstr;

constexpr SessionOptions kSmall{.degree = 64, .dimensions = 8, .parties = 3};

/// switch(x, key) under s, against x times what the key encrypts: the largest difference must be a
/// small multiple of t.
void expect_switches(const Session& session, const Words& key, const std::vector<Word>& encrypted) {
    const Tables& tables = session.ring->tables();
    const std::size_t degree = tables.degree;
    testing::SeededRandom random(9);
    std::vector<Word> in(kScorePrimes * degree);
    internal::ScoreRows rows;
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        for (Word& x : part(Row(in), i, degree)) {
            x = static_cast<Word>(random.below(internal::kPrimes[i]));
        }
        rows[i] = part(ConstRow(in), i, degree);
    }
    std::vector<Word> out(2 * kScorePrimes * degree);
    internal::KeySwitch(tables).run(rows, key, out);
    const auto secret = internal::collective_secret(session, kScorePrimes);
    const ConstRow all = out;
    auto off = internal::phase_rows(
        tables, {all.first(kScorePrimes * degree), all.last(kScorePrimes * degree)}, secret);
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        internal::subtract_product(tables.modulus(i),
                                   part(Row(off), i, degree),
                                   part(ConstRow(encrypted), i, degree),
                                   rows[i]);
    }
    const auto lifted = internal::lift_rows(tables, off);
    EXPECT_EQ(lifted.plain, std::vector<Word>(degree, 0));
    EXPECT_LT(lifted.largest, internal::Wider{1} << 45U);
    EXPECT_GT(lifted.largest, internal::Wider{0});
}

TEST(CollectiveKeys, RelinearisationKeyStandsForTheSquareOfTheSecret) {
    const Session session(kSmall);
    const Tables& tables = session.ring->tables();
    const auto secret = internal::collective_secret(session, kScorePrimes);
    std::vector<Word> square(secret.size());
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        const ConstRow row = part(ConstRow(secret), i, tables.degree);
        internal::add_product(tables.modulus(i), part(Row(square), i, tables.degree), row, row);
    }
    expect_switches(session, session.keys->relinearisation(), square);
}

TEST(CollectiveKeys, RotationKeysStandForTheRotatedSecret) {
    const Session session(kSmall);
    const Tables& tables = session.ring->tables();
    const auto secret = internal::collective_secret(session, kScorePrimes);
    ASSERT_EQ(session.keys->rotations().size(), 3U);
    for (std::size_t level = 0; level < 3; ++level) {
        std::vector<Word> rotated(secret.size());
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            internal::permute(tables.rotations[level].from,
                              part(ConstRow(secret), i, tables.degree),
                              part(Row(rotated), i, tables.degree));
        }
        expect_switches(session, session.keys->rotations()[level], rotated);
    }
}

TEST(CollectiveKeys, LiftKeyStandsForTheDataKey) {
    const Session session(kSmall);
    const auto secret = internal::data_secret(*session.ring, session.data_seed, kScorePrimes);
    const auto key = internal::need(LiftKey::parse(*session.ring, session.lift_key));
    expect_switches(
        session, key.words(), std::vector<Word>(secret.view().begin(), secret.view().end()));
}

TEST(CollectiveKeys, PublicKeyEncryptsNothing) {
    const Session session(kSmall);
    const Tables& tables = session.ring->tables();
    const ConstRow words = session.public_key->words().raw;
    const auto secret = internal::collective_secret(session, kKeyPrimes);
    const auto off = internal::lift_rows(
        tables,
        internal::phase_rows(
            tables, {words.first(words.size() / 2), words.last(words.size() / 2)}, secret));
    EXPECT_EQ(off.plain, std::vector<Word>(tables.degree, 0));
    EXPECT_LE(off.largest, internal::Wider{3 * 21 * 65537});
}

/// Rotation of coefficients: X -> X^g.
TEST(CollectiveKeys, RotationPermutesValuesAsItMovesCoefficients) {
    const auto ring = internal::ring_of(64, 64);
    const Tables& tables = ring->tables();
    testing::SeededRandom random(2);
    for (std::size_t level = 0; level < tables.levels; ++level) {
        const Word p = internal::kPrimes[0];
        const std::size_t g = (64U >> level) + 1;
        std::vector<Word> a(64);
        std::vector<Word> moved(64);
        for (std::size_t n = 0; n < a.size(); ++n) {
            a[n] = static_cast<Word>(random.below(p));
            const std::size_t to = n * g % 128;
            moved[to % 64] = to < 64 || a[n] == 0 ? a[n] : p - a[n];
        }
        tables.transforms[0].forward(a);
        tables.transforms[0].forward(moved);
        std::vector<Word> permuted(64);
        internal::permute(tables.rotations[level].from, a, permuted);
        EXPECT_EQ(permuted, moved) << level;
    }
}

TEST(CollectiveKeys, AreTheSameInEveryOrderAndEveryTime) {
    const Session one(kSmall);
    const Session again(kSmall);
    EXPECT_EQ(one.evaluation, again.evaluation);
    std::vector<Bytes> turned{one.shares_one[2], one.shares_one[0], one.shares_one[1]};
    const auto sums = internal::need(combine_round_one(*one.ring, one.id, turned));
    EXPECT_EQ(sums.public_key, one.round_one.public_key);
    EXPECT_EQ(sums.relinearisation, one.round_one.relinearisation);
    EXPECT_EQ(sums.rotations, one.round_one.rotations);
}

TEST(CollectiveKeys, TakeTwoToSixteenDifferentSharesOfOneSession) {
    const Session session(kSmall);
    const Session other({.degree = 64, .dimensions = 8, .parties = 2, .seed = 2});
    const auto kind_of = [&](const std::vector<Bytes>& shares) {
        return combine_round_one(*session.ring, session.id, shares).error();
    };
    const Bytes& share = session.shares_one[0];
    EXPECT_EQ(kind_of({}).kind, Kind::invalid);
    EXPECT_EQ(kind_of({share}).kind, Kind::invalid);
    EXPECT_EQ(kind_of(std::vector<Bytes>(17, share)).kind, Kind::invalid);
    EXPECT_THAT(kind_of({share, share}).what, HasSubstr("two equal shares"));
    EXPECT_THAT(kind_of({share, other.shares_one[0]}).what, HasSubstr("of another session"));
    EXPECT_THAT(kind_of({share, session.shares_two[0]}).what, HasSubstr("another kind"));
}

TEST(CollectiveKeys, RoundTwoIsBoundToTheSumsOfRoundOne) {
    const Session session(kSmall);
    const std::vector<Bytes> two{session.shares_one[0], session.shares_one[1]};
    const auto fewer = internal::need(combine_round_one(*session.ring, session.id, two));
    const auto refused = combine_round_two(*session.ring, session.id, fewer, session.shares_two);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("made from other sums"));
    const auto& seed = session.share_seeds[0];
    const Bytes answer = internal::need(make_share_two(*session.ring, seed, session.id, fewer));
    EXPECT_NE(answer, session.shares_two[0]);
    EXPECT_EQ(make_share_two(*session.ring, seed, session.profile, fewer).error().kind,
              Kind::invalid);
    EXPECT_EQ(combine_round_two(*session.ring,
                                session.id,
                                session.round_one,
                                std::vector<Bytes>(2, session.shares_two[0]))
                  .error()
                  .kind,
              Kind::invalid);
}

TEST(CollectiveKeys, CommitmentsDependOnEveryPart) {
    const Hash32 session = internal::hash_of(1);
    const Hash32 nonce = internal::hash_of(2);
    const Bytes share{1, 2, 3};
    const Hash32 said = commit_to_share("north", session, 1, nonce, share);
    EXPECT_EQ(said, commit_to_share("north", session, 1, nonce, share));
    EXPECT_NE(said, commit_to_share("south", session, 1, nonce, share));
    EXPECT_NE(said, commit_to_share("north", nonce, 1, nonce, share));
    EXPECT_NE(said, commit_to_share("north", session, 2, nonce, share));
    EXPECT_NE(said, commit_to_share("north", session, 1, session, share));
    EXPECT_NE(said, commit_to_share("north", session, 1, nonce, Bytes{1, 2, 4}));
}

/// A party that chooses its public key share last makes the sum its own; its commitment, made
/// before, no longer fits.
TEST(CollectiveKeys, ShareChosenLastDoesNotFitItsCommitment) {
    const Session session(kSmall);
    const Hash32 nonce = internal::hash_of(3);
    const Hash32 said = commit_to_share("east", session.id, 1, nonce, session.shares_one[2]);
    Bytes rogue = session.shares_one[2];
    rogue.back() ^= 1U;
    EXPECT_NE(said, commit_to_share("east", session.id, 1, nonce, rogue));
}

}  // namespace
}  // namespace mednexus::compute
