/// What a member refuses of the others in a key session, each by its name.
#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/session_choice.hpp"
#include "mednexus/service/internal/session_trial.hpp"
#include "mednexus/service/internal/test_session_world.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

const Hash32 kOther = crypto::sha256(bytes_of("another"));

void expect_refused(SessionWorld& one,
                    const std::string& subject,
                    const std::string& rule,
                    const std::string& by = kNorth) {
    const auto founded = one.found();
    ASSERT_FALSE(founded) << rule;
    EXPECT_EQ(founded.error().kind, Kind::corrupt) << founded.error().what;
    EXPECT_THAT(founded.error().what, HasSubstr(subject));
    EXPECT_THAT(founded.error().what, HasSubstr(rule));
    const auto refused = one.refused_by(by);
    ASSERT_EQ(refused.size(), 1U) << rule;
    EXPECT_EQ(refused.front().subject, subject);
    EXPECT_EQ(refused.front().rule, rule);
    for (const std::string& name : one.members()) {
        EXPECT_NE(one.state_of(name), "active") << name;
    }
    one.tell_the_truth();
    const auto anew = one.found();
    EXPECT_TRUE(anew) << "founded anew: " << anew.error().what;
}

/// South lies in one round.
Liar::Bend in_round(SessionRound round, std::function<void(SessionPart&)> bend) {
    return [round, bend = std::move(bend)](SessionPart& part) {
        if (part.round == round) {
            bend(part);
        }
    };
}

/// The wire of north: keeps what it asked of south.
json::Value last_asked(SessionWorld& one, SessionRound stop_after) {
    json::Value last;
    one.wire(kNorth).on_call =
        [&](const std::string& peer, std::string_view, const json::Value& body) -> Result<void> {
        if (peer == kSouth) {
            if (last.as_object() != nullptr && text_in(last, "round") == name_of(stop_after)) {
                return fail(Kind::unavailable, "stopped here");
            }
            last = body;
        }
        return {};
    };
    EXPECT_EQ(one.found().error().kind, Kind::unavailable);
    one.wire(kNorth).on_call = nullptr;
    return last;
}

TEST(KeySession, RefusesANonceThatWasNotCommittedTo) {
    SessionWorld one(2);
    one.prepare();
    one.lie(kSouth,
            in_round(SessionRound::nonce_reveal, [](SessionPart& part) { part.said[0] = kOther; }));
    expect_refused(one, kSouth, "nonce.not_committed");
}

TEST(KeySession, RefusesAShareThatIsNotTheCommittedOne) {
    for (const SessionRound round : {SessionRound::one, SessionRound::two, SessionRound::test}) {
        SessionWorld one(2);
        one.prepare();
        one.lie(kSouth, in_round(round, [](SessionPart& part) { part.said[0] = kOther; }));
        expect_refused(one, kSouth, "share.not_committed");
    }
}

TEST(KeySession, RefusesAShareThatWasChosenWhenTheOthersWereSeen) {
    SessionWorld one(2);
    one.prepare();
    const Bytes chosen = to_bytes(std::string_view("chosen last"));
    one.lie(kSouth, in_round(SessionRound::one_reveal, [&](SessionPart& part) {
                part.said[1] = crypto::sha256(chosen);
            }));
    one.liar(kSouth).blobs[crypto::sha256(chosen)] = chosen;
    expect_refused(one, kSouth, "share.not_committed");
}

/// The liar commits to a share of its own choice in round `commit`, with its node's nonce, and
/// shows it in the next.
Liar::Bend knowing_session(SessionWorld& one,
                           const std::string& name,
                           std::uint32_t number,
                           SessionRound commit,
                           std::function<Bytes(const SessionPart&, const Hash32&)> share) {
    auto shown = std::make_shared<Bytes>();
    auto nonce = std::make_shared<Hash32>();
    return [&one, name, number, commit, share = std::move(share), shown, nonce](SessionPart& part) {
        // The session id is kept in the node's database before it commits to anything.
        if (part.round == commit) {
            const auto database = Database::open(one.world().home_of(name) + "/node.sqlite",
                                                 one.keys_of(name).home,
                                                 one.world().random());
            const Attempt attempt = SessionStore(**database).attempt(part.consortium).value();
            *shown = share(part, attempt.session);
            *nonce = session_nonce(attempt.share_seed, commit);
            part.said[0] =
                compute::commit_to_share(part.member, attempt.session, number, *nonce, *shown);
            one.liar(name).blobs[crypto::sha256(*shown)] = *shown;
        }
        if (static_cast<int>(part.round) == static_cast<int>(commit) + 1) {
            part.said = {*nonce, crypto::sha256(*shown)};
        }
    };
}

