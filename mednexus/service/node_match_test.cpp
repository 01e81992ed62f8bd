#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "mednexus/service/bundle.hpp"
#include "mednexus/service/internal/at_once.hpp"
#include "mednexus/service/internal/test_match_world.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service::internal {
namespace {

TEST_F(MatchTest, FindsTheSameDiseaseElsewhereAndProvesIt) {
    permit_all();
    const json::Value answer = world_.must(kNorth, "match", question());
    const auto& ranking = array_in(answer, "ranking");
    ASSERT_EQ(ranking.size(), 4U);
    EXPECT_GE(number_in(ranking[0], "score"), number_in(ranking[1], "score"));
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 3);
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "not_permitted"), 0);
    EXPECT_THAT(text_in(answer, "notice"), ::testing::HasSubstr("under encryption"));
    const auto report = verify_bundle(text_in(answer, "bundle"), std::nullopt);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(words_of(*report), "consistent, signers not established");
    auto events = world_.events_of(kSouth);
    EXPECT_EQ(events["match.answered"], 1);
    EXPECT_EQ(events["decision"], 2) << "of its lift key and of the match";
    events = world_.events_of(kNorth);
    EXPECT_EQ(events["match.requested"], 1);
    EXPECT_EQ(events["match.result"], 1);
    EXPECT_EQ(events["refused"], 0);
    EXPECT_EQ(world_.events_of(kComputeNode)["match.scored"], 1);
}

TEST_F(MatchTest, EncryptedScoresAreThePlainOnes) {
    permit_all();
    learn_query_vector();
    std::vector<std::int64_t> expected{plain_score(kWest, west_[0])};
    for (const std::string& id : south_) {
        expected.push_back(plain_score(kSouth, id));
    }
    std::sort(expected.rbegin(), expected.rend());
    const json::Value answer = world_.must(kNorth, "match", question());
    std::vector<std::int64_t> found;
    for (const json::Value& place : array_in(answer, "ranking")) {
        found.push_back(number_in(place, "score"));
    }
    EXPECT_EQ(found, expected);
}

TEST_F(MatchTest, WithoutAConsortiumThereIsNoMatch) {
    agree();
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_EQ(refused.error().what, "match: no consortium is founded");
}

TEST_F(MatchTest, AMemberWithoutAnIndexKeepsEveryScoreClosed) {
    agree();
    founding_.found();
    world_.must(kNorth, "index.sync");
    world_.must(kSouth, "index.sync");
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr(kWest));
}

TEST_F(MatchTest, ARevokedConsentClosesItsSlotAndNoOther) {
    permit_all();
    const json::Value before = world_.must(kNorth, "match", question());
    world_.must(kSouth, "consent.revoke", object_with({{"case", south_[1]}}));
    const json::Value after = world_.must(kNorth, "match", question());
    EXPECT_EQ(array_in(after, "ranking").size(), 3U);
    EXPECT_EQ(number_in(peer_in(after, kSouth), "not_permitted"), 1);
    learn_query_vector();
    const std::int64_t gone = plain_score(kSouth, south_[1]);
    std::vector<std::int64_t> expected;
    for (const json::Value& place : array_in(before, "ranking")) {
        expected.push_back(number_in(place, "score"));
    }
    expected.erase(std::find(expected.begin(), expected.end(), gone));
    std::vector<std::int64_t> found;
    for (const json::Value& place : array_in(after, "ranking")) {
        found.push_back(number_in(place, "score"));
    }
    EXPECT_EQ(found, expected) << "all other scores are what they were";
}

