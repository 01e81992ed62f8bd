/// Decisions that rest on a chain: what permits must be deep, what forbids counts at once, and
/// without the chain there is no decision.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_founding.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";

class ChainNodeTest : public ::testing::Test {
protected:
    void SetUp() override {
        chain_.deploy();
        chain_.set_automine(false);
        chain_.mine();
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.exchange_cards();
        world_.agree();
        north_case_ = world_.deposit(kNorth, "north.example/pkan-early.json");
        south_case_ = world_.deposit(kSouth, "south.example/pkan-late.json");
        world_.settle_chain();
    }

    [[nodiscard]] json::Value explained() {
        return world_.must(
            kSouth,
            "consent.explain",
            object_with({{"case", south_case_}, {"to", kNorth}, {"purpose", "DUO:0000007"}}));
    }

    /// "holds", "fails", "not_reached", or "" when the rule was not looked at.
    [[nodiscard]] std::string outcome(const std::string& rule) {
        const json::Value answer = explained();
        for (const json::Value& one : array_in(answer, "rules")) {
            if (text_in(one, "rule") == rule) {
                return text_in(one, "outcome");
            }
        }
        return "";
    }

    [[nodiscard]] bool is_permitted() {
        const json::Value answer = explained();
        return *answer.as_object()->find("permitted")->as_bool();
    }

    [[nodiscard]] Result<json::Value> share() {
        return world_.ask(
            kSouth,
            "case.share",
            object_with({{"case", south_case_}, {"to", kNorth}, {"purpose", "DUO:0000007"}}));
    }

    void consent() { world_.consent(kSouth, south_case_, {kNorth}); }

    void turn() { ASSERT_TRUE(world_.node(kSouth).tick()); }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    testing::FakeChain chain_{clock_};
    World world_{clock_, folder_.path(), &chain_};
    std::string north_case_;
    std::string south_case_;
};

TEST_F(ChainNodeTest, AConsentCountsOnlyWhenItsGrantIsDeep) {
    consent();
    EXPECT_EQ(outcome("consent.on_chain"), "fails");
    turn();
    chain_.mine();
    EXPECT_EQ(outcome("consent.on_chain"), "fails") << "one block is not two";
    chain_.mine();
    EXPECT_EQ(outcome("consent.on_chain"), "holds");
    EXPECT_TRUE(is_permitted());
    EXPECT_TRUE(share());
}

TEST_F(ChainNodeTest, ARevocationCountsAtOnceEvenBeforeItIsOnChain) {
    consent();
    world_.settle_chain();
    ASSERT_TRUE(is_permitted());
    world_.must(kSouth, "consent.revoke", object_with({{"case", south_case_}}));
    EXPECT_FALSE(is_permitted());
    EXPECT_EQ(share().error().kind, Kind::denied);
}

TEST_F(ChainNodeTest, ARevocationOnChainAloneIsEnough) {
    consent();
    world_.settle_chain();
    // As if the patient had revoked through another relayer: the item is on chain, the home that is
    // restored from before the revocation does not know of it.
    const std::string database = world_.home_of(kSouth) + "/node.sqlite";
    world_.close(kSouth);
    std::filesystem::copy_file(database, folder_.path() + "/before.sqlite");
    world_.open(kSouth);
    world_.must(kSouth, "consent.revoke", object_with({{"case", south_case_}}));
    turn();
    chain_.mine();
    world_.close(kSouth);
    for (const char* rest : {"-wal", "-shm"}) {
        std::filesystem::remove(database + rest);
    }
    std::filesystem::copy_file(folder_.path() + "/before.sqlite",
                               database,
                               std::filesystem::copy_options::overwrite_existing);
    world_.open(kSouth);
    EXPECT_EQ(outcome("consent.not_revoked"), "fails") << "one block is enough to forbid";
}

TEST_F(ChainNodeTest, ASuspendedInstitutionLosesAccessAtItsNextAct) {
    consent();
    world_.settle_chain();
    ASSERT_TRUE(is_permitted());
    chain_.set_standing(kNorth, chain::Standing::suspended);
    chain_.mine();
    EXPECT_EQ(outcome("credential.active"), "fails");
    EXPECT_EQ(share().error().kind, Kind::denied);
    chain_.set_standing(kNorth, chain::Standing::active);
    chain_.mine();
    EXPECT_FALSE(is_permitted()) << "a reinstatement must be deep";
    chain_.mine();
    EXPECT_TRUE(is_permitted());
}

