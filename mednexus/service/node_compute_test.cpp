/// A computing node: whose keys it takes, whose batches it lifts, what it computes, and what it
/// refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/internal/test_consortium_world.hpp"
#include "mednexus/service/internal/test_stop.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

class ComputeTest : public ::testing::Test, protected ConsortiumWorld {
protected:
    void expect_refused(const Result<json::Value>& answer, Kind kind, const std::string& words) {
        ASSERT_FALSE(answer) << words;
        EXPECT_EQ(answer.error().kind, kind) << answer.error().what;
        EXPECT_THAT(answer.error().what, HasSubstr(words));
    }

    /// An index of both members, with one case each.
    TestEpoch indexed() {
        north_case_ = world.deposit(kNorthMember, "north.example/pkan-early.json");
        south_case_ = world.deposit(kSouthMember, "south.example/pkan-late.json");
        TestEpoch epoch = found();
        world.must(kNorthMember, "index.sync");
        world.must(kSouthMember, "index.sync");
        return epoch;
    }

    /// What the rows say that a case scores against itself and others, opened by all shares.
    [[nodiscard]] std::vector<std::int32_t> opened(const TestEpoch& epoch, const Hash32& sum) {
        HomeFiles compute = files(kComputeNode);
        const auto evaluation =
            sure_of(compute::EvaluationKeys::parse(*ring, epoch.evaluation_keys));
        const Bytes finished =
            sure_of(compute::finish_scores(*ring, evaluation, sure_of(compute.blobs.get(sum))));
        const Secret<32> requester = sure_of(Secret<32>::from(Bytes(32, 77)));
        const Bytes key = compute::make_requester_key(*ring, requester);
        std::vector<Bytes> shares;
        for (const Secret<32>& seed : epoch.share_seeds) {
            shares.push_back(sure_of(compute::make_opening_share(
                *ring, seed, finished, key, compute::SlotMask(ring->slots(), true))));
        }
        return sure_of(compute::open_scores(*ring, requester, finished, shares));
    }

    std::string north_case_;
    std::string south_case_;
};

TEST_F(ComputeTest, InstitutionsHaveNoneOfItsOperations) {
    for (const char* operation :
         {"compute.epoch", "compute.index", "compute.publish", "compute.score"}) {
        expect_refused(world.node(kNorthMember)
                           .answer_peer(kSouthMember, operation, json::Value(json::Object{})),
                       Kind::denied,
                       "role institution");
    }
    expect_refused(world.ask(kComputeNode, "index.sync"), Kind::denied, "role compute");
}

TEST_F(ComputeTest, TakesTheKeysOfAConsortiumThatNamesItAndTakesThemAgain) {
    const TestEpoch epoch = make_epoch();
    give_to_members(epoch);
    const auto taken = ask_compute(kNorthMember, "compute.epoch", epoch_call(epoch));
    ASSERT_TRUE(taken) << taken.error().what;
    EXPECT_EQ(text_in(*taken, "status"), "active");
    EXPECT_TRUE(ask_compute(kSouthMember, "compute.epoch", epoch_call(epoch)));
    EXPECT_TRUE(files(kComputeNode).blobs.get(epoch.keyed.keys.evaluation_keys));
}

TEST_F(ComputeTest, RefusesDocumentsThatAMemberDidNotSign) {
    const TestEpoch epoch = make_epoch();
    give_to_members(epoch);
    codec::Note half = *codec::parse_note(epoch.keyed.consortium.note);
    half.signatures.pop_back();
    expect_refused(ask_compute(kNorthMember,
                               "compute.epoch",
                               object_with({{"consortium", codec::write_note(half)},
                                            {"keys", epoch.keyed.keys.note}})),
                   Kind::denied,
                   "not signed by south.example");
    codec::Note half_keys = *codec::parse_note(epoch.keyed.keys.note);
    half_keys.signatures.pop_back();
    expect_refused(ask_compute(kNorthMember,
                               "compute.epoch",
                               object_with({{"consortium", epoch.keyed.consortium.note},
                                            {"keys", codec::write_note(half_keys)}})),
                   Kind::denied,
                   "not signed by south.example");
}

