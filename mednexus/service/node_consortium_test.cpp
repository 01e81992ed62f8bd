/// A consortium is founded: its documents, its key session, its ends.
#include <thread>

#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/test_session_world.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

class SessionTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(SessionTest, EveryMemberEndsWithTheSameKeysAndItsOwnShare) {
    SessionWorld one(GetParam());
    one.prepare();
    const auto founded = one.found();
    ASSERT_TRUE(founded) << founded.error().what;
    EXPECT_EQ(text_in(*founded, "status"), "founded");
    for (const std::string& name : one.members()) {
        const json::Value status = one.world().must(name, "consortium.status");
        const json::Value& epoch = array_in(status, "consortia").front();
        EXPECT_EQ(text_in(epoch, "state"), "active") << name;
        EXPECT_EQ(text_in(epoch, "session"), text_in(*founded, "session")) << name;
        EXPECT_EQ(number_in(*epoch.as_object()->find("openings"), "max"), 3);
        const auto events = one.world().events_of(name);
        EXPECT_EQ(events.at("consortium.keyed"), 1) << name;
        EXPECT_EQ(events.at("consortium.recorded"), 1) << name;
        EXPECT_EQ(events.at("decision"), 1) << name;
        EXPECT_EQ(events.count("refused"), 0U) << name;
        const Hash32 keys = *codec::parse_hex_as<Hash32>(text_in(epoch, "evaluation_keys"));
        EXPECT_TRUE(one.world().node(name).blob_for_peer(kCompute, keys)) << name;
        EXPECT_FALSE(one.world().node(name).blob_for_peer("stranger.example", keys)) << name;
    }
    EXPECT_EQ(text_in(*one.found(kSouth), "status"), "existing");
}

INSTANTIATE_TEST_SUITE_P(Members, SessionTest, ::testing::Values(2U, 3U, 4U));

TEST(Consortium, TheComputingNodeIsToldTheKeysAndNothingElse) {
    SessionWorld one(2);
    one.prepare();
    std::vector<std::string> told;
    std::vector<Hash32> shares;
    for (const std::string& name : one.members()) {
        one.wire(name).on_call = [&, name](const std::string& peer,
                                           std::string_view operation,
                                           const json::Value& body) -> Result<void> {
            if (peer == kCompute) {
                told.emplace_back(operation);
                return {};
            }
            for (const json::Value& note : array_in(body, "given")) {
                for (const std::string& member : one.members()) {
                    const auto part = parse_session_part(*note.as_string(),
                                                         one.keys_of(member).identity.verifier());
                    if (part && part->round == SessionRound::one_reveal) {
                        shares.push_back(part->said.at(1));
                        EXPECT_FALSE(
                            one.world().node(member).blob_for_peer(kCompute, part->said.at(1)))
                            << "a share";
                    }
                }
            }
            return {};
        };
    }
    ASSERT_TRUE(one.found());
    EXPECT_FALSE(shares.empty());
    EXPECT_THAT(told, ::testing::ElementsAre("compute.epoch"));
    for (const Hash32& share : shares) {
        EXPECT_FALSE(one.world().node(kNorth).blob_for_peer(kSouth, share)) << "shares are gone";
    }
}

TEST(Consortium, ARestartKeepsIt) {
    SessionWorld one(2);
    one.prepare();
    const auto founded = one.found();
    ASSERT_TRUE(founded) << founded.error().what;
    for (const std::string& name : one.members()) {
        one.reopen(name);
        EXPECT_EQ(one.state_of(name), "active");
    }
    EXPECT_EQ(text_in(*one.found(), "session"), text_in(*founded, "session"));
}

TEST(Consortium, DocumentsAreRefusedByOperatorsAsTheyShould) {
    SessionWorld one(2);
    const std::string mine = one.propose();
    const auto unsigned_here =
        one.world().ask(kSouth, "consortium.add", object_with({{"note", mine}}));
    EXPECT_EQ(unsigned_here.error().kind, Kind::denied);
    EXPECT_EQ(one.world().ask(kNorth, "consortium.found").error().kind, Kind::not_found);
    one.add(kNorth, mine);
    const std::string both = one.sign(mine, {kSouth});
    one.add(kNorth, both);
    const auto again = one.world().must(kNorth, "consortium.add", object_with({{"note", both}}));
    EXPECT_EQ(text_in(again, "status"), "existing");
    EXPECT_THAT(array_in(again, "signed_by"), ::testing::SizeIs(2));
    Consortium other = *parse_consortium(both);
    other.openings_max = 4;
    const std::string text = *write_consortium_text(other);
    const auto conflict = one.world().ask(
        kNorth,
        "consortium.add",
        object_with({{"note", crypto::make_signed_note(one.keys_of(kNorth).identity, text)}}));
    EXPECT_EQ(conflict.error().kind, Kind::conflict) << "one epoch, two documents";
    for (const auto& [member, value] : std::vector<std::pair<std::string, json::Value>>{
             {"openings_max", 0},
             {"openings_max", 129},
             {"compute", kSouth},
             {"compute", "stranger.example"},
             {"members", list_with({"stranger.example"})},
             {"id", "short"}}) {
        json::Value arguments = object_with({{"members", list_with({kSouth})},
                                             {"compute", kCompute},
                                             {"from", to_rfc3339(kToday)},
                                             {"until", to_rfc3339({kToday.seconds + 10})}});
        arguments.as_object()->set(member, value);
        EXPECT_FALSE(one.world().ask(kNorth, "consortium.propose", arguments)) << member;
    }
}

