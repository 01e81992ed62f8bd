/// Erasure: what is destroyed, what is said of it, and that old proofs live on.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_founding.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/verify.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";

std::string bytes_below(const std::string& folder) {
    std::string out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            std::ifstream file(entry.path(), std::ios::binary);
            std::stringstream content;
            content << file.rdbuf();
            out += content.str();
        }
    }
    return out;
}

class EraseTest : public ::testing::Test {
protected:
    void SetUp() override {
        chain_.deploy();
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.exchange_cards();
        world_.agree();
        north_case_ = world_.deposit(kNorth, "north.example/pkan-early.json");
        south_case_ = world_.deposit(kSouth, "south.example/pkan-late.json");
        world_.consent(kSouth, south_case_, {kNorth});
        world_.settle_chain();
    }

    [[nodiscard]] json::Value named() { return object_with({{"case", south_case_}}); }

    [[nodiscard]] json::Value question() {
        return object_with({{"case", north_case_}, {"purpose", "DUO:0000007"}, {"top", 5}});
    }

    [[nodiscard]] static std::string state_of(const json::Value& report, const std::string& stage) {
        for (const json::Value& one : array_in(report, "stages")) {
            if (text_in(one, "stage") == stage) {
                return text_in(one, "state");
            }
        }
        return "";
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    testing::FakeChain chain_{clock_};
    World world_{clock_, folder_.path(), &chain_};
    std::string north_case_;
    std::string south_case_;
};

TEST_F(EraseTest, NothingOfTheCaseIsLeftInTheHome) {
    const std::string root =
        text_in(array_in(world_.must(kSouth, "case.list"), "cases")[0], "root");
    ASSERT_THAT(bytes_below(world_.home_of(kSouth)), HasSubstr(south_case_));
    world_.must(kSouth, "case.erase", named());
    world_.close(kSouth);
    const std::string left = bytes_below(world_.home_of(kSouth));
    // The journal's key of the erasure itself is the one place that may name the case.
    std::size_t count = 0;
    for (std::size_t at = left.find(south_case_); at != std::string::npos;
         at = left.find(south_case_, at + 1)) {
        ++count;
    }
    EXPECT_LE(count, 2U) << "the row and its index";
    EXPECT_FALSE(std::filesystem::exists(world_.home_of(kSouth) + "/objects/" + root));
    EXPECT_TRUE(std::filesystem::is_empty(world_.home_of(kSouth) + "/consents"));
    world_.open(kSouth);
    EXPECT_TRUE(array_in(world_.must(kSouth, "case.list"), "cases").empty());
    EXPECT_EQ(world_.ask(kSouth, "case.show", named()).error().kind, Kind::not_found);
}

TEST_F(EraseTest, TheReportSaysWhatIsDoneAndWhatIsPending) {
    chain_.set_automine(false);
    const json::Value first = world_.must(kSouth, "case.erase", named());
    EXPECT_EQ(text_in(first, "status"), "erased");
    for (const char* stage :
         {"decisions", "index", "object_key", "body", "salts", "patient_seed"}) {
        EXPECT_EQ(state_of(first, stage), "done") << stage;
    }
    EXPECT_EQ(state_of(first, "chain.tombstone"), "pending");
    EXPECT_EQ(state_of(first, "chain.revoke"), "pending");
    EXPECT_EQ(state_of(first, "backups"), "not reachable");
    world_.settle_chain();
    const json::Value later = world_.must(kSouth, "case.erase", named());
    EXPECT_EQ(text_in(later, "status"), "existing");
    EXPECT_EQ(state_of(later, "chain.tombstone"), "done");
    EXPECT_EQ(state_of(later, "chain.revoke"), "done");
}

TEST_F(EraseTest, CopiesThatWereHandedOverAreNamed) {
    ASSERT_TRUE(world_.ask(
        kSouth,
        "case.share",
        object_with({{"case", south_case_}, {"to", kNorth}, {"purpose", "DUO:0000007"}})));
    const json::Value report = world_.must(kSouth, "case.erase", named());
    EXPECT_EQ(state_of(report, std::string("copy.") + kNorth), "not reachable");
}

TEST_F(EraseTest, AnErasedCaseIsNoSlotOfAMatchAndOldBundlesStillVerify) {
    found_consortium(world_, {kNorth, kSouth});
    const json::Value before = world_.must(kNorth, "match", question());
    EXPECT_EQ(array_in(before, "ranking").size(), 1U);
    world_.must(kSouth, "case.erase", named());
    const json::Value after = world_.must(kNorth, "match", question());
    EXPECT_TRUE(array_in(after, "ranking").empty());
    const auto report = verify_bundle(text_in(before, "bundle"), std::nullopt);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->verdict, VerificationVerdict::signers_not_established);
}

TEST_F(EraseTest, TheSameCaseMayBeDepositedAnew) {
    world_.must(kSouth, "case.erase", named());
    const std::string again = world_.deposit(kSouth, "south.example/pkan-late.json");
    EXPECT_NE(again, south_case_);
    EXPECT_EQ(array_in(world_.must(kSouth, "case.list"), "cases").size(), 1U);
}

TEST_F(EraseTest, WithoutTheChainTheKeysGoAllTheSame) {
    chain_.go_down();
    const json::Value report = world_.must(kSouth, "case.erase", named());
    EXPECT_EQ(state_of(report, "object_key"), "done");
    EXPECT_EQ(state_of(report, "chain.tombstone"), "pending");
    chain_.come_up();
    world_.settle_chain();
    EXPECT_EQ(state_of(world_.must(kSouth, "case.erase", named()), "chain.tombstone"), "done");
}

TEST_F(EraseTest, AHomeThatLeftItsChainStillGivesTheReport) {
    world_.must(kSouth, "case.erase", named());
    world_.close(kSouth);
    const std::string path = world_.home_of(kSouth) + "/mednexus.toml";
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    std::ofstream(path) << text.str().substr(0, text.str().find("[chain]"));
    world_.open(kSouth);
    const json::Value report = world_.must(kSouth, "case.erase", named());
    EXPECT_EQ(state_of(report, "chain"), "not reachable");
    EXPECT_EQ(state_of(report, "object_key"), "done");
}

TEST_F(EraseTest, ACaseThatIsNotHereIsNotFound) {
    const auto refused =
        world_.ask(kSouth, "case.erase", object_with({{"case", "0x" + std::string(64, 'a')}}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::not_found);
}

}  // namespace
}  // namespace mednexus::service::internal