Secret<32> some_seed(std::uint8_t byte) {
    Secret<32> out;
    out.mutable_reveal()[0] = byte;
    return out;
}

TEST(KeySession, RefusesTwoEqualShares) {
    SessionWorld one(3);
    one.prepare();
    const auto ring = *compute::Ring::make(kTestRing);
    for (const char* name : {kSouth, kWest}) {
        one.lie(
            name,
            knowing_session(
                one, name, 1, SessionRound::one, [&](const SessionPart&, const Hash32& session) {
                    return candidate_list(*ring, some_seed(1), session);
                }));
    }
    const auto founded = one.found();
    ASSERT_FALSE(founded);
    EXPECT_THAT(founded.error().what, HasSubstr("share.equal"));
}

TEST(KeySession, RefusesAListThatIsNone) {
    SessionWorld one(2);
    one.prepare();
    one.lie(
        kSouth,
        knowing_session(one, kSouth, 1, SessionRound::one, [](const SessionPart&, const Hash32&) {
            return to_bytes(std::string_view("no list"));
        }));
    expect_refused(one, kSouth, "share.not_shown");
}

/// South shows this in place of what its part names in `choice`.
void show_in_choice(SessionWorld& one, std::size_t which, std::function<void(Bytes&)> change) {
    one.lie(kSouth, in_round(SessionRound::choice, [&one, which, change](SessionPart& part) {
                Bytes shown = one.blob_of(kSouth, part.said.at(which));
                change(shown);
                part.said.at(which) = crypto::sha256(shown);
                one.liar(kSouth).blobs[part.said.at(which)] = shown;
            }));
}

TEST(KeySession, RefusesSeedsThatDoNotGiveTheSharesOfTheList) {
    const std::vector<std::function<void(Bytes&)>> changes{
        [](Bytes& seeds) { seeds.front() ^= 1U; },
        [](Bytes& seeds) { seeds.back() ^= 1U; },
        [](Bytes& seeds) { seeds.resize(seeds.size() - 32); },
        [](Bytes& seeds) { std::rotate(seeds.begin(), seeds.begin() + 32, seeds.end()); }};
    for (const auto& change : changes) {
        SessionWorld one(2);
        one.prepare();
        show_in_choice(one, 0, change);
        expect_refused(one, kSouth, "share.not_shown");
    }
}

TEST(KeySession, RefusesAChosenShareThatTheListDoesNotHold) {
    SessionWorld one(2);
    one.prepare();
    const auto ring = *compute::Ring::make(kTestRing);
    show_in_choice(one, 1, [&](Bytes& share) {
        share = compute::make_share_one(*ring, some_seed(1), crypto::sha256(share));
    });
    expect_refused(one, kSouth, "share.not_shown");
}

TEST(KeySession, WhoEndsSessionsUntilTheLotSuitsItHasThreeTriesForADocument) {
    SessionWorld one(2);
    one.prepare();
    const auto home = Database::open(one.world().home_of(kNorth) + "/node.sqlite",
                                     one.keys_of(kNorth).home,
                                     one.world().random());
    const auto epochs = list_consortia(**home);
    ASSERT_TRUE(epochs);
    ASSERT_FALSE(epochs->empty());
    const Hash32 digest = epochs->back().consortium.digest;
    SessionStore store(**home);
    const auto begin = [&](char id) {
        return store.begin(digest, {std::string(32, id), kNorth, kToday}, some_seed(1));
    };
    for (const char id : {'1', '2', '3'}) {
        ASSERT_TRUE(begin(id)) << id;
        ASSERT_TRUE(store.count_draw(digest, std::string(32, id)));
        ASSERT_TRUE(store.count_draw(digest, std::string(32, id))) << "a round that is repeated";
    }
    EXPECT_TRUE(begin('3')) << "the same attempt goes on";
    ASSERT_TRUE(store.give_up(digest, std::string(32, '3')));
    const auto fourth = begin('4');
    ASSERT_FALSE(fourth);
    EXPECT_EQ(fourth.error().kind, Kind::denied);
    EXPECT_THAT(fourth.error().what, HasSubstr("drawn 3 times"));
}

TEST(KeySession, RefusesAShareThatIsNone) {
    for (const auto& [round, number] : std::vector<std::pair<SessionRound, std::uint32_t>>{
             {SessionRound::two, 2}, {SessionRound::test, 3}}) {
        SessionWorld one(2);
        one.prepare();
        one.lie(kSouth,
                knowing_session(one, kSouth, number, round, [](const SessionPart&, const Hash32&) {
                    return to_bytes(std::string_view("no share"));
                }));
        expect_refused(one, kSouth, "share.form");
    }
}

