/// Erasure of a case with acts about it that are not done.
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

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";

/// Every act of one kind stops at one step, and stays open.
class StopKind final : public StepObserver {
public:
    StopKind(std::string kind, Point point, std::string step)
        : kind_(std::move(kind)), point_(point), step_(std::move(step)) {}

    Result<void> at(Point point, std::string_view kind, std::string_view step) override {
        if (kind == kind_ && point == point_ && step == step_) {
            return fail(Kind::internal, "stopped here");
        }
        return {};
    }

private:
    std::string kind_;
    Point point_;
    std::string step_;
};

class EraseActsTest : public ::testing::Test {
protected:
    void SetUp() override {
        chain_.deploy();
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.exchange_cards();
        world_.agree();
        north_case_ = world_.deposit(kNorth, "north.example/pkan-early.json");
    }

    void reopen(const std::string& name, StepObserver* observer) {
        world_.close(name);
        world_.open(name, {.observer = observer, .wrap_disk = {}});
    }

    /// The only case of the south.
    [[nodiscard]] std::string listed() {
        const json::Array& cases = array_in(list_ = world_.must(kSouth, "case.list"), "cases");
        return cases.size() == 1 ? text_in(cases[0], "case") : "";
    }

    [[nodiscard]] std::int64_t unfinished(const std::string& name) {
        return number_in(world_.must(name, "status"), "unfinished");
    }

    [[nodiscard]] json::Value sharing(const std::string& id) {
        return object_with({{"case", id}, {"to", kNorth}, {"purpose", "DUO:0000007"}});
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    testing::FakeChain chain_{clock_};
    World world_{clock_, folder_.path(), &chain_};
    std::string north_case_;
    json::Value list_;
};

TEST_F(EraseActsTest, ADepositThatWasLeftOpenDoesNotBringTheCaseBack) {
    StopKind stop("case.add", StepObserver::Point::before, "close");
    reopen(kSouth, &stop);
    const std::string source = read_source_file("demo/cases/south.example/pkan-late.json");
    ASSERT_FALSE(world_.ask(kSouth, "case.add", object_with({{"phenopacket", source}})));
    const std::string id = listed();
    ASSERT_FALSE(id.empty());
    world_.must(kSouth, "case.erase", object_with({{"case", id}}));
    EXPECT_EQ(unfinished(kSouth), 0);
    reopen(kSouth, nullptr);
    EXPECT_TRUE(array_in(world_.must(kSouth, "case.list"), "cases").empty());
}

TEST_F(EraseActsTest, AGrantThatWasLeftOpenLeavesNoDocumentAndNoSalt) {
    const std::string id = world_.deposit(kSouth, "south.example/pkan-late.json");
    // It stops before its row is there, and once more when its document is.
    StopKind early("consent.grant", StepObserver::Point::before, "recorded");
    reopen(kSouth, &early);
    ASSERT_FALSE(
        world_.ask(kSouth, "consent.grant", World::grant_of(id, {kNorth}, {"DUO:0000042"})));
    StopKind late("consent.grant", StepObserver::Point::before, "close");
    reopen(kSouth, &late);
    ASSERT_EQ(unfinished(kSouth), 1);
    world_.must(kSouth, "case.erase", object_with({{"case", id}}));
    EXPECT_EQ(unfinished(kSouth), 0);
    EXPECT_TRUE(std::filesystem::is_empty(world_.home_of(kSouth) + "/consents"));
}

TEST_F(EraseActsTest, AShareThatWasLeftOpenKeepsNoSaltAndGivesNoKey) {
    const std::string id = world_.deposit(kSouth, "south.example/pkan-late.json");
    world_.consent(kSouth, id, {kNorth});
    world_.settle_chain();
    StopKind stop("case.share", StepObserver::Point::before, "delivered");
    reopen(kSouth, &stop);
    ASSERT_FALSE(world_.ask(kSouth, "case.share", sharing(id)));
    world_.must(kSouth, "case.erase", object_with({{"case", id}}));
    EXPECT_EQ(unfinished(kSouth), 0);
    reopen(kSouth, nullptr);
    EXPECT_EQ(world_.ask(kSouth, "case.share", sharing(id)).error().kind, Kind::not_found);
}

TEST_F(EraseActsTest, AnAnswerThatWasLeftOpenKeepsNoSalts) {
    const std::string id = world_.deposit(kSouth, "south.example/pkan-late.json");
    world_.consent(kSouth, id, {kNorth});
    world_.settle_chain();
    found_consortium(world_, {kNorth, kSouth});
    StopKind stop("answer", StepObserver::Point::before, "answered");
    reopen(kSouth, &stop);
    ASSERT_FALSE(world_.ask(
        kNorth, "match", object_with({{"case", north_case_}, {"purpose", "DUO:0000007"}})));
    ASSERT_EQ(unfinished(kSouth), 1);
    world_.must(kSouth, "case.erase", object_with({{"case", id}}));
    EXPECT_EQ(unfinished(kSouth), 0);
}

TEST_F(EraseActsTest, AMatchThatWasLeftOpenKeepsNoVectorOfItsCase) {
    world_.settle_chain();
    found_consortium(world_, {kNorth, kSouth});
    world_.network().leave(kSouth);
    ASSERT_FALSE(world_.ask(
        kNorth, "match", object_with({{"case", north_case_}, {"purpose", "DUO:0000007"}})));
    ASSERT_EQ(unfinished(kNorth), 1);
    world_.must(kNorth, "case.erase", object_with({{"case", north_case_}}));
    EXPECT_EQ(unfinished(kNorth), 0);
}

}  // namespace
}  // namespace mednexus::service::internal