TEST_F(ChainNodeTest, AnAccreditationEnds) {
    consent();
    world_.settle_chain();
    chain_.renew(kNorth, {clock_.now().seconds + 100});
    chain_.mine();
    EXPECT_TRUE(is_permitted());
    clock_.advance_seconds(101);
    chain_.mine();
    EXPECT_EQ(outcome("credential.in_force"), "fails");
}

TEST_F(ChainNodeTest, TheOwnersOwnAccreditationIsNeeded) {
    consent();
    world_.settle_chain();
    chain_.set_standing(kSouth, chain::Standing::suspended);
    chain_.mine();
    EXPECT_EQ(outcome("credential.owner"), "fails");
    EXPECT_FALSE(is_permitted());
}

TEST_F(ChainNodeTest, ASuspendedInstitutionIsNotAskedEither) {
    consent();
    world_.settle_chain();
    found_consortium(world_, {kNorth, kSouth});
    const json::Value question =
        object_with({{"case", north_case_}, {"purpose", "DUO:0000007"}, {"top", 5}});
    EXPECT_TRUE(world_.ask(kNorth, "match", question));
    chain_.set_standing(kSouth, chain::Standing::suspended);
    chain_.mine();
    const std::int64_t size = world_.log_size(kSouth);
    const auto refused = world_.ask(kNorth, "match", question);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::denied);
    EXPECT_THAT(refused.error().what, HasSubstr("credential.active"));
    EXPECT_EQ(world_.log_size(kSouth), size);
}

TEST_F(ChainNodeTest, WithoutTheChainThereIsNoDecisionAndNoLeaf) {
    consent();
    world_.settle_chain();
    const std::int64_t before = world_.log_size(kSouth);
    chain_.go_down();
    EXPECT_EQ(share().error().kind, Kind::unavailable);
    EXPECT_EQ(world_.log_size(kSouth), before);
    chain_.come_up();
    EXPECT_TRUE(share());
}

TEST_F(ChainNodeTest, AnotherChainIsNoChain) {
    consent();
    world_.settle_chain();
    chain_.answer_with_chain_id(16661);
    const auto refused = share();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_THAT(refused.error().what, HasSubstr("chain"));
}

TEST_F(ChainNodeTest, AStaleBlockIsNoEvidence) {
    consent();
    world_.settle_chain();
    clock_.advance_seconds(61);
    EXPECT_EQ(share().error().kind, Kind::unavailable);
    chain_.mine();
    EXPECT_TRUE(share());
}

TEST_F(ChainNodeTest, AClockFarBehindTheChainIsRefused) {
    consent();
    world_.settle_chain();
    clock_.set({clock_.now().seconds - 31});
    const auto refused = share();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_THAT(refused.error().what, HasSubstr("ahead of the clock"));
}

TEST_F(ChainNodeTest, ADecisionNamesTheBlockItRestsOn) {
    consent();
    world_.settle_chain();
    ASSERT_TRUE(share());
    const std::int64_t size = world_.log_size(kSouth);
    bool has_decision = false;
    for (std::int64_t i = 0; i < size; ++i) {
        const Event event = world_.event_at(kSouth, i);
        if (event.kind == EventKind::decision) {
            const auto decision = parse_decision(event);
            ASSERT_TRUE(decision && decision->chain);
            EXPECT_EQ(decision->chain->block, chain_.height());
            EXPECT_EQ(decision->chain->chain_id, testing::FakeChain::kChainId);
            has_decision = true;
        }
    }
    EXPECT_TRUE(has_decision);
}

TEST_F(ChainNodeTest, ARevocationThatIsReorganisedAwayComesBackAndHoldsAllTheWhile) {
    consent();
    world_.settle_chain();
    world_.must(kSouth, "consent.revoke", object_with({{"case", south_case_}}));
    turn();
    chain_.mine();
    chain_.reorganise(5, testing::FakeChain::Orphans::drop);
    EXPECT_FALSE(is_permitted()) << "the signed revocation is on file";
    world_.settle_chain();
    const json::Value items = world_.must(kSouth, "chain.status");
    EXPECT_EQ(number_in(items, "waiting"), 0) << "broadcast again until it is deep";
    EXPECT_FALSE(is_permitted());
}

