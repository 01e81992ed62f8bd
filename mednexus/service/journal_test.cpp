#include "mednexus/service/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_stop.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/seeded_random.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service {
namespace {

using internal::StopAt;

class JournalTest : public ::testing::Test {
protected:
    void SetUp() override { reopen(); }

    void reopen() {
        journal_.reset();
        database_.reset();
        database_ = std::move(*Database::open(folder_.path() + "/db", key_, random_));
        journal_ = std::make_unique<Journal>(*database_, clock_, random_);
    }

    /// Two steps; each counts how often its effect ran.
    [[nodiscard]] Journal::Body two_steps() {
        return [this](Journal::Run& run) -> Result<json::Value> {
            MN_TRY(const json::Value first,
                   run.step("first", [&]() -> Result<json::Value> { return ++first_; }));
            MN_TRY(const json::Value second, run.step("second", [&]() -> Result<json::Value> {
                ++second_;
                return first;
            }));
            return second;
        };
    }

    [[nodiscard]] static Act act(std::string key, int input = 1) {
        return {.kind = "test", .key = std::move(key), .input = input};
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_;
    testing::SeededRandom random_{2};
    Secret<32> key_ = *Secret<32>::from(Bytes(32, 5));
    std::unique_ptr<Database> database_;
    std::unique_ptr<Journal> journal_;
    int first_ = 0;
    int second_ = 0;
};

TEST_F(JournalTest, ARepeatGivesTheStoredOutcome) {
    const auto once = journal_->perform(act("a"), two_steps());
    ASSERT_TRUE(once) << once.error().what;
    EXPECT_FALSE(once->is_repeat);
    reopen();
    const auto again = journal_->perform(act("a"), two_steps());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->is_repeat);
    EXPECT_EQ(again->value, once->value);
    EXPECT_EQ(first_, 1);
    EXPECT_EQ(*journal_->outcome_of("test", "a"), once->value);
}

TEST_F(JournalTest, ARepeatWithOtherContentIsAConflict) {
    ASSERT_TRUE(journal_->perform(act("a", 1), two_steps()));
    EXPECT_EQ(journal_->perform(act("a", 2), two_steps()).error().kind, Kind::conflict);
    EXPECT_TRUE(journal_->perform(act("b", 2), two_steps()));
}

TEST_F(JournalTest, AnActMayBeginAnewWhenItSaysSo) {
    Act again = act("a");
    again.when_done = WhenDone::begin_anew;
    ASSERT_TRUE(journal_->perform(again, two_steps()));
    ASSERT_TRUE(journal_->perform(again, two_steps()));
    EXPECT_EQ(first_, 2);
}

TEST_F(JournalTest, StoppedAnywhereItGoesOnAndRepeatsNoKeptStep) {
    for (int point = 0;; ++point) {
        first_ = 0;
        second_ = 0;
        const std::string key = "key" + std::to_string(point);
        StopAt stop(point);
        journal_->set_observer(&stop);
        const auto stopped = journal_->perform(act(key), two_steps());
        if (!stop.has_stopped()) {
            EXPECT_EQ(point, 8) << "begun, three points for each of two steps, close";
            break;
        }
        EXPECT_EQ(stopped.error().kind, Kind::internal);
        reopen();
        ASSERT_EQ(journal_->unfinished()->size(), 1U);
        const auto done = journal_->perform(act(key), two_steps());
        ASSERT_TRUE(done) << done.error().what;
        EXPECT_TRUE(journal_->unfinished()->empty());
        EXPECT_LE(first_, 2);
        EXPECT_LE(second_, 2);
        EXPECT_EQ(first_ + second_, point == 2 || point == 5 ? 3 : 2) << point;
    }
}

TEST_F(JournalTest, TransientFailuresStayOpenAndFinalOnesDoNot) {
    for (const Kind kind : {Kind::io, Kind::busy, Kind::unavailable, Kind::internal}) {
        const auto failing = [&](Journal::Run&) -> Result<json::Value> {
            return fail(kind, "try again");
        };
        const std::string key(name_of(kind));
        EXPECT_EQ(journal_->perform(act(key), failing).error().kind, kind);
        EXPECT_EQ(journal_->unfinished()->size(), 1U);
        EXPECT_TRUE(journal_->perform(act(key), two_steps()));
    }
    for (const Kind kind : {Kind::invalid, Kind::denied, Kind::not_found, Kind::conflict}) {
        const auto failing = [&](Journal::Run&) -> Result<json::Value> { return fail(kind, "no"); };
        const std::string key(name_of(kind));
        EXPECT_EQ(journal_->perform(act(key), failing).error().kind, kind);
        EXPECT_TRUE(journal_->unfinished()->empty());
        EXPECT_EQ(journal_->outcome_of("test", key).error().kind, Kind::not_found);
        EXPECT_TRUE(journal_->perform(act(key, 5), two_steps())) << "a new attempt may differ";
    }
}

TEST_F(JournalTest, AnActUnderWayIsBusy) {
    const auto body = [&](Journal::Run&) -> Result<json::Value> {
        EXPECT_EQ(journal_->perform(act("a"), two_steps()).error().kind, Kind::busy);
        EXPECT_TRUE(journal_->perform(act("b"), two_steps()));
        return json::Value(1);
    };
    EXPECT_TRUE(journal_->perform(act("a"), body));
}

TEST_F(JournalTest, UnfinishedActsAreListedOldestFirstWithTheirInput) {
    const auto failing = [](Journal::Run&) -> Result<json::Value> { return fail(Kind::io, "x"); };
    ASSERT_FALSE(journal_->perform(act("z", 1), failing));
    ASSERT_FALSE(journal_->perform(act("a", 2), failing));
    const auto open = journal_->unfinished();
    ASSERT_EQ(open->size(), 2U);
    EXPECT_EQ((*open)[0].key, "z");
    EXPECT_EQ((*open)[1].input, json::Value(2));
}

}  // namespace
}  // namespace mednexus::service