TEST_F(ComputeTest, RefusesWhoIsNoMember) {
    world.add("east.example", "DE");
    world.must(kComputeNode, "peer.add", object_with({{"card", world.site("east.example").card}}));
    const TestEpoch epoch = indexed();
    expect_refused(
        ask_compute("east.example", "compute.epoch", epoch_call(epoch)), Kind::denied, "no member");
    const Hash32 query = query_of(kNorthMember, north_case_, epoch);
    expect_refused(ask_compute("east.example", "compute.score", score_call(epoch, query)),
                   Kind::unavailable,
                   "no keys");
    const IndexDocument index = index_of(kNorthMember, epoch);
    EXPECT_EQ(world.node(kComputeNode)
                  .blob_for_peer("east.example", index.batches[0].lifted[0])
                  .error()
                  .kind,
              Kind::denied);
    EXPECT_TRUE(world.node(kComputeNode).blob_for_peer(kSouthMember, index.batches[0].lifted[0]));
}

TEST_F(ComputeTest, RefusesKeysThatAreNotWhatTheirNameSaysAndLogsIt) {
    const TestEpoch epoch = make_epoch();
    give_to_members(epoch);
    TamperingTransport wire(*world.site(kComputeNode).transport);
    wire.change_blob = [](Bytes& blob) { blob.back() ^= 1U; };
    open_through(kComputeNode, wire);
    expect_refused(ask_compute(kNorthMember, "compute.epoch", epoch_call(epoch)),
                   Kind::corrupt,
                   "north.example: blob.hash");
    const auto logged = events(kComputeNode, EventKind::refused);
    ASSERT_EQ(logged.size(), 1U);
    const auto said = parse_refused(logged[0]);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->subject, kNorthMember);
    EXPECT_EQ(said->object, epoch.keyed.keys.public_key);
    wire.change_blob = nullptr;
    EXPECT_TRUE(ask_compute(kNorthMember, "compute.epoch", epoch_call(epoch))) << "honest again";
}

TEST_F(ComputeTest, RefusesAnotherDocumentOfAnEpochAndAnEpochThatHasEnded) {
    const TestEpoch first = found();
    const TestEpoch other = make_epoch(1, 17);
    HomeFiles north = files(kNorthMember);
    for (const Bytes* const blob : {&other.public_key, &other.evaluation_keys}) {
        ASSERT_TRUE(north.blobs.keep(*blob, audience_of(other.keyed.consortium)));
    }
    expect_refused(ask_compute(kNorthMember, "compute.epoch", epoch_call(other)),
                   Kind::conflict,
                   "another document of this id and epoch");
    (void)found(2);
    expect_refused(
        ask_compute(kNorthMember, "compute.epoch", epoch_call(first)), Kind::denied, "has ended");
}

TEST_F(ComputeTest, RefusesAnEpochWhenALaterOneHasKeys) {
    (void)found(2);
    const TestEpoch first = make_epoch(1);
    HomeFiles north = files(kNorthMember);
    for (const Bytes* const blob : {&first.public_key, &first.evaluation_keys}) {
        ASSERT_TRUE(north.blobs.keep(*blob, audience_of(first.keyed.consortium)));
    }
    expect_refused(ask_compute(kNorthMember, "compute.epoch", epoch_call(first)),
                   Kind::denied,
                   "a later epoch has keys");
}

TEST_F(ComputeTest, RefusesACardThatIsNotTheOneNamed) {
    TestEpoch epoch = make_epoch();
    HomeFiles north = files(kNorthMember);
    HomeFiles south = files(kSouthMember);
    const auto with = [&](const std::function<void(Consortium&)>& bend) {
        Consortium bent = epoch.keyed.consortium;
        bend(bent);
        const std::string text = sure_of(write_consortium_text(bent));
        return object_with({{"consortium",
                             codec::write_note({text,
                                                {crypto::sign_note(north.keys.identity, text),
                                                 crypto::sign_note(south.keys.identity, text)}})},
                            {"keys", epoch.keyed.keys.note}});
    };
    expect_refused(ask_compute(kNorthMember, "compute.epoch", with([](Consortium& one) {
                                   one.members[1].card = Hash32{};
                               })),
                   Kind::denied,
                   "the card of south.example");
    expect_refused(ask_compute(kNorthMember, "compute.epoch", with([](Consortium& one) {
                                   one.compute.card = Hash32{};
                               })),
                   Kind::denied,
                   "its computing node is another one");
    expect_refused(ask_compute(kNorthMember, "compute.epoch", with([](Consortium& one) {
                                   one.ring = Hash32{};
                               })),
                   Kind::denied,
                   "another ring");
}