TEST(KeySession, RefusesOtherKeysThanItsOwnComputationGives) {
    for (const std::size_t which : {1U, 2U}) {
        SessionWorld one(2);
        one.prepare();
        one.lie(kSouth, in_round(SessionRound::test, [which](SessionPart& part) {
                    part.said[which] = kOther;
                }));
        expect_refused(one, kSouth, "keys.differ");
    }
}

TEST(KeySession, NamesAllOthersWhenTheTestFailsAndNobodyCanTellWho) {
    SessionWorld one(3);
    one.prepare();
    const auto ring = *compute::Ring::make(kTestRing);
    const Hash32 profile = parse_consortium(one.propose())->profile;
    one.lie(kSouth,
            knowing_session(one,
                            kSouth,
                            3,
                            SessionRound::test,
                            [&](const SessionPart& part, const Hash32& session) {
                                const Trial trial = *Trial::make(*ring, session, profile);
                                const Bytes finished =
                                    *trial.finished(*ring,
                                                    session,
                                                    one.blob_of(kSouth, part.said[1]),
                                                    one.blob_of(kSouth, part.said[2]));
                                return *compute::make_opening_share(
                                    *ring,
                                    some_seed(9),  // not the seed of its shares
                                    finished,
                                    compute::make_requester_key(*ring, trial_requester_seed()),
                                    compute::SlotMask(ring->slots(), true));
                            }));
    const auto founded = one.found();
    ASSERT_FALSE(founded);
    EXPECT_EQ(founded.error().kind, Kind::corrupt);
    EXPECT_THAT(founded.error().what, HasSubstr("test.failed"));
    one.tell_the_truth();
    EXPECT_TRUE(one.found());
}

TEST(KeySession, RefusesABlobThatIsNotWhatItsNameSays) {
    SessionWorld one(2);
    one.prepare();
    one.wire(kNorth).change_blob = [](const std::string&, Bytes& blob) { blob.back() ^= 1U; };
    const auto founded = one.found();
    ASSERT_FALSE(founded);
    EXPECT_THAT(founded.error().what, HasSubstr("south.example: blob.hash"));
    one.wire(kNorth).change_blob = nullptr;
    EXPECT_TRUE(one.found());
}

TEST(KeySession, RefusesAMemberThatWasGivenOtherPartsThanWe) {
    SessionWorld one(2);
    one.prepare();
    one.lie(kSouth, in_round(SessionRound::one, [](SessionPart& part) { part.given = kOther; }));
    expect_refused(one, kSouth, "session.given");
}

TEST(KeySession, RefusesPartsThatAreNotSignedOrOfAnotherRound) {
    for (int which = 0; which < 3; ++which) {
        SessionWorld one(2);
        one.prepare();
        one.lie(kSouth, in_round(SessionRound::one, [&](SessionPart& part) {
                    part.founding = which == 0 ? std::string(32, '0') : part.founding;
                    part.consortium = which == 1 ? kOther : part.consortium;
                    if (which == 2) {
                        part.round = SessionRound::two;
                    }
                }));
        expect_refused(one, kSouth, "session.part");
    }
}

Result<json::Value> ask_south(SessionWorld& one,
                              const json::Value& body,
                              const std::string& as = kNorth) {
    return one.world().node(kSouth).answer_peer(as, "consortium.session", body);
}

TEST(KeySession, ARepeatedRoundGetsTheSameAnswerAndAnotherListEndsIt) {
    SessionWorld one(2);
    one.prepare();
    json::Value body = last_asked(one, SessionRound::one);
    const auto again = ask_south(one, body);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(*again, *ask_south(one, body)) << "byte for byte";
    json::Array given = array_in(body, "given");
    std::swap(given.front(), given.back());
    body.as_object()->set("given", given);
    const auto changed = ask_south(one, body);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().kind, Kind::corrupt);
    EXPECT_THAT(changed.error().what, HasSubstr("north.example: session.changed"));
    EXPECT_EQ(one.refused_by(kSouth).front().rule, "session.changed");
    const auto over = one.found();
    ASSERT_FALSE(over) << "this attempt is over at south";
    EXPECT_EQ(over.error().kind, Kind::conflict);
    EXPECT_TRUE(one.found()) << "and begins anew";
}

