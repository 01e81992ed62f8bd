#include <atomic>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/node.hpp"
#include "mednexus/service/verify.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";
constexpr const char* kWest = "west.example";

/// Changes what goes to, or comes from, a peer.
class TamperingTransport final : public PeerTransport {
public:
    using Change = std::function<void(json::Value&)>;

    explicit TamperingTransport(PeerTransport& under) : under_(under) {}

    Result<json::Value> call(const PeerAddress& peer,
                             std::string_view operation,
                             const json::Value& body) override {
        json::Value sent = body;
        if (change_request) {
            change_request(sent);
        }
        last_body = sent;
        MN_TRY(json::Value answer, under_.call(peer, operation, sent));
        if (change_answer) {
            change_answer(answer);
        }
        return answer;
    }

    Result<Bytes> get_object(const PeerAddress& peer, const ObjectRoot& root) override {
        return under_.get_object(peer, root);
    }

    Change change_request;
    Change change_answer;
    json::Value last_body;

private:
    PeerTransport& under_;
};

class MatchTest : public ::testing::Test {
protected:
    void SetUp() override {
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.add(kWest, "DE");
        world_.exchange_cards();
        query_ = world_.deposit(kNorth, "north.example/alkaptonuria-adult.json");
        for (const char* file : {"alkaptonuria-spine", "pkan-late", "charge-newborn"}) {
            south_.push_back(
                world_.deposit(kSouth, "south.example/" + std::string(file) + ".json"));
        }
        west_.push_back(world_.deposit(kWest, "west.example/alkaptonuria-valve.json"));
    }

    void permit_all() {
        world_.agree();
        for (const std::string& id : south_) {
            world_.consent(kSouth, id, {kNorth});
        }
        for (const std::string& id : west_) {
            world_.consent(kWest, id, {kNorth});
        }
    }

    [[nodiscard]] json::Value question(const std::string& purpose = "DUO:0000007") const {
        return object_with({{"case", query_}, {"purpose", purpose}, {"top", 5}});
    }

    [[nodiscard]] static const json::Value& peer_in(const json::Value& answer,
                                                    const std::string& name) {
        for (const json::Value& one : array_in(answer, "peers")) {
            if (text_in(one, "name") == name) {
                return one;
            }
        }
        ADD_FAILURE() << name;
        static const json::Value kNone;
        return kNone;
    }

    /// Reopens north with a transport that changes what passes.
    TamperingTransport& tamper() {
        world_.close(kNorth);
        tampering_ = std::make_unique<TamperingTransport>(*world_.site(kNorth).transport);
        auto node = open_node({world_.home_of(kNorth), World::passphrase(), ""},
                              world_.clock(),
                              world_.random(),
                              *tampering_,
                              {});
        EXPECT_TRUE(node) << node.error().what;
        world_.site(kNorth).node = std::move(*node);
        world_.network().join(kNorth, *world_.site(kNorth).node);
        return *tampering_;
    }

    std::unique_ptr<TamperingTransport> tampering_;
    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
    std::string query_;
    std::vector<std::string> south_;
    std::vector<std::string> west_;
};

TEST_F(MatchTest, FindsTheSameDiseaseElsewhereAndProvesIt) {
    permit_all();
    const json::Value answer = world_.must(kNorth, "match", question());
    const auto& ranking = array_in(answer, "ranking");
    ASSERT_EQ(ranking.size(), 4U);
    EXPECT_GE(number_in(ranking[0], "score"), number_in(ranking[1], "score"));
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 3);
    EXPECT_THAT(text_in(answer, "notice"), ::testing::HasSubstr("in the clear"));
    const auto report = verify_bundle(text_in(answer, "bundle"), std::nullopt);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(words_of(*report), "consistent, signers not established");
    EXPECT_EQ(world_.log_size(kSouth), 1 + 2 + 3 + 1 + 3 + 2)
        << "home, peers, cases, agreement, consents, decision and answer";
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

TEST_F(MatchTest, WithoutAgreementNobodyAnswersAndTheDenialIsLogged) {
    const std::int64_t size = world_.log_size(kSouth);
    const json::Value answer = world_.must(kNorth, "match", question());
    EXPECT_EQ(text_in(peer_in(answer, kSouth), "outcome"), "denied");
    EXPECT_EQ(array_in(answer, "ranking").size(), 0U);
    EXPECT_EQ(world_.log_size(kSouth), size + 1);
    EXPECT_THAT(world_.node(kSouth).metrics(),
                ::testing::HasSubstr(
                    "mednexus_decisions_total{kind=\"opening_share\",outcome=\"denied\"} 1\n"));
}