TEST_F(ChainNodeTest, AGrantThatIsReorganisedAwayPermitsNothingUntilItIsDeepAgain) {
    consent();
    world_.settle_chain();
    ASSERT_TRUE(is_permitted());
    chain_.reorganise(5, testing::FakeChain::Orphans::drop);
    EXPECT_FALSE(is_permitted());
    world_.settle_chain();
    EXPECT_TRUE(is_permitted());
}

TEST_F(ChainNodeTest, AnAnswerDecidedOnFilesAloneIsNotTaken) {
    consent();
    world_.settle_chain();
    found_consortium(world_, {kNorth, kSouth});
    // South leaves the chain: its toml without [chain], as before it joined.
    world_.close(kSouth);
    const std::string file = world_.home_of(kSouth) + "/mednexus.toml";
    auto config = read_home_config(world_.home_of(kSouth));
    ASSERT_TRUE(config);
    config->chain.reset();
    std::ofstream(file) << write_home_config(*config);
    world_.open(kSouth);
    const auto answer = world_.ask(
        kNorth, "match", object_with({{"case", north_case_}, {"purpose", "DUO:0000007"}}));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::denied);
    EXPECT_THAT(answer.error().what, HasSubstr("rests on files alone"));
    EXPECT_EQ(share().error().kind, Kind::denied) << "and no case";
}

TEST_F(ChainNodeTest, AHomeWithoutAChainSaysThatDecisionsRestOnFiles) {
    World plain(clock_, folder_.path() + "/plain");
    plain.add("east.example", "DE");
    const auto refused = plain.ask("east.example", "chain.status");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_THAT(refused.error().what, HasSubstr("signed files alone"));
}

TEST_F(ChainNodeTest, ARevocationThatWasLeftOpenIsOfItsOwnConsentAndNotOfTheNext) {
    class Stop final : public StepObserver {
        Result<void> at(Point point, std::string_view kind, std::string_view step) override {
            const bool is_here =
                kind == "consent.revoke" && point == Point::before && step == "revoked";
            return is_here ? Result<void>(fail(Kind::internal, "stopped here")) : Result<void>();
        }
    } stop;

    consent();
    world_.settle_chain();
    world_.close(kSouth);
    world_.open(kSouth, {.observer = &stop, .wrap_disk = {}});
    ASSERT_FALSE(world_.ask(kSouth, "consent.revoke", object_with({{"case", south_case_}})));
    consent();  // the newest word
    world_.close(kSouth);
    world_.open(kSouth);
    world_.settle_chain();
    EXPECT_TRUE(is_permitted());
    EXPECT_EQ(number_in(world_.must(kSouth, "status"), "unfinished"), 0);
    EXPECT_EQ(world_.events_of(kSouth).at("consent.revoked"), 1);
}

TEST_F(ChainNodeTest, AShareThatWasLeftOpenIsNotHandedOverAfterARevocation) {
    class Stop final : public StepObserver {
        Result<void> at(Point point, std::string_view kind, std::string_view step) override {
            const bool is_here =
                kind == "case.share" && point == Point::before && step == "delivered";
            return is_here ? Result<void>(fail(Kind::internal, "stopped here")) : Result<void>();
        }
    } stop;

    consent();
    world_.settle_chain();
    world_.close(kSouth);
    world_.open(kSouth, {.observer = &stop, .wrap_disk = {}});
    ASSERT_FALSE(share());
    world_.must(kSouth, "consent.revoke", object_with({{"case", south_case_}}));
    world_.close(kSouth);
    world_.open(kSouth);
    const auto late = share();
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, Kind::denied);
    EXPECT_THAT(late.error().what, HasSubstr("consent.not_revoked"));
    EXPECT_EQ(world_.events_of(kNorth).count("share.received"), 0U);
}

}  // namespace
}  // namespace mednexus::service::internal
