// The engine against tests/vectors/encrypted_score.json, which a slow program made from the format
// page alone (tests/foreign/encrypted_score): every object, byte for byte.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/compute/internal/sampler.hpp"
#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/compute/internal/test_session.hpp"
#include "mednexus/compute/query_proof.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute {
namespace {

using internal::need;
using internal::Sampler;

constexpr std::uint32_t kDegree = 64;
constexpr std::uint32_t kDimensions = 8;
constexpr std::size_t kCases = 60;

const json::Object& vectors() {
    static const json::Value kVectors = [] {
        std::ifstream in(MEDNEXUS_TEST_VECTORS "/encrypted_score.json", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        return json::parse(text).value();
    }();
    return *kVectors.as_object();
}

std::string text(std::string_view name) {
    return *vectors().find(name)->as_string();
}

std::string text(std::string_view name, std::size_t at) {
    return *(*vectors().find(name)->as_array())[at].as_string();
}

std::vector<std::int64_t> numbers(std::string_view name) {
    std::vector<std::int64_t> out;
    for (const json::Value& value : *vectors().find(name)->as_array()) {
        out.push_back(json::to_int64(*value.as_number()).value());
    }
    return out;
}

Hash32 named(std::string_view name) {
    return crypto::sha256(bytes_of("mednexus encrypted score vector: " + std::string(name)));
}

Secret<32> seed(std::string_view name) {
    return need(Secret<32>::from(named(name).view()));
}

std::string hashed(BytesView raw) {
    return codec::to_hex(crypto::sha256(raw).view());
}

Vector case_of(int i) {
    std::vector<std::int8_t> entries;
    for (int j = 0; j < static_cast<int>(kDimensions); ++j) {
        entries.push_back(static_cast<std::int8_t>((i * 7 + j * 5 + i * j) % 15 - 7));
    }
    return need(Vector::make(named("profile"), std::move(entries)));
}

class Vectors : public ::testing::Test {
protected:
    Vectors() : ring_(internal::ring_of(kDegree, kDimensions)), session_(named("session")) {
        parties_.push_back(seed("party 0"));
        parties_.push_back(seed("party 1"));
        for (const auto& party : parties_) {
            shares_one_.push_back(make_share_one(*ring_, party, session_));
        }
        round_one_ = need(combine_round_one(*ring_, session_, shares_one_));
        for (const auto& party : parties_) {
            shares_two_.push_back(need(make_share_two(*ring_, party, session_, round_one_)));
        }
        evaluation_ = need(combine_round_two(*ring_, session_, round_one_, shares_two_));
    }

    [[nodiscard]] PublicKey public_key() const {
        return need(PublicKey::parse(*ring_, round_one_.public_key));
    }

    [[nodiscard]] EvaluationKeys keys() const {
        return need(EvaluationKeys::parse(*ring_, evaluation_));
    }

    [[nodiscard]] Bytes lift_key() const {
        return make_lift_key(*ring_, seed("data"), public_key());
    }

    [[nodiscard]] BatchParts sealed() const {
        std::vector<Vector> cases;
        for (std::size_t i = 0; i < kCases; ++i) {
            cases.push_back(case_of(static_cast<int>(i)));
        }
        const auto id = need(BatchId::from(named("batch").view().first(16)));
        return need(seal_batch(*ring_, seed("data"), id, named("profile"), cases));
    }

    [[nodiscard]] BatchParts lifted() const {
        return need(lift_batch(*ring_, need(LiftKey::parse(*ring_, lift_key())), sealed()));
    }

    [[nodiscard]] Bytes query() const {
        return need(encrypt_query(*ring_, public_key(), seed("query"), case_of(100)));
    }

    [[nodiscard]] Bytes sum() const {
        const auto expanded = need(ExpandedQuery::expand(*ring_, keys(), query()));
        return need(score_batch(*ring_, expanded, need(LiftedBatch::parse(*ring_, lifted()))));
    }

    std::shared_ptr<const Ring> ring_;
    Hash32 session_;
    std::vector<Secret<32>> parties_;
    std::vector<Bytes> shares_one_;
    RoundOne round_one_;
    std::vector<Bytes> shares_two_;
    Bytes evaluation_;
};

TEST_F(Vectors, RingsAreNamedAlike) {
    EXPECT_EQ(codec::to_hex(ring_->id().view()), text("ring_id"));
    EXPECT_EQ(codec::to_hex((*Ring::make({}))->id().view()), text("release_ring_id"));
}

TEST_F(Vectors, SamplersDrawAlike) {
    const Sampler common(*ring_, session_.view(), "common");
    std::vector<std::uint32_t> uniform(4);
    common.uniform(0, 0, internal::kPrimes[0], uniform);
    EXPECT_EQ(std::vector<std::int64_t>(uniform.begin(), uniform.end()), numbers("uniform"));
    const Sampler share(*ring_, seed("party 0").reveal(), "share", session_.view());
    std::vector<std::int32_t> small(16);
    share.ternary(0, small);
    EXPECT_EQ(std::vector<std::int64_t>(small.begin(), small.end()), numbers("ternary"));
    share.noise(0, small);
    EXPECT_EQ(std::vector<std::int64_t>(small.begin(), small.end()), numbers("noise"));
}

TEST_F(Vectors, UniformPolynomialsOfTheReleaseAreAlike) {
    const auto release = *Ring::make({});
    const Sampler common(*release, session_.view(), "common");
    for (std::uint32_t i = 0; i < kKeyPrimes; ++i) {
        std::vector<std::uint32_t> row(kReleaseDegree);
        common.uniform(0, i, internal::kPrimes[i], row);
        Bytes raw;
        for (const std::uint32_t word : row) {
            for (unsigned shift = 0; shift < 32; shift += 8) {
                raw.push_back(static_cast<std::uint8_t>(word >> shift));
            }
        }
        EXPECT_EQ(hashed(raw), text("release_uniform", i)) << i;
    }
}

TEST_F(Vectors, CollectiveKeysAreAlike) {
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(hashed(shares_one_[i]), text("shares_one", i));
        EXPECT_EQ(hashed(shares_two_[i]), text("shares_two", i));
    }
    EXPECT_EQ(hashed(round_one_.public_key), text("public_key"));
    EXPECT_EQ(hashed(round_one_.relinearisation), text("relinearisation"));
    EXPECT_EQ(hashed(round_one_.rotations), text("rotations"));
    EXPECT_EQ(hashed(evaluation_), text("evaluation_keys"));
    const Hash32 said = commit_to_share("north", session_, 1, named("nonce"), shares_one_[0]);
    EXPECT_EQ(codec::to_hex(said.view()), text("commitment"));
}

TEST_F(Vectors, BatchesAreAlikeSealedAndLifted) {
    EXPECT_EQ(codec::to_hex(data_key_name(seed("data")).view()), text("data_key"));
    EXPECT_EQ(hashed(lift_key()), text("lift_key"));
    const BatchParts before = sealed();
    const BatchParts after = lifted();
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        EXPECT_EQ(hashed(before[i]), text("sealed", i)) << i;
        EXPECT_EQ(hashed(after[i]), text("lifted", i)) << i;
    }
}