TEST_F(ComputeTest, RefusesKeysOfAnotherSession) {
    TestEpoch epoch = make_epoch();
    const TestEpoch other = make_epoch(2);
    HomeFiles north = files(kNorthMember);
    HomeFiles south = files(kSouthMember);
    SessionKeys keys = epoch.keyed.keys;
    keys.public_key = other.keyed.keys.public_key;
    const std::string text = sure_of(write_keys_text(keys));
    epoch.keyed.keys =
        sure_of(parse_keys(codec::write_note({text,
                                              {crypto::sign_note(north.keys.identity, text),
                                               crypto::sign_note(south.keys.identity, text)}})));
    epoch.public_key = other.public_key;
    give_to_members(epoch);
    expect_refused(ask_compute(kNorthMember, "compute.epoch", epoch_call(epoch)),
                   Kind::corrupt,
                   "keys.public");
}

TEST_F(ComputeTest, WithoutKeysNothingCanBeAskedOfIt) {
    const TestEpoch epoch = make_epoch();
    give_to_members(epoch);
    expect_refused(ask_compute(kNorthMember, "compute.score", score_call(epoch, Hash32{})),
                   Kind::unavailable,
                   "no keys");
}

TEST_F(ComputeTest, AnotherSessionIsDenied) {
    const TestEpoch epoch = indexed();
    TestEpoch other = make_epoch(2);
    expect_refused(ask_compute(kNorthMember, "compute.score", score_call(other, Hash32{})),
                   Kind::denied,
                   "session");
}

TEST_F(ComputeTest, ScoresEveryMembersIndexAndSaysSo) {
    const TestEpoch epoch = indexed();
    const Hash32 query = query_of(kNorthMember, north_case_, epoch);
    const auto answer = ask_compute(kNorthMember, "compute.score", score_call(epoch, query));
    ASSERT_TRUE(answer) << answer.error().what;
    const auto outputs = parse_outputs(text_in(*answer, "outputs"));
    ASSERT_TRUE(outputs) << outputs.error().what;
    const Card card = *parse_card(world.site(kComputeNode).card);
    EXPECT_TRUE(check_signature(*outputs, card.identity));
    EXPECT_EQ(outputs->query, query);
    ASSERT_EQ(outputs->indexes.size(), 2U);
    EXPECT_EQ(outputs->indexes[0].index, index_of(kNorthMember, epoch).digest);
    EXPECT_EQ(outputs->indexes[1].index, index_of(kSouthMember, epoch).digest);
    ASSERT_EQ(outputs->sums.size(), 2U);
    const auto evidence = parse_evidence(*answer->as_object()->find("evidence"));
    ASSERT_TRUE(evidence) << evidence.error().what;
    EXPECT_TRUE(check_evidence(*evidence, card));
    ASSERT_EQ(evidence->leaves.size(), 1U);
    const auto scored = parse_match_scored(*parse_event(evidence->leaves[0].entry));
    ASSERT_TRUE(scored);
    EXPECT_EQ(scored->outputs, outputs->digest);
}

TEST_F(ComputeTest, ItsSumsOpenToThePlainScores) {
    const TestEpoch epoch = indexed();
    const Hash32 query = query_of(kNorthMember, north_case_, epoch);
    const auto answer = ask_compute(kNorthMember, "compute.score", score_call(epoch, query));
    ASSERT_TRUE(answer) << answer.error().what;
    const auto outputs = sure_of(parse_outputs(text_in(*answer, "outputs")));
    const auto vector_of = [&](const char* member, const std::string& id) {
        return sure_of(files(member).database->find_case(*codec::parse_hex_as<CaseId>(id))).vector;
    };
    const auto asked = vector_of(kNorthMember, north_case_);
    const auto other = vector_of(kSouthMember, south_case_);
    std::int32_t own = 0;
    std::int32_t across = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        own += asked[i] * asked[i];
        across += asked[i] * other[i];
    }
    EXPECT_EQ(opened(epoch, outputs.sums[0])[0], own);
    EXPECT_EQ(opened(epoch, outputs.sums[1])[0], across);
    EXPECT_EQ(opened(epoch, outputs.sums[1])[1], 0) << "an empty slot";
}

