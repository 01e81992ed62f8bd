/// Stops the world at every point of a key session, of who carries it and of another member, opens
/// the home again and asks again: one session, no event twice.
#include "mednexus/service/internal/test_session_world.hpp"
#include "mednexus/service/internal/test_stop.hpp"

namespace mednexus::service::internal {
namespace {

/// False when there was no such point.
bool survives_stop(SessionWorld& one, const std::string& stopped, int point) {
    StopAt stop(point);
    one.reopen(stopped, &stop);
    const auto first = one.found();
    EXPECT_EQ(first.has_value(), !stop.has_stopped());
    one.reopen(stopped);
    if (stop.has_stopped()) {
        const auto again = one.found();
        EXPECT_TRUE(again) << again.error().what;
    }
    return stop.has_stopped();
}

class FoundingCrashTest : public ::testing::TestWithParam<const char*> {};

TEST_P(FoundingCrashTest, StoppedAnywhereItReachesTheSameEndAndDoublesNothing) {
    std::map<std::string, std::map<std::string, int>> expected;
    {
        SessionWorld one(2);
        one.prepare();
        ASSERT_TRUE(one.found());
        for (const std::string& name : one.members()) {
            expected[name] = one.world().events_of(name);
        }
    }
    for (int point = 0;; ++point) {
        SCOPED_TRACE(std::string(GetParam()) + " at point " + std::to_string(point));
        SessionWorld one(2);
        one.prepare();
        const bool has_stopped = survives_stop(one, GetParam(), point);
        for (const std::string& name : one.members()) {
            EXPECT_EQ(one.state_of(name), "active");
            EXPECT_EQ(one.world().events_of(name), expected[name]) << name;
            EXPECT_EQ(number_in(one.world().must(name, "status"), "unfinished"), 0) << name;
        }
        if (!has_stopped) {
            EXPECT_GT(point, 20);
            break;
        }
        ASSERT_LT(point, 300);
    }
}

INSTANTIATE_TEST_SUITE_P(CarrierAndMember, FoundingCrashTest, ::testing::Values(kNorth, kSouth));

TEST(FoundingCrash, AnEndThatWasStoppedIsFinishedAtOpen) {
    for (int point = 0;; ++point) {
        SCOPED_TRACE(point);
        SessionWorld one(2);
        one.prepare();
        ASSERT_TRUE(one.found());
        StopAt stop(point);
        one.reopen(kSouth, &stop);
        const auto ended = one.world().ask(kSouth, "consortium.end");
        one.reopen(kSouth);
        EXPECT_EQ(ended.has_value(), !stop.has_stopped());
        EXPECT_EQ(one.state_of(kSouth), "ended");
        EXPECT_EQ(one.world().events_of(kSouth).at("consortium.ended"), 1);
        if (!stop.has_stopped()) {
            break;
        }
        ASSERT_LT(point, 20);
    }
}

}  // namespace
}  // namespace mednexus::service::internal
