#include "mednexus/service/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mednexus::service {
namespace {

Event sample() {
    MatchAnsweredData data{.answer = {}, .decision = {}, .request = {}, .count = 3, .permitted = 2};
    return {.id = std::string(32, 'a'),
            .time = {1'770'000'000},
            .kind = EventKind::match_answered,
            .actor = "north.example",
            .job = std::string(32, 'b'),
            .data = to_json(data)};
}

std::string text_of_sample() {
    return std::string(text_of(*write_event(sample())));
}

std::string replaced(std::string_view from, std::string_view to) {
    std::string text = text_of_sample();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(Event, IsCanonicalAndReadsBack) {
    const std::string text = text_of_sample();
    EXPECT_EQ(text.rfind(R"({"actor":"north.example","data":{"answer":"0x00)", 0), 0U);
    const auto event = parse_event(bytes_of(text));
    ASSERT_TRUE(event) << event.error().what;
    EXPECT_EQ(event->kind, EventKind::match_answered);
    EXPECT_EQ(event->job, sample().job);
    EXPECT_EQ(parse_match_answered(*event)->permitted, 2U);
}

TEST(Event, NamesEveryKind) {
    for (int i = 0; i <= static_cast<int>(EventKind::consortium_ended); ++i) {
        const auto kind = static_cast<EventKind>(i);
        EXPECT_EQ(*parse_event_kind(name_of(kind)), kind);
    }
    EXPECT_FALSE(parse_event_kind("match"));
}

TEST(Event, MayLackAJob) {
    Event event = sample();
    event.job.reset();
    const auto leaf = write_event(event);
    ASSERT_TRUE(leaf);
    EXPECT_FALSE(parse_event(*leaf)->job);
}

TEST(Event, SaysWhatAnotherInstitutionGaveThatIsNotRight) {
    Event event = sample();
    event.kind = EventKind::refused;
    event.data = to_json(RefusedData{"compute.example", "lift.differs", Hash32{}});
    const auto read = parse_refused(*parse_event(*write_event(event)));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->subject, "compute.example");
    EXPECT_EQ(read->rule, "lift.differs");
    EXPECT_FALSE(parse_match_scored(event)) << "another kind";
    for (const char* rule : {"", ".", "lift.", "Lift", "lift differs", "lift-1"}) {
        event.data = to_json(RefusedData{"compute.example", rule, Hash32{}});
        EXPECT_FALSE(parse_refused(event)) << rule;
    }
    event.data = to_json(RefusedData{"Compute", "lift.differs", Hash32{}});
    EXPECT_FALSE(parse_refused(event));
    event.data = to_json(RefusedData{"compute.example", "lift.differs", Hash32{}});
    event.data.set("more", 1);
    EXPECT_FALSE(parse_refused(event));
}

TEST(Event, SaysWhetherAShareOfAKeyMayBeGiven) {
    Event event = sample();
    event.kind = EventKind::decision;
    event.data = to_json(LiftDecisionData{.requester = "south.example",
                                          .granted = false,
                                          .rules = {{"consortium.signed", Outcome::fails}},
                                          .consortium = *Hash32::from(Bytes(32, 7))});
    const auto read = parse_lift_decision(*parse_event(*write_event(event)));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->consortium, *Hash32::from(Bytes(32, 7)));
    EXPECT_EQ(read->rules.front().rule, "consortium.signed");
    EXPECT_EQ(read->basis(), Basis::files);
    EXPECT_FALSE(parse_decision(event)) << "is about no case";
    EXPECT_FALSE(parse_match_decision(event));
    event.data.set("release", "rewrap");
    EXPECT_FALSE(parse_lift_decision(event));
}

TEST(Event, SaysWhatWasScored) {
    Event event = sample();
    event.kind = EventKind::match_scored;
    event.data = to_json(MatchScoredData{*Hash32::from(Bytes(32, 7))});
    const auto read = parse_match_scored(*parse_event(*write_event(event)));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->outputs, *Hash32::from(Bytes(32, 7)));
    event.data.set("outputs", "0x00");
    EXPECT_FALSE(parse_match_scored(event));
}

TEST(Event, RefusesToWriteWhatItWouldNotRead) {
    Event bad_id = sample();
    bad_id.id = "short";
    EXPECT_FALSE(write_event(bad_id));
    Event bad_job = sample();
    bad_job.job = std::string(32, 'A');
    EXPECT_FALSE(write_event(bad_job));
    Event bad_actor = sample();
    bad_actor.actor = "Two Words";
    EXPECT_FALSE(write_event(bad_actor));
    Event long_one = sample();
    long_one.data.set("filler", std::string(kEventSizeBytesMax, 'x'));
    EXPECT_FALSE(write_event(long_one));
}

TEST(Event, RefusesEveryOtherText) {
    for (const std::string& text : {std::string(),
                                    std::string("[]"),
                                    text_of_sample() + " ",
                                    replaced("mednexus/event/v1", "mednexus/event/v2"),
                                    replaced("match.answered", "match.unknown"),
                                    replaced("\"actor\":\"north.example\",", ""),
                                    replaced("\"actor\":", "\"Actor\":"),
                                    replaced("{\"actor\"", "{\"a\":1,\"actor\""),
                                    replaced(",\"data\"", ", \"data\""),
                                    replaced("2026-", "26-"),
                                    replaced(std::string(32, 'b'), "null")}) {
        const auto event = parse_event(bytes_of(text));
        ASSERT_FALSE(event) << text;
        EXPECT_EQ(event.error().kind, Kind::invalid);
    }
}

TEST(Event, RefusesDataOfAnotherKindOrForm) {
    const Event event = sample();
    EXPECT_FALSE(parse_match_decision(event));
    EXPECT_FALSE(parse_match_requested(event));
    EXPECT_FALSE(parse_match_result(event));
    Event more = sample();
    more.data.set("more", 1);
    EXPECT_FALSE(parse_match_answered(more));
    Event counts = sample();
    counts.data.set("permitted", 4);
    EXPECT_FALSE(parse_match_answered(counts));
    Event upper = sample();
    upper.data.set("answer", "0x" + std::string(64, 'A'));
    EXPECT_FALSE(parse_match_answered(upper));
}

TEST(Event, ReadsBackTheDataOfAMatch) {
    Event event = sample();
    event.kind = EventKind::decision;
    MatchDecisionData decision;
    decision.requester = "east.example";
    decision.granted = true;
    decision.rules = {{"request.signed", Outcome::holds}, {"x", Outcome::not_reached}};
    decision.count = 5;
    decision.permitted = 5;
    event.data = to_json(decision);
    const auto read = parse_match_decision(*parse_event(*write_event(event)));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->rules, decision.rules);
    EXPECT_EQ(read->count, 5U);
    event.data.set("release", "rewrap");
    EXPECT_FALSE(parse_match_decision(event));