TEST_F(ComputeTest, GivesAJobItsStoredAnswerAndNoOtherQuery) {
    const TestEpoch epoch = indexed();
    const Hash32 query = query_of(kNorthMember, north_case_, epoch);
    const auto first = ask_compute(kNorthMember, "compute.score", score_call(epoch, query));
    ASSERT_TRUE(first) << first.error().what;
    world.close(kComputeNode);
    world.open(kComputeNode);
    const auto again = ask_compute(kNorthMember, "compute.score", score_call(epoch, query));
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(json::write_canonical(*first), json::write_canonical(*again));
    EXPECT_EQ(events(kComputeNode, EventKind::match_scored).size(), 1U);
    const Hash32 other = query_of(kNorthMember, north_case_, epoch, 10);
    EXPECT_EQ(ask_compute(kNorthMember, "compute.score", score_call(epoch, other)).error().kind,
              Kind::conflict);
}

TEST_F(ComputeTest, SumsAreForMembersAndForAnHour) {
    const TestEpoch epoch = indexed();
    const Hash32 query = query_of(kNorthMember, north_case_, epoch);
    const auto answer = ask_compute(kNorthMember, "compute.score", score_call(epoch, query));
    ASSERT_TRUE(answer) << answer.error().what;
    const Hash32 sum = parse_outputs(text_in(*answer, "outputs"))->sums[0];
    EXPECT_TRUE(world.node(kComputeNode).blob_for_peer(kSouthMember, sum));
    EXPECT_FALSE(world.node(kComputeNode).blob_for_peer("east.example", sum));
    clock.advance_seconds(3601);
    EXPECT_FALSE(world.node(kComputeNode).blob_for_peer(kSouthMember, sum));
    ASSERT_TRUE(world.node(kComputeNode).tick());
    EXPECT_EQ(files(kComputeNode).blobs.get(sum).error().kind, Kind::not_found);
}

TEST_F(ComputeTest, RefusesAQueryThatIsNone) {
    const TestEpoch epoch = indexed();
    const Hash32 none = sure_of(
        files(kNorthMember).blobs.keep(bytes_of("no query"), audience_of(epoch.keyed.consortium)));
    expect_refused(ask_compute(kNorthMember, "compute.score", score_call(epoch, none)),
                   Kind::corrupt,
                   "query.form");
    EXPECT_EQ(events(kComputeNode, EventKind::match_scored).size(), 0U);
}

TEST_F(ComputeTest, IsBusyWhereItMayHoldNothing) {
    const TestEpoch epoch = indexed();
    world.compute_limits.lifted_bytes_max = 1;
    world.close(kComputeNode);
    world.open(kComputeNode);
    const Hash32 query = query_of(kNorthMember, north_case_, epoch);
    expect_refused(ask_compute(kNorthMember, "compute.score", score_call(epoch, query)),
                   Kind::busy,
                   "no memory");
    world.compute_limits = {.jobs_max = 0};
    world.close(kComputeNode);
    world.open(kComputeNode);
    expect_refused(ask_compute(kNorthMember, "compute.score", score_call(epoch, query)),
                   Kind::busy,
                   "as many jobs");
    world.compute_limits = {};
    world.close(kComputeNode);
    world.open(kComputeNode);
    EXPECT_TRUE(ask_compute(kNorthMember, "compute.score", score_call(epoch, query)));
}

TEST_F(ComputeTest, RefusesAnOldIndexAForeignOneAndABentOne) {
    const TestEpoch epoch = indexed();
    const IndexDocument first = index_of(kSouthMember, epoch);
    world.deposit(kSouthMember, "south.example/charge-newborn.json");
    world.must(kSouthMember, "index.sync");
    EXPECT_EQ(index_of(kSouthMember, epoch).serial, 2U);
    expect_refused(
        ask_compute(kSouthMember, "compute.publish", object_with({{"index", first.note}})),
        Kind::conflict,
        "serial 1 is not newer than 2");
    expect_refused(
        ask_compute(kNorthMember, "compute.publish", object_with({{"index", first.note}})),
        Kind::denied,
        "another owner");
    HomeFiles south = files(kSouthMember);
    IndexDocument bent = index_of(kSouthMember, epoch);
    bent.serial = 3;
    bent.batches[0].lifted[2] = Hash32{};
    expect_refused(
        ask_compute(kSouthMember,
                    "compute.publish",
                    object_with({{"index", sure_of(make_index(bent, south.keys.identity))}})),
        Kind::conflict,
        "not as it was lifted here");
    bent.batches[0].id = std::string(32, '0');
    expect_refused(
        ask_compute(kSouthMember,
                    "compute.publish",
                    object_with({{"index", sure_of(make_index(bent, south.keys.identity))}})),
        Kind::invalid,
        "was not lifted here");
    HomeFiles north = files(kNorthMember);
    IndexDocument signed_by_another = index_of(kSouthMember, epoch);
    signed_by_another.serial = 3;
    expect_refused(
        ask_compute(
            kSouthMember,
            "compute.publish",
            object_with({{"index", sure_of(make_index(signed_by_another, north.keys.identity))}})),
        Kind::denied,
        "index");
}

