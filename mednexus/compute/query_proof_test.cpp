#include "mednexus/compute/query_proof.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/clear.hpp"
#include "mednexus/compute/internal/test_session.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/chi_square.hpp"

namespace mednexus::compute {
namespace {

using internal::need;
using internal::Session;

constexpr std::size_t kFieldsEnd = 40 + 96;
constexpr std::size_t kChallengeAt = 40 + 64;
constexpr std::size_t kQueryWordsAt = 40 + 64;

const Hash32 kUse = crypto::sha256(bytes_of("north, job 1"));
const Hash32 kOtherUse = crypto::sha256(bytes_of("south, job 2"));

class QueryProof : public ::testing::Test {
protected:
    QueryProof() {
        testing::SeededRandom random(3);
        asked = session.random_vector(random);
        query = session.query(*asked);
        proof = prove(session.query_seed, *asked);
    }

    [[nodiscard]] Bytes prove(const Secret<32>& seed, const Vector& vector) const {
        return need(prove_query(*session.ring, *session.public_key, seed, vector, kUse));
    }

    [[nodiscard]] Result<void> check(BytesView of_query, BytesView of_proof) const {
        return check_query(*session.ring, *session.public_key, of_query, kUse, of_proof);
    }

    void expect_refused(BytesView of_query,
                        BytesView of_proof,
                        Kind kind,
                        const std::string& what = "") const {
        const auto checked = check(of_query, of_proof);
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().kind, kind) << checked.error().what;
        EXPECT_THAT(checked.error().what, ::testing::HasSubstr(what));
    }

    Session session{{.degree = 64, .dimensions = 16, .parties = 3}};
    std::optional<Vector> asked;
    Bytes query;
    Bytes proof;
};

std::uint32_t word_at(BytesView raw, std::size_t at) {
    return std::uint32_t{raw[at]} | std::uint32_t{raw[at + 1]} << 8U |
           std::uint32_t{raw[at + 2]} << 16U | std::uint32_t{raw[at + 3]} << 24U;
}

void put_word(Bytes& raw, std::size_t at, std::uint32_t word) {
    for (std::size_t i = 0; i < 4; ++i) {
        raw[at + i] = static_cast<std::uint8_t>(word >> (8 * i));
    }
}

TEST_F(QueryProof, HoldsForHonestQueriesOfEveryShape) {
    testing::SeededRandom random(4);
    for (const std::uint32_t degree : {64U, 128U, 1024U}) {
        for (const std::uint32_t dimensions : {2U, 31U, 64U}) {
            const Session other({.degree = degree, .dimensions = dimensions, .parties = 2});
            const Vector vector = other.random_vector(random);
            const Bytes made =
                need(prove_query(*other.ring, *other.public_key, other.query_seed, vector, kUse));
            const auto checked =
                check_query(*other.ring, *other.public_key, other.query(vector), kUse, made);
            EXPECT_TRUE(checked) << degree << " " << dimensions << ": " << checked.error().what;
        }
    }
}

TEST_F(QueryProof, IsTheSameForTheSameQuery) {
    EXPECT_EQ(prove(session.query_seed, *asked), proof);
    EXPECT_NE(prove(session.data_seed, *asked), proof);
}

TEST_F(QueryProof, IsOfOneQueryAndOneKey) {
    testing::SeededRandom random(9);
    const Vector other = session.random_vector(random);
    expect_refused(session.query(other), proof, Kind::denied, "of another query");
    expect_refused(query, prove(session.query_seed, other), Kind::denied, "of another query");
    const Session stranger({.degree = 64, .dimensions = 16, .parties = 3, .seed = 2});
    const auto elsewhere = check_query(*stranger.ring, *stranger.public_key, query, kUse, proof);
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().kind, Kind::denied);
    const Session wider({.degree = 64, .dimensions = 32, .parties = 3});
    const auto ring = check_query(*wider.ring, *wider.public_key, query, kUse, proof);
    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().kind, Kind::invalid);
}

TEST_F(QueryProof, IsOfOneUse) {
    // A member that was shown a query and its proof cannot ask the same as its own question.
    const auto copied = check_query(*session.ring, *session.public_key, query, kOtherUse, proof);
    ASSERT_FALSE(copied);
    EXPECT_EQ(copied.error().kind, Kind::denied);
    EXPECT_THAT(copied.error().what, ::testing::HasSubstr("not shown"));
    // Two uses of one query have different masks, else their answers would show the secrets.
    const Bytes again = need(
        prove_query(*session.ring, *session.public_key, session.query_seed, *asked, kOtherUse));
    std::size_t near = 0;
    for (std::size_t at = kFieldsEnd; at < again.size(); at += 4) {
        const auto first = static_cast<std::int32_t>(word_at(proof, at));
        near += std::abs(std::int64_t{first} - static_cast<std::int32_t>(word_at(again, at))) < 50;
    }
    EXPECT_LT(near, again.size() / 4 / 2) << "high words of z_f are small by themselves";
}

