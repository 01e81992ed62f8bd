#include "mednexus/service/release.hpp"

#include <gtest/gtest.h>

namespace mednexus::service {
namespace {

// Forgetting the decision, or its leaf, does not compile: these are the ways one could try.
static_assert(!std::is_default_constructible_v<Decision>);
static_assert(!std::is_constructible_v<Decision, Verdict, std::uint64_t>);
static_assert(!std::is_default_constructible_v<Release>);
static_assert(!std::is_constructible_v<Release, Decision>);
static_assert(!std::is_constructible_v<Release, const Decision&>);
static_assert(!std::is_constructible_v<Release, Verdict>);
static_assert(!std::is_constructible_v<Release, ReleaseKind, Hash32>);
static_assert(!std::is_convertible_v<Decision, Release>);
static_assert(!std::is_convertible_v<Verdict, Decision>);
static_assert(!std::is_aggregate_v<Decision> && !std::is_aggregate_v<Release>);
static_assert(!std::is_copy_constructible_v<Release>);

class FakeLog final : public DecisionLog {
public:
    Result<std::uint64_t> append_durably(BytesView) override {
        if (broken) {
            return fail(Kind::io, "log: disk full");
        }
        return next++;
    }

    bool broken = false;
    std::uint64_t next = 7;
};

Hash32 object_of(std::uint8_t fill) {
    return *Hash32::from(Bytes(32, fill));
}

Verdict verdict_of(Outcome outcome) {
    Verdict out;
    out.request.kind = ReleaseKind::rewrap;
    out.request.object = object_of(1);
    out.rules.push_back({"consent.present", outcome, ""});
    return out;
}

TEST(Release, ComesFromAPermittingDecisionOfTheSameKindAndObject) {
    FakeLog log;
    const auto decision = DecisionRecorder(log).record(verdict_of(Outcome::holds), Bytes{1});
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->leaf_index(), 7U);
    const auto release = Release::from(*decision, ReleaseKind::rewrap, object_of(1));
    ASSERT_TRUE(release);
    EXPECT_TRUE(release->permits(ReleaseKind::rewrap, object_of(1)));
    EXPECT_FALSE(release->permits(ReleaseKind::plaintext_read, object_of(1)));
    EXPECT_FALSE(release->permits(ReleaseKind::rewrap, object_of(2)));
}

TEST(Release, RefusesAnotherKindOrObject) {
    FakeLog log;
    const auto decision = DecisionRecorder(log).record(verdict_of(Outcome::holds), Bytes{1});
    EXPECT_EQ(Release::from(*decision, ReleaseKind::plaintext_read, object_of(1)).error().kind,
              Kind::denied);
    EXPECT_EQ(Release::from(*decision, ReleaseKind::rewrap, object_of(2)).error().kind,
              Kind::denied);
}

TEST(Release, RefusesADenialAndAVerdictWithoutRules) {
    FakeLog log;
    for (const Outcome outcome : {Outcome::fails, Outcome::not_reached}) {
        const auto decision = DecisionRecorder(log).record(verdict_of(outcome), Bytes{1});
        ASSERT_TRUE(decision);
        EXPECT_FALSE(decision->is_permitted());
        EXPECT_EQ(Release::from(*decision, ReleaseKind::rewrap, object_of(1)).error().kind,
                  Kind::denied);
    }
    Verdict empty = verdict_of(Outcome::holds);
    empty.rules.clear();
    EXPECT_FALSE(DecisionRecorder(log).record(empty, Bytes{1})->is_permitted());
}

TEST(Release, NoDecisionIsMadeWhenTheLeafIsNotDurable) {
    FakeLog log;
    log.broken = true;
    const auto decision = DecisionRecorder(log).record(verdict_of(Outcome::holds), Bytes{1});
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().kind, Kind::io);
}

}  // namespace
}  // namespace mednexus::service