    event.kind = EventKind::match_result;
    MatchResultData result;
    result.answers = {{"north.example", Hash32()}};
    event.data = to_json(result);
    EXPECT_EQ(parse_match_result(event)->answers, result.answers);
}

TEST(Event, ReadsBackTheDataOfAShareAndRefusesOtherMembers) {
    Event event = sample();
    event.kind = EventKind::decision;
    DecisionData decision;
    decision.release = ReleaseKind::rewrap;
    decision.requester = "east.example";
    decision.granted = true;
    decision.rules = {{"kind.supported", Outcome::holds}};
    event.data = to_json(decision);
    const auto read = parse_decision(*parse_event(*write_event(event)));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->release, ReleaseKind::rewrap);
    EXPECT_EQ(read->rules, decision.rules);
    EXPECT_FALSE(parse_match_decision(event)) << "a decision about one case";
    EXPECT_FALSE(parse_share_released(event));
    event.data.set("count", 1);
    EXPECT_FALSE(parse_decision(event));

    event.kind = EventKind::share_released;
    event.data = to_json(ShareReleasedData{.commitment = {},
                                           .decision = {},
                                           .purpose = Purpose::disease_specific,
                                           .recipient = "east.example",
                                           .root = {}});
    const auto released = parse_share_released(event);
    ASSERT_TRUE(released) << released.error().what;
    EXPECT_EQ(released->recipient, "east.example");
    EXPECT_FALSE(parse_decision(event));
    event.data.set("recipient", "..");
    EXPECT_FALSE(parse_share_released(event));
}

}  // namespace
}  // namespace mednexus::service