TEST_F(MatchTest, NobodyButTheRequesterCanFetchAShareAndNobodyTheQuery) {
    permit_all();
    const json::Value answer = world_.must(kNorth, "match", question());
    const Bundle bundle = sure_of(parse_bundle(text_in(answer, "bundle")));
    const auto request = sure_of(parse_request(bundle.parts.request));
    for (const Answer& one : bundle.parts.answers) {
        for (const Opening& opening : one.openings) {
            Node& owner = world_.node(one.institution);
            EXPECT_TRUE(owner.blob_for_peer(kNorth, opening.share));
            for (const char* other : {kSouth, kWest, kComputeNode}) {
                EXPECT_EQ(owner.blob_for_peer(other, opening.share).error().kind, Kind::denied);
            }
        }
    }
    Node& north = world_.node(kNorth);
    EXPECT_TRUE(north.blob_for_peer(kComputeNode, request.opening->query));
    EXPECT_EQ(north.blob_for_peer(kSouth, request.opening->query).error().kind, Kind::denied);
    EXPECT_EQ(north.blob_for_peer(kComputeNode, request.opening->opening_key).error().kind,
              Kind::denied);
}

TEST_F(MatchTest, AnswersAPhenopacketThatIsNotDeposited) {
    permit_all();
    json::Value asked =
        object_with({{"phenopacket", read_source_file("demo/cases/north.example/pkan-early.json")},
                     {"purpose", "DUO:0000007"}});
    const json::Value answer = world_.must(kNorth, "match", asked);
    EXPECT_EQ(array_in(answer, "ranking").size(), 4U);
    EXPECT_EQ(array_in(world_.must(kNorth, "case.list"), "cases").size(), 1U);
}

TEST_F(MatchTest, WithoutAgreementNoLiftKeyMovesNobodyIsAskedAndTheQueryStaysHere) {
    founding_.found();
    const auto index = world_.ask(kSouth, "index.sync");
    ASSERT_FALSE(index);
    EXPECT_EQ(index.error().kind, Kind::denied);
    EXPECT_THAT(index.error().what, ::testing::HasSubstr("agreement.signed"));
    const std::int64_t size = world_.log_size(kSouth);
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::denied);
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr("agreement.signed"));
    EXPECT_EQ(world_.log_size(kSouth), size) << "nothing reached the others";
}

TEST_F(MatchTest, WhoHasNoAgreementOnFileDeniesAndLogsTheDenialAndNoScoreOpens) {
    world_.agree({"DUO:0000042"}, {kToday.seconds - 1000}, {kToday.seconds + 10});
    found();
    clock_.advance_seconds(11);  // that agreement ended; the next one is not on file in south
    world_.agree(
        {"DUO:0000042"}, {kToday.seconds - 1000}, {kToday.seconds + 1000}, {kNorth, kWest});
    const std::int64_t size = world_.log_size(kSouth);
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::denied);
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr(kSouth));
    EXPECT_EQ(world_.log_size(kSouth), size + 1);
    EXPECT_THAT(world_.node(kSouth).metrics(),
                ::testing::HasSubstr(
                    "mednexus_decisions_total{kind=\"opening_share\",outcome=\"denied\"} 1\n"));
}

TEST_F(MatchTest, AnAgreementThatEndedOrCoversAnotherPurposeLetsNobodyBeAsked) {
    const std::vector<std::string> all{kNorth, kSouth, kWest};
    world_.agree({"DUO:0000043"}, {kToday.seconds - 1000}, {kToday.seconds + 1000}, all);
    found();
    EXPECT_THAT(world_.ask(kNorth, "match", question()).error().what,
                ::testing::HasSubstr("agreement.purpose"));
    world_.agree({"DUO:0000042"}, {kToday.seconds - 1000}, {kToday.seconds - 1}, all);
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::denied);
}

TEST_F(MatchTest, OnlySlotsWithAConsentThatHoldsAreOpened) {
    agree();
    found();
    world_.consent(kSouth, south_[0], {kNorth});
    world_.consent(kSouth, south_[1], {kWest});                    // another recipient
    world_.consent(kSouth, south_[2], {kNorth}, {"DUO:0000043"});  // another purpose
    json::Value answer = world_.must(kNorth, "match", question());
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "counted"), 3);
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 1);
    EXPECT_EQ(number_in(peer_in(answer, kWest), "permitted"), 0) << "no consent there";
    world_.must(kSouth, "consent.revoke", object_with({{"case", south_[0]}}));
    answer = world_.must(kNorth, "match", question());
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 0);
    world_.consent(kSouth, south_[0], {kNorth});
    answer = world_.must(kNorth, "match", question());
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 1) << "granted anew";
}