TEST_F(MatchTest, AnAgreementThatEndedOrCoversAnotherPurposeDenies) {
    world_.agree({"DUO:0000043"});
    EXPECT_EQ(text_in(peer_in(world_.must(kNorth, "match", question()), kSouth), "outcome"),
              "denied");
    world_.agree({"DUO:0000042"}, {kToday.seconds - 1000}, {kToday.seconds - 1});
    EXPECT_EQ(text_in(peer_in(world_.must(kNorth, "match", question()), kSouth), "outcome"),
              "denied");
}

TEST_F(MatchTest, OnlySlotsWithAConsentThatHoldsAreOpened) {
    world_.agree();
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
    EXPECT_EQ(text_in(peer_in(answer, kSouth), "outcome"), "answered");
    EXPECT_EQ(number_in(peer_in(answer, kSouth), "permitted"), 0);
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

TEST_F(MatchTest, AnAbsentPeerMakesTheMatchUnavailableUnlessAllowed) {
    permit_all();
    world_.network().leave(kWest);
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr(kWest));
    json::Value asked = question();
    asked.as_object()->set("allow_missing", true);
    const json::Value answer = world_.must(kNorth, "match", asked);
    EXPECT_EQ(text_in(peer_in(answer, kWest), "outcome"), "unavailable");
    EXPECT_EQ(array_in(answer, "ranking").size(), 3U);
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
    EXPECT_EQ(world_.log_size(kNorth), north + 1) << "match.result";
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

TEST_F(MatchTest, ARepeatedJobGetsTheSameBytesAndOtherContentIsAConflict) {
    permit_all();
    TamperingTransport& wire = tamper();
    std::vector<json::Value> bodies;
    wire.change_request = [&](json::Value& body) { bodies.push_back(body); };
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

TEST_F(MatchTest, RefusesAVectorThatIsNotTheCommittedOne) {
    permit_all();
    TamperingTransport& wire = tamper();
    wire.change_request = [](json::Value& body) {
        std::string vector = text_in(body, "vector");
        vector[1] = vector[1] == '1' ? '2' : '1';
        body.as_object()->set("vector", vector);
    };
    const std::int64_t size = world_.log_size(kSouth);
    const auto answer = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::invalid);
    EXPECT_THAT(answer.error().what, ::testing::HasSubstr("commits"));
    EXPECT_EQ(world_.log_size(kSouth), size);
}

TEST_F(MatchTest, RefusesAnotherProfile) {
    permit_all();
    TamperingTransport& wire = tamper();
    wire.change_request = [](json::Value& body) {
        body.as_object()->set("profile", "0x" + std::string(64, '3'));
    };
    const auto answer = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::invalid);
    EXPECT_THAT(answer.error().what, ::testing::HasSubstr("profile"));
}

TEST_F(MatchTest, RefusesARequestThatAnotherInstitutionPassesOn) {
    permit_all();
    TamperingTransport& wire = tamper();
    std::vector<json::Value> bodies;
    wire.change_request = [&](json::Value& body) { bodies.push_back(body); };
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
    wire.change_request = [&](json::Value& sent) { body = sent; };
    world_.network().leave(kSouth);
    world_.network().leave(kWest);
    ASSERT_FALSE(world_.ask(kNorth, "match", question()));
    clock_.advance_seconds(4000);
    const auto late = world_.node(kSouth).answer_peer(kNorth, "match", body);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, Kind::denied);
    EXPECT_THAT(late.error().what, ::testing::HasSubstr("request.not_expired"));
}

TEST_F(MatchTest, AnUnknownInstitutionIsDenied) {
    permit_all();
    world_.add("stranger.example", "DE");
    for (const char* name : {kNorth, kSouth, kWest}) {
        world_.must(
            "stranger.example", "peer.add", object_with({{"card", world_.site(name).card}}));
    }
    world_.deposit("stranger.example", "north.example/pkan-early.json");
    const json::Value answer = world_.must(
        "stranger.example",
        "match",
        object_with({{"phenopacket", read_source_file("demo/cases/north.example/noonan-boy.json")},
                     {"purpose", "DUO:0000007"}}));
    EXPECT_EQ(text_in(peer_in(answer, kSouth), "outcome"), "denied");
    EXPECT_EQ(array_in(answer, "ranking").size(), 0U);
}

TEST_F(MatchTest, AFalseAnswerFailsTheMatchAndNamesThePeer) {
    permit_all();
    TamperingTransport& wire = tamper();
    wire.change_answer = [](json::Value& answer) {
        json::Object* const record = answer.as_object();
        json::Value inner = *record->find("answer");
        inner.as_object()->set("institution", kWest);
        record->set("answer", inner);
    };
    const auto answer = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::corrupt);
    EXPECT_THAT(answer.error().what, ::testing::HasSubstr(kSouth));
}

TEST_F(MatchTest, NeedsPeersAKnownCaseAndTerms) {
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