TEST_F(Vectors, ScoresAreAlikeUntilTheyAreOpened) {
    EXPECT_EQ(hashed(query()), text("query"));
    const Bytes out = sum();
    EXPECT_EQ(hashed(out), text("sum"));
    const Bytes finished = need(finish_scores(*ring_, keys(), out));
    EXPECT_EQ(hashed(finished), text("finished"));
    const Bytes key = make_requester_key(*ring_, seed("requester"));
    EXPECT_EQ(hashed(key), text("requester_key"));
    std::vector<Bytes> shares;
    for (std::size_t i = 0; i < 2; ++i) {
        SlotMask open(kDegree, true);
        for (const std::int64_t slot : numbers("closed")) {
            open[static_cast<std::size_t>(slot)] = i == 1;
        }
        shares.push_back(need(make_opening_share(*ring_, parties_[i], finished, key, open)));
        EXPECT_EQ(hashed(shares[i]), text("opening_shares", i)) << i;
    }
    const auto scores = need(open_scores(*ring_, seed("requester"), finished, shares));
    EXPECT_EQ(std::vector<std::int64_t>(scores.begin(), scores.end()), numbers("scores"));
}

TEST_F(Vectors, ProofsOfAQueryAreAlike) {
    EXPECT_EQ(
        hashed(need(prove_query(*ring_, public_key(), seed("query"), case_of(100), named("use")))),
        text("query_proof"));
}

TEST_F(Vectors, ChecksDrawAlike) {
    const Sampler check(*ring_, seed("check").reveal(), "linear check");
    std::vector<std::uint32_t> rho(1);
    check.uniform(0, 0, internal::kPrimes[0], rho);
    EXPECT_EQ(rho[0], numbers("rho")[0]);
    check.uniform(7, 3 + 8, internal::kPrimes[3], rho);
    EXPECT_EQ(rho[0], numbers("rho")[1]);
}

}  // namespace
}  // namespace mednexus::compute