TEST_F(MatchTest, AConsentThatEndedOpensNothing) {
    permit_all();
    clock_.advance_seconds(500'001);
    const json::Value answer = world_.must(kNorth, "match", question());
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 0);
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "not_permitted"), 3);
}

TEST_F(MatchTest, AConsentChangedOnDiskOrSignedByAnotherKeyOpensNothing) {
    permit_all();
    const std::string folder = world_.home_of(kSouth) + "/consents/";
    world_.close(kSouth);
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files.push_back(entry.path().string());
    }
    ASSERT_EQ(files.size(), 3U);
    std::filesystem::copy_file(
        files[0], files[1], std::filesystem::copy_options::overwrite_existing);
    std::string text;
    {
        std::ifstream in(files[2]);
        text.assign(std::istreambuf_iterator<char>(in), {});
    }
    text.replace(text.find("DUO:0000042"), 11, "DUO:0000043");
    std::ofstream(files[2]) << text;
    world_.open(kSouth);
    const json::Value answer = world_.must(kNorth, "match", question());
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 1);
}

TEST_F(MatchTest, AnAbsentMemberOrNodeMakesTheMatchUnavailableAndNoScoreOpens) {
    permit_all();
    for (const char* away : {kComputeNode, kWest}) {
        world_.network().leave(away);
        const auto refused = world_.ask(kNorth, "match", question());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, Kind::unavailable);
        EXPECT_THAT(refused.error().what, ::testing::HasSubstr(away));
        world_.network().join(away, world_.node(away));
    }
    json::Value asked = question();
    asked.as_object()->set("allow_missing", true);
    EXPECT_EQ(world_.ask(kNorth, "match", asked).error().kind, Kind::invalid) << "there is no such";
}

TEST_F(MatchTest, AMatchLeftOpenGoesOnUnderItsJobWhenThePeerIsBack) {
    permit_all();
    world_.network().leave(kWest);
    ASSERT_FALSE(world_.ask(kNorth, "match", question()));
    const std::int64_t south = world_.log_size(kSouth);
    const std::int64_t north = world_.log_size(kNorth);
    world_.network().join(kWest, world_.node(kWest));
    EXPECT_EQ(array_in(world_.must(kNorth, "match", question()), "ranking").size(), 4U);
    EXPECT_EQ(world_.log_size(kSouth), south) << "it was not asked again";
    EXPECT_EQ(world_.log_size(kNorth), north + 2) << "the own share's decision, match.result";
}

TEST_F(MatchTest, OpeningAHomeAsksNoPeerAndWhatWasLeftWaitsToBeAsked) {
    permit_all();
    world_.consent(kNorth, query_, {kWest});
    const json::Value sharing =
        object_with({{"case", query_}, {"to", kWest}, {"purpose", "DUO:0000007"}});
    world_.network().leave(kWest);
    ASSERT_FALSE(world_.ask(kNorth, "match", question()));
    ASSERT_FALSE(world_.ask(kNorth, "case.share", sharing));
    world_.network().join(kWest, world_.node(kWest));
    std::atomic<int> calls = 0;
    world_.network().set_fault([&](std::string_view, std::string_view) -> Result<void> {
        ++calls;
        return {};
    });
    world_.close(kNorth);
    world_.open(kNorth);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(array_in(world_.must(kNorth, "workflow.list"), "unfinished").size(), 2U);
    world_.must(kNorth, "match", question());
    world_.must(kNorth, "case.share", sharing);
    EXPECT_EQ(array_in(world_.must(kNorth, "workflow.list"), "unfinished").size(), 0U);
}

/// Lets callers through once as many as are expected have come; false when they do not.
class Gate {
public:
    explicit Gate(int expected) : expected_(expected) {}

    bool pass() {
        std::unique_lock lock(mutex_);
        ++come_;
        changed_.notify_all();
        return changed_.wait_for(
            lock, std::chrono::seconds(30), [&] { return come_ >= expected_; });
    }

private:
    int expected_;
    int come_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
};