TEST(Consortium, AnEndDestroysTheShareAndStopsEverything) {
    SessionWorld one(2);
    one.prepare();
    ASSERT_TRUE(one.found());
    EXPECT_EQ(text_in(one.world().must(kSouth, "consortium.end"), "status"), "ended");
    EXPECT_EQ(one.state_of(kSouth), "ended");
    EXPECT_EQ(one.world().events_of(kSouth).at("consortium.ended"), 1);
    EXPECT_EQ(text_in(one.world().must(kSouth, "consortium.end"), "status"), "existing");
    EXPECT_EQ(one.world().events_of(kSouth).at("consortium.ended"), 1);
    EXPECT_EQ(one.found(kSouth).error().kind, Kind::not_found) << "an ended epoch is over";
}

TEST(Consortium, ARenewedOneEndsTheEpochBefore) {
    SessionWorld one(2);
    one.prepare();
    const auto first = one.found();
    ASSERT_TRUE(first);
    const std::string next =
        text_in(one.world().must(kSouth,
                                 "consortium.renew",
                                 object_with({{"from", to_rfc3339(kToday)},
                                              {"until", to_rfc3339({kToday.seconds + 99'000})}})),
                "note");
    EXPECT_EQ(parse_consortium(next)->epoch, 2U);
    one.add(kSouth, one.sign(next, {kNorth}));
    const auto second = one.found(kSouth);
    ASSERT_TRUE(second) << second.error().what;
    EXPECT_NE(text_in(*second, "session"), text_in(*first, "session"));
    for (const std::string& name : one.members()) {
        const json::Value status = one.world().must(name, "consortium.status");
        const json::Array& epochs = array_in(status, "consortia");
        ASSERT_EQ(epochs.size(), 2U) << name;
        EXPECT_EQ(text_in(epochs.front(), "state"), "ended") << name;
        EXPECT_EQ(text_in(epochs.back(), "state"), "active") << name;
        EXPECT_EQ(one.world().events_of(name).at("consortium.ended"), 1) << name;
    }
}

TEST(Consortium, OfTwoSessionsAtOnceOneIsMadeAndAllHaveIt) {
    SessionWorld one(3);
    one.world().agree();
    const std::string note = one.sign(one.propose(), one.members());
    for (const std::string& name : one.members()) {
        one.add(name, note);
    }
    std::optional<Result<json::Value>> by_north;
    std::optional<Result<json::Value>> by_west;
    {
        const std::jthread north([&] { by_north = one.found(kNorth); });
        const std::jthread west([&] { by_west = one.found(kWest); });
    }
    for (const auto* const said : {&*by_north, &*by_west}) {
        EXPECT_TRUE(*said || said->error().kind == Kind::busy ||
                    said->error().kind == Kind::conflict)
            << said->error().what;
    }
    std::vector<std::string> sessions;
    for (int attempt = 0; attempt < 2; ++attempt) {  // who gave way is told when it asks again
        for (const char* name : {kNorth, kWest}) {
            const auto said = one.found(name);
            if (said) {
                sessions.push_back(text_in(*said, "session"));
            }
        }
    }
    ASSERT_GE(sessions.size(), 2U);
    EXPECT_THAT(sessions, ::testing::Each(sessions.front()));
    for (const std::string& name : one.members()) {
        EXPECT_EQ(one.state_of(name), "active") << name;
        EXPECT_THAT(one.refused_by(name), ::testing::IsEmpty()) << name;
    }
}

TEST(Consortium, AReleaseRingTakesASession) {
    SessionWorld one(2, compute::RingOptions{});
    one.prepare();
    const auto founded = one.found();
    EXPECT_TRUE(founded) << founded.error().what;
}

}  // namespace
}  // namespace mednexus::service::internal
