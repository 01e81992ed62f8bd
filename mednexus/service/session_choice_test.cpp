#include "mednexus/service/internal/session_choice.hpp"

#include <set>

#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::service::internal {
namespace {

const Hash32 kSession = crypto::sha256(bytes_of("session"));

Secret<32> seed_of(std::uint8_t number) {
    Secret<32> out;
    out.mutable_reveal()[0] = number;
    return out;
}

class SessionChoice : public ::testing::Test {
protected:
    [[nodiscard]] Bytes share(std::size_t number) const {
        return compute::make_share_one(*ring_, candidate_seed(root_, number), kSession);
    }

    [[nodiscard]] bool holds(BytesView list, BytesView seeds, const Hash32& share) const {
        return is_true_list(*ring_, kSession, {list, seeds, kChosen, share}, seed_of(9));
    }

    static constexpr std::size_t kChosen = 2;
    std::shared_ptr<const compute::Ring> ring_ =
        *compute::Ring::make({.degree = 64, .dimensions = 2});
    Secret<32> root_ = seed_of(1);
    Bytes list_ = candidate_list(*ring_, root_, kSession);
    Bytes seeds_ = other_seeds(*ring_, root_, kChosen);
};

TEST_F(SessionChoice, TheReleasedRingHasManyCandidates) {
    EXPECT_EQ(candidates_of(**compute::Ring::make({})), 64U);
    EXPECT_EQ(candidates_of(*ring_), 4U);
}

TEST_F(SessionChoice, AnHonestListIsTrue) {
    EXPECT_TRUE(holds(list_, seeds_, crypto::sha256(share(kChosen))));
    EXPECT_EQ(list_.size(), 4U * 32);
    EXPECT_EQ(seeds_.size(), 3U * 32);
}

TEST_F(SessionChoice, TheChosenShareIsTheOneOfTheList) {
    EXPECT_FALSE(holds(list_, seeds_, crypto::sha256(share(0))));
}

TEST_F(SessionChoice, EveryOtherEntryIsMadeAgain) {
    for (std::size_t at = 0; at < list_.size(); at += 31) {
        Bytes changed = list_;
        changed[at] ^= 1U;
        EXPECT_FALSE(holds(changed, seeds_, crypto::sha256(share(kChosen)))) << at;
    }
    for (std::size_t at = 0; at < seeds_.size(); at += 31) {
        Bytes changed = seeds_;
        changed[at] ^= 1U;
        EXPECT_FALSE(holds(list_, changed, crypto::sha256(share(kChosen)))) << at;
    }
}

TEST_F(SessionChoice, ListsAndSeedsHaveTheirLength) {
    const Hash32 chosen = crypto::sha256(share(kChosen));
    EXPECT_FALSE(holds(BytesView(list_).first(96), seeds_, chosen));
    EXPECT_FALSE(holds(list_, BytesView(seeds_).first(64), chosen));
    EXPECT_FALSE(holds({}, {}, chosen));
}

TEST_F(SessionChoice, SeedsOfTheOthersSayNothingOfTheChosenOne) {
    const Secret<32> chosen = candidate_seed(root_, kChosen);
    for (std::size_t at = 0; at < seeds_.size(); at += 32) {
        const BytesView one = BytesView(seeds_).subspan(at, 32);
        EXPECT_FALSE(std::equal(one.begin(), one.end(), chosen.reveal().begin()));
        EXPECT_FALSE(std::equal(one.begin(), one.end(), root_.reveal().begin()));
    }
}

TEST_F(SessionChoice, EveryNonceAndEveryNameCountsForTheChoice) {
    std::set<std::size_t> by_nonce;
    std::set<std::size_t> by_name;
    for (std::uint8_t i = 0; i < 64; ++i) {
        const std::vector<Hash32> nonces{kSession, crypto::sha256(Bytes{i})};
        by_nonce.insert(choice_of(*ring_, kSession, "north", nonces));
        by_name.insert(
            choice_of(*ring_, kSession, "north" + std::to_string(i), {nonces.data(), 1}));
    }
    EXPECT_EQ(by_nonce.size(), 4U);
    EXPECT_EQ(by_name.size(), 4U);
}

}  // namespace
}  // namespace mednexus::service::internal