TEST(KeySession, RefusesAListThatIsNotOneOfEachMember) {
    const std::vector<std::function<void(json::Array&)>> bends{
        [](json::Array& list) { list.pop_back(); },
        [](json::Array& list) { list.push_back(list.front()); },
        [](json::Array& list) { list.back() = list.front(); },
        [](json::Array& list) { list.front() = "no note"; },
    };
    for (const auto& bend : bends) {
        SessionWorld one(2);
        one.prepare();
        json::Value body = last_asked(one, SessionRound::one);
        json::Array given = array_in(body, "given");
        body.as_object()->set("round", "two");  // the parts are not of the round before it
        bend(given);
        body.as_object()->set("given", given);
        const auto said = ask_south(one, body);
        ASSERT_FALSE(said);
        EXPECT_TRUE(said.error().kind == Kind::corrupt || said.error().kind == Kind::conflict)
            << said.error().what;
    }
}

TEST(KeySession, NothingIsSaidOutOfTurnToAStrangerOrAfterAnHour) {
    SessionWorld one(3);
    one.prepare();
    const json::Value body = last_asked(one, SessionRound::one);
    EXPECT_EQ(ask_south(one, body, kWest).error().kind, Kind::conflict) << "not its session";
    EXPECT_EQ(ask_south(one, body, kCompute).error().kind, Kind::conflict);
    json::Value later = body;
    later.as_object()->set("round", "two.reveal");
    EXPECT_EQ(ask_south(one, later).error().kind, Kind::conflict) << "rounds have an order";
    json::Value other = body;
    other.as_object()->set("founding", std::string(32, '0'));
    EXPECT_EQ(ask_south(one, other).error().kind, Kind::conflict);
    one.clock().advance_seconds(kSessionSecondsMax + 1);
    EXPECT_EQ(ask_south(one, body).error().kind, Kind::conflict);
    EXPECT_FALSE(one.found()) << "too old to go on";
    EXPECT_TRUE(one.found()) << "so it begins anew";
}

TEST(KeySession, AnAttemptThatGaveWayDoesNotComeBack) {
    SessionWorld one(2);
    one.prepare();
    json::Value first = last_asked(one, SessionRound::nonce);
    json::Value second = first;
    second.as_object()->set("founding", std::string(32, '7'));
    ASSERT_TRUE(ask_south(one, second)) << "the same carrier may begin anew";
    EXPECT_EQ(ask_south(one, first).error().kind, Kind::conflict);
}

// --- who takes part ---

void expect_denied(SessionWorld& one, const std::string& rule) {
    const auto founded = one.found();
    ASSERT_FALSE(founded) << rule;
    EXPECT_EQ(founded.error().kind, Kind::denied) << founded.error().what;
    EXPECT_THAT(founded.error().what, HasSubstr(rule));
}

TEST(KeySession, IsDeniedWhenAMemberDidNotSign) {
    SessionWorld one(3);
    one.world().agree();
    one.add(kNorth, one.sign(one.propose(), {kSouth}));
    expect_denied(one, "consortium.signed");
    const auto west = one.world().events_of(kWest);
    EXPECT_EQ(west.count("consortium.recorded"), 0U);
    EXPECT_EQ(west.at("decision"), 1) << "a denial is logged too";
}

TEST(KeySession, IsDeniedWithoutAnAgreement) {
    SessionWorld one(2);
    one.add(kNorth, one.sign(one.propose(), one.members()));
    expect_denied(one, "agreement.signed");
}

TEST(KeySession, IsDeniedForOtherCardsRingsProfilesAndTimes) {
    const std::vector<std::pair<std::string, std::function<void(Consortium&)>>> bends{
        {"consortium.cards", [](Consortium& of) { of.members.back().card = kOther; }},
        {"consortium.cards", [](Consortium& of) { of.compute.card = kOther; }},
        {"consortium.ring", [](Consortium& of) { of.ring = kOther; }},
        {"consortium.profile", [](Consortium& of) { of.profile = kOther; }},
        {"consortium.in_force", [](Consortium& of) { of.period.until = {kToday.seconds - 5}; }}};
    for (const auto& [rule, bend] : bends) {
        SessionWorld one(2);
        one.world().agree();
        one.add(kNorth, one.propose_bent(bend));
        expect_denied(one, rule);
    }
}

TEST(KeySession, LooksOnceMoreBeforeAShareIsShown) {
    SessionWorld one(2);
    one.world().agree({"DUO:0000042"}, {kToday.seconds - 10}, {kToday.seconds + 60});
    one.add(kNorth, one.sign(one.propose(), one.members()));
    const json::Value body = last_asked(one, SessionRound::one);
    one.clock().advance_seconds(100);
    const auto founded = one.found();
    ASSERT_FALSE(founded);
    EXPECT_THAT(founded.error().what, HasSubstr("agreement.in_force"));
}

}  // namespace
}  // namespace mednexus::service::internal