TEST_F(ComputeTest, ALaterEpochEndsTheOneBeforeAndItsLiftedBatchesGo) {
    const TestEpoch first = indexed();
    const IndexDocument index = index_of(kNorthMember, first);
    const TestEpoch second = found(2);
    EXPECT_EQ(files(kComputeNode).blobs.get(index.batches[0].lifted[0]).error().kind,
              Kind::not_found);
    expect_refused(ask_compute(kNorthMember, "compute.score", score_call(first, Hash32{})),
                   Kind::denied,
                   "has ended");
    expect_refused(
        ask_compute(kNorthMember, "compute.publish", object_with({{"index", index.note}})),
        Kind::denied,
        "has ended");
    const Hash32 query = query_of(kNorthMember, north_case_, second);
    expect_refused(ask_compute(kNorthMember, "compute.score", score_call(second, query)),
                   Kind::unavailable,
                   "no member has published");
    world.must(kNorthMember, "index.sync");
    const auto answer = ask_compute(kNorthMember, "compute.score", score_call(second, query));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(index_of(kNorthMember, second).batches[0].sealed, index.batches[0].sealed)
        << "what is sealed stays; it is lifted anew";
    EXPECT_NE(index_of(kNorthMember, second).batches[0].lifted, index.batches[0].lifted);
}

TEST(ComputeCrash, StoppedAnywhereAJobEndsWithOneAnswerAndOneEvent) {
    ConsortiumWorld scene;
    const std::string asked = scene.world.deposit(kNorthMember, "north.example/pkan-early.json");
    const TestEpoch epoch = scene.found();
    scene.world.must(kNorthMember, "index.sync");
    const Hash32 query = scene.query_of(kNorthMember, asked, epoch);
    for (int point = 0;; ++point) {
        SCOPED_TRACE(point);
        const json::Value call =
            score_call(epoch, query, std::to_string(100 + point) + std::string(29, '0'));
        StopAt stop(point, "compute.");
        scene.world.close(kComputeNode);
        scene.world.open(kComputeNode, {.observer = &stop, .wrap_disk = {}});
        const auto first = scene.ask_compute(kNorthMember, "compute.score", call);
        EXPECT_EQ(first.has_value(), !stop.has_stopped());
        scene.world.close(kComputeNode);
        scene.world.open(kComputeNode);
        const auto second = scene.ask_compute(kNorthMember, "compute.score", call);
        ASSERT_TRUE(second) << second.error().what;
        EXPECT_EQ(scene.events(kComputeNode, EventKind::match_scored).size(),
                  static_cast<std::size_t>(point) + 1);
        if (!stop.has_stopped()) {
            EXPECT_GT(point, 8);
            break;
        }
        ASSERT_LT(point, 40);
    }
}

TEST(ComputeCrash, StoppedAnywhereAnEpochBeginsAllTheSame) {
    ConsortiumWorld scene;
    for (int point = 0;; ++point) {
        SCOPED_TRACE(point);
        const TestEpoch epoch = scene.make_epoch(static_cast<std::uint32_t>(point) + 1);
        scene.give_to_members(epoch);
        StopAt stop(point, "compute.");
        scene.world.close(kComputeNode);
        scene.world.open(kComputeNode, {.observer = &stop, .wrap_disk = {}});
        const json::Value call = ConsortiumWorld::epoch_call(epoch);
        const auto first = scene.ask_compute(kNorthMember, "compute.epoch", call);
        EXPECT_EQ(first.has_value(), !stop.has_stopped());
        scene.world.close(kComputeNode);
        scene.world.open(kComputeNode);
        const auto taken = scene.ask_compute(kNorthMember, "compute.epoch", call);
        ASSERT_TRUE(taken) << taken.error().what;
        HomeFiles compute = scene.files(kComputeNode);
        EXPECT_EQ(active_consortia(*compute.database)->size(), 1U);
        EXPECT_EQ(compute.disk->list("blobs")->size(), 2U) << "the keys of this epoch alone";
        if (!stop.has_stopped()) {
            break;
        }
        ASSERT_LT(point, 20);
    }
}

}  // namespace
}  // namespace mednexus::service::internal
