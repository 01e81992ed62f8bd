/// What a match refuses: requests that are not what they say, and answers that are not.
#include "mednexus/service/internal/test_match_world.hpp"

namespace mednexus::service::internal {
namespace {

bool is_match_call(const json::Value& body) {
    return body.as_object()->find("request") != nullptr;
}

/// Of all that goes out, the bodies of the operation "match".
void keep_call(std::vector<json::Value>& bodies, const json::Value& body) {
    if (is_match_call(body)) {
        bodies.push_back(body);
    }
}

TEST_F(MatchTest, ARepeatedJobGetsTheSameBytesAndOtherContentIsAConflict) {
    permit_all();
    TamperingTransport& wire = tamper();
    std::vector<json::Value> bodies;
    wire.change_request = [&](json::Value& body) { keep_call(bodies, body); };
    world_.must(kNorth, "match", question());
    ASSERT_EQ(bodies.size(), 2U);
    Node& south = world_.node(kSouth);
    const std::int64_t size = world_.log_size(kSouth);
    const auto first = south.answer_peer(kNorth, "match", bodies[0]);
    const auto again = south.answer_peer(kNorth, "match", bodies[0]);
    ASSERT_TRUE(first) << first.error().what;
    EXPECT_EQ(json::write_canonical(*first), json::write_canonical(*again));
    EXPECT_EQ(world_.log_size(kSouth), size);
    world_.close(kSouth);
    world_.open(kSouth);
    const auto later = world_.node(kSouth).answer_peer(kNorth, "match", bodies[0]);
    EXPECT_EQ(json::write_canonical(*first), json::write_canonical(*later));
    // The same job id with another note: the second signature makes it another content.
    json::Value other = bodies[0];
    const std::string note = text_in(other, "request");
    other.as_object()->set("request", note + note.substr(note.find("\n\n") + 2));
    const auto refused = world_.node(kSouth).answer_peer(kNorth, "match", other);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::conflict) << refused.error().what;
    EXPECT_EQ(world_.log_size(kSouth), size + 1) << "the refusal is logged";
}

TEST_F(MatchTest, RefusesARequestThatAnotherInstitutionPassesOn) {
    permit_all();
    TamperingTransport& wire = tamper();
    std::vector<json::Value> bodies;
    wire.change_request = [&](json::Value& body) { keep_call(bodies, body); };
    world_.must(kNorth, "match", question());
    const auto stolen = world_.node(kSouth).answer_peer(kWest, "match", bodies[0]);
    ASSERT_FALSE(stolen);
    EXPECT_EQ(stolen.error().kind, Kind::denied);
    EXPECT_THAT(stolen.error().what, ::testing::HasSubstr("request.signed"));
}

TEST_F(MatchTest, RefusesARequestThatHasEnded) {
    permit_all();
    TamperingTransport& wire = tamper();
    json::Value body;
    wire.change_request = [&](json::Value& sent) { body = is_match_call(sent) ? sent : body; };
    world_.network().leave(kSouth);
    world_.network().leave(kWest);
    ASSERT_FALSE(world_.ask(kNorth, "match", question()));
    clock_.advance_seconds(4000);
    const auto late = world_.node(kSouth).answer_peer(kNorth, "match", body);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, Kind::denied);
    EXPECT_THAT(late.error().what, ::testing::HasSubstr("request.not_expired"));
}

TEST_F(MatchTest, AnInstitutionThatIsNoMemberCannotAsk) {
    permit_all();
    world_.add("stranger.example", "DE");
    world_.deposit("stranger.example", "north.example/pkan-early.json");
    const auto refused = world_.ask(
        "stranger.example",
        "match",
        object_with({{"phenopacket", read_source_file("demo/cases/north.example/noonan-boy.json")},
                     {"purpose", "DUO:0000007"}}));
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
}