TEST_F(QueryProof, FailsForAnyOtherQueryBehindTheSameHash) {
    // The hash of the query in the proof is put right, as a cheat would do; one word is not.
    for (const std::size_t word : {0U, 1U, 63U, 64U * 4, 64U * 5, 64U * 10 - 1}) {
        Bytes other = query;
        const std::size_t at = kQueryWordsAt + 4 * word;
        put_word(other, at, word_at(other, at) ^ 1U);
        Bytes fitted = proof;
        const Hash32 hash = crypto::sha256(other);
        std::copy(hash.view().begin(), hash.view().end(), fitted.begin() + 40 + 32);
        expect_refused(other, fitted, Kind::denied, "not shown");
    }
}

TEST_F(QueryProof, FailsForEveryChangedPart) {
    for (std::size_t at = 0; at < proof.size(); at += at < kFieldsEnd ? 1 : 53) {
        Bytes changed = proof;
        changed[at] ^= 1U;
        EXPECT_FALSE(check(query, changed)) << at;
    }
    expect_refused(query, BytesView(proof).first(proof.size() - 1), Kind::invalid);
    expect_refused(BytesView(query).first(query.size() - 1), proof, Kind::invalid);
    expect_refused(query, {}, Kind::invalid);
}

TEST_F(QueryProof, RefusesNumbersBeyondTheirBox) {
    const std::size_t row = 4 * std::size_t{64};

    struct Case {
        std::size_t row;
        std::uint32_t word;
    };

    for (const Case& one : {Case{0, (1U << 19U) - 1},
                            Case{0, static_cast<std::uint32_t>(-(1 << 19))},
                            Case{1, (1U << 23U) - 21},
                            Case{3, 1U << 8U}}) {
        Bytes changed = proof;
        put_word(changed, kFieldsEnd + one.row * row, one.word);
        expect_refused(query, changed, Kind::denied, "out of bounds");
    }
    // Every number in its box, but all of them at its edge: too long together.
    Bytes changed = proof;
    for (std::size_t n = 0; n < 64; ++n) {
        put_word(changed, kFieldsEnd + 4 * n, (1U << 19U) - 2);
    }
    expect_refused(query, changed, Kind::denied, "out of bounds");
}

TEST_F(QueryProof, IsNotToBeHadForAQueryThatIsNoEncryption) {
    // What broke the design before: second half zero, first half of the requester's choice. The
    // maker of an honest proof has v, e' and f; here nobody has, so an honest proof is all there
    // is.
    Bytes chosen = query;
    for (std::size_t at = kQueryWordsAt + 4 * 64 * kScorePrimes; at < chosen.size(); ++at) {
        chosen[at] = 0;
    }
    Bytes fitted = proof;
    const Hash32 hash = crypto::sha256(chosen);
    std::copy(hash.view().begin(), hash.view().end(), fitted.begin() + 40 + 32);
    expect_refused(chosen, fitted, Kind::denied, "not shown");
    // With the masks at hand and the challenge known beforehand anything can be "shown": the
    // challenge must come from the masks. Zero answers fit W = -Y^k c, whose hash is another.
    Bytes zero = proof;
    std::fill(zero.begin() + kFieldsEnd, zero.end(), std::uint8_t{0});
    expect_refused(query, zero, Kind::denied, "not shown");
}

TEST_F(QueryProof, SaysNothingInTheDistributionOfItsNumbers) {
    // z_v of many queries of one vector, by thirds and by their sign against Y^k v: uniform.
    constexpr std::size_t kBins = 16;
    std::vector<std::uint64_t> bins(kBins);
    std::vector<std::uint64_t> noise(kBins);
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const Bytes one = prove(internal::seed_of(500 + seed), *asked);
        for (std::size_t r = 0; r < internal::kProofRepetitions; ++r) {
            for (std::size_t n = 0; n < 64; ++n) {
                const std::size_t at = kFieldsEnd + 4 * 64 * 4 * r + 4 * n;
                const auto v = static_cast<std::int32_t>(word_at(one, at));
                const auto e = static_cast<std::int32_t>(word_at(one, at + 4 * 64));
                ++bins[static_cast<std::size_t>((v + (1 << 19)) / (1 << 16))];
                ++noise[static_cast<std::size_t>((e + (1 << 23)) / (1 << 20))];
            }
        }
    }
    EXPECT_LT(testing::chi_square(bins), testing::chi_square_limit(kBins));
    EXPECT_LT(testing::chi_square(noise), testing::chi_square_limit(kBins));
}

TEST(QueryProofs, ARingOfOneDimensionHasNone) {
    const Session session({.degree = 64, .dimensions = 1, .parties = 2});
    testing::SeededRandom random(1);
    const Vector vector = session.random_vector(random);
    const auto made =
        prove_query(*session.ring, *session.public_key, session.query_seed, vector, kUse);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, Kind::invalid);
    EXPECT_FALSE(check_query(*session.ring, *session.public_key, session.query(vector), kUse, {}));
}

}  // namespace
}  // namespace mednexus::compute