TEST_F(MatchTest, PeersAreAskedAtOnce) {
    permit_all();
    Gate gate(2);
    world_.network().set_fault([&](std::string_view, std::string_view what) -> Result<void> {
        if (what != "match") {
            return {};
        }
        return gate.pass() ? Result<void>() : fail(Kind::unavailable, "the other was not asked");
    });
    const json::Value answer = world_.must(kNorth, "match", question());
    EXPECT_EQ(array_in(answer, "ranking").size(), 4U);
    EXPECT_EQ(text_in(array_in(answer, "peers").at(0), "name"), kSouth) << "sorted by name";
}

TEST_F(MatchTest, OfSeveralErrorsThatOfTheFirstNameIsGiven) {
    permit_all();
    Gate gate(2);
    std::atomic<bool> has_west_failed = false;
    world_.network().set_fault([&](std::string_view to, std::string_view what) -> Result<void> {
        if (what != "match") {
            return {};
        }
        EXPECT_TRUE(gate.pass());
        if (to == kWest) {
            has_west_failed = true;
            return fail(Kind::invalid, "west says no");
        }
        while (!has_west_failed) {
            std::this_thread::yield();
        }
        return fail(Kind::corrupt, "south says no");
    });
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::corrupt);
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr(kSouth));
}

TEST_F(MatchTest, AnAnswerIsKeptThoughAnotherPeerFailed) {
    permit_all();
    world_.network().set_fault([&](std::string_view to, std::string_view what) -> Result<void> {
        return to == kSouth && what == "match"
                   ? Result<void>(fail(Kind::internal, "south fell over"))
                   : Result<void>();
    });
    EXPECT_EQ(world_.ask(kNorth, "match", question()).error().kind, Kind::internal);
    std::vector<std::string> asked;
    world_.network().set_fault([&](std::string_view to, std::string_view what) -> Result<void> {
        if (what == "match") {
            asked.emplace_back(to);
        }
        return {};
    });
    EXPECT_EQ(array_in(world_.must(kNorth, "match", question()), "ranking").size(), 4U);
    EXPECT_THAT(asked, ::testing::ElementsAre(kSouth));
}

TEST(ForEachAtOnce, DoesEachOnceWithinItsBound) {
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    std::vector<int> done(50, 0);
    for_each_at_once(done.size(), 8, [&](std::size_t i) {
        const int running = ++now;
        int seen = most;
        while (running > seen && !most.compare_exchange_weak(seen, running)) {
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ++done[i];
        --now;
    });
    EXPECT_THAT(done, ::testing::Each(1));
    EXPECT_LE(most, 8);
    for_each_at_once(0, 8, [&](std::size_t) { ADD_FAILURE(); });
}

TEST_F(MatchTest, AMatchLeftOpenTooLongBeginsAnew) {
    permit_all();
    world_.network().leave(kWest);
    ASSERT_FALSE(world_.ask(kNorth, "match", question()));
    const std::int64_t south = world_.log_size(kSouth);
    world_.network().join(kWest, world_.node(kWest));
    clock_.advance_seconds(10'000);
    EXPECT_EQ(array_in(world_.must(kNorth, "match", question()), "ranking").size(), 4U);
    EXPECT_EQ(world_.log_size(kSouth), south + 2) << "asked anew";
}

TEST_F(MatchTest, TwoNodesThatAskEachOtherAtOnceBothGetAnswers) {
    permit_all();
    world_.consent(kNorth, query_, {kSouth});
    std::vector<std::jthread> threads;
    std::atomic<int> answered = 0;
    for (int round = 0; round < 4; ++round) {
        const int top = round + 1;
        threads.emplace_back([&, top] {
            const auto answer = world_.ask(
                kNorth,
                "match",
                object_with({{"case", query_}, {"purpose", "DUO:0000007"}, {"top", top}}));
            answered += answer ? 1 : 0;
        });
        threads.emplace_back([&, top] {
            const auto answer = world_.ask(
                kSouth,
                "match",
                object_with({{"case", south_[0]}, {"purpose", "DUO:0000007"}, {"top", top}}));
            answered += answer ? 1 : 0;
        });
    }
    threads.clear();
    EXPECT_EQ(answered, 8);
}

}  // namespace
}  // namespace mednexus::service::internal