TEST_F(MatchTest, AFalseAnswerEndsTheMatchNamesThePeerAndStallsNothing) {
    permit_all();
    TamperingTransport& wire = tamper();
    // South's own leaf, rightly proven, but not its decision: a bundle would be refused for it.
    wire.change_answer = [](json::Value& answer) {
        if (answer.as_object()->find("evidence") == nullptr) {
            return;
        }
        json::Value evidence = *answer.as_object()->find("evidence");
        if (text_in(evidence, "institution") != kSouth) {
            return;
        }
        json::Array leaves = array_in(evidence, "leaves");
        leaves[0] = leaves[1];
        evidence.as_object()->set("leaves", std::move(leaves));
        answer.as_object()->set("evidence", evidence);
    };
    const auto answer = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::corrupt);
    EXPECT_THAT(answer.error().what,
                ::testing::StartsWith("peer " + std::string(kSouth) + ": answer: "));
    EXPECT_EQ(array_in(world_.must(kNorth, "workflow.list"), "unfinished").size(), 0U);
    EXPECT_THAT(refusals_of(kNorth), ::testing::ElementsAre("south.example: answer.false"));
    wire.change_answer = nullptr;
    EXPECT_EQ(array_in(world_.must(kNorth, "match", question()), "ranking").size(), 4U)
        << "asked again, at once";
}

TEST_F(MatchTest, AnAnswerThatIsNoAnswerNamesThePeerToo) {
    permit_all();
    TamperingTransport& wire = tamper();
    wire.change_answer = [](json::Value& answer) {
        if (answer.as_object()->find("slots") != nullptr) {
            answer.as_object()->set("more", 1);
        }
    };
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::corrupt);
    EXPECT_THAT(refused.error().what,
                ::testing::StartsWith("peer " + std::string(kSouth) + ": answer: "));
}

TEST_F(MatchTest, SlotsThatAreNotThoseOfTheDecisionAreRefused) {
    permit_all();
    TamperingTransport& wire = tamper();
    const auto expect_refused = [&](const std::function<void(json::Object&)>& change,
                                    const std::string& words) {
        wire.change_answer = [&](json::Value& answer) {
            const json::Value* const slots = answer.as_object()->find("slots");
            if (slots != nullptr) {
                json::Object changed = *slots->as_object();
                change(changed);
                answer.as_object()->set("slots", changed);
            }
        };
        const auto refused = world_.ask(kNorth, "match", question());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, Kind::corrupt);
        EXPECT_THAT(refused.error().what, ::testing::HasSubstr(words));
    };
    expect_refused([](json::Object& slots) { slots.set("leaves", ""); },
                   "not those of its decision");
    expect_refused([](json::Object& slots) { slots.set("permitted", json::Array{}); },
                   "other slots than it permitted");
    expect_refused(
        [](json::Object& slots) {
            json::Array records = *slots.find("permitted")->as_array();
            records[0].as_object()->set("position", 200);
            slots.set("permitted", records);
        },
        "not the one that it decided");
}

TEST_F(MatchTest, NeedsAConsortiumAKnownCaseAndTerms) {
    world_.add("lonely.example", "DE");
    const std::string id = world_.deposit("lonely.example", "north.example/pkan-early.json");
    EXPECT_EQ(
        world_
            .ask("lonely.example", "match", object_with({{"case", id}, {"purpose", "DUO:0000007"}}))
            .error()
            .kind,
        Kind::unavailable);
    permit_all();
    EXPECT_EQ(
        world_
            .ask(kNorth,
                 "match",
                 object_with({{"case", "0x" + std::string(64, '0')}, {"purpose", "DUO:0000007"}}))
            .error()
            .kind,
        Kind::not_found);
    EXPECT_EQ(world_.ask(kNorth, "match", question("DUO:0000001")).error().kind, Kind::invalid);
    json::Value many = question();
    many.as_object()->set("top", 1001);
    EXPECT_EQ(world_.ask(kNorth, "match", many).error().kind, Kind::invalid);
}

}  // namespace
}  // namespace mednexus::service::internal
