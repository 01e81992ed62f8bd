/// A computing node that does not do what it must: refused by name, and in the log.
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/match_check.hpp"
#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/internal/test_match_world.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class MatchFaults : public MatchTest {
protected:
    void SetUp() override {
        MatchTest::SetUp();
        permit_all();
    }

    /// Changes what the computing node signed, and signs it again with its own key.
    void lie(const std::function<void(OutputsDocument&)>& change) {
        tamper().change_answer = [this, change](json::Value& answer) {
            if (answer.as_object()->find("outputs") == nullptr) {
                return;
            }
            OutputsDocument outputs = sure_of(parse_outputs(text_in(answer, "outputs")));
            change(outputs);
            HomeFiles node(world_.home_of(kComputeNode));
            answer.as_object()->set("outputs", sure_of(make_outputs(outputs, node.keys.identity)));
        };
    }

    /// North refuses, names the node, and says so in its log; nobody was asked to open anything.
    void expect_refused(const std::string& rule) {
        const auto refused = world_.ask(kNorth, "match", question());
        ASSERT_FALSE(refused) << rule;
        EXPECT_EQ(refused.error().kind, Kind::corrupt) << refused.error().what;
        EXPECT_THAT(refused.error().what, HasSubstr(std::string(kComputeNode) + ": " + rule));
        EXPECT_THAT(refusals_of(kNorth), Contains(std::string(kComputeNode) + ": " + rule));
        EXPECT_EQ(world_.events_of(kSouth)["decision"], 1) << "the one of its lift key";
        EXPECT_EQ(world_.events_of(kNorth)["match.result"], 0);
    }
};

TEST_F(MatchFaults, AnAlteredSumUnderItsOwnHashIsNotTheSumOfTheseBatches) {
    HomeFiles node(world_.home_of(kComputeNode));
    lie([&](OutputsDocument& outputs) {
        Bytes sum = sure_of(node.blobs.get(outputs.sums[1]));
        sum[sum.size() - 4] ^= 1U;
        outputs.sums[1] =
            sure_of(node.blobs.keep(sum, internal::audience_of(founding_.keyed.consortium)));
    });
    expect_refused("sums.differ");
}

TEST_F(MatchFaults, AnAlteredWordOfABlobIsNotItsHash) {
    TamperingTransport& wire = tamper();
    wire.change_blob = [](Bytes& blob) { blob[blob.size() / 2] ^= 1U; };
    const auto refused = world_.ask(kNorth, "match", question());
    EXPECT_EQ(refused.error().kind, Kind::corrupt);
    EXPECT_THAT(refusals_of(kNorth), Contains(std::string(kComputeNode) + ": blob.hash"));
}

TEST_F(MatchFaults, ADroppedBatchIsCounted) {
    lie([](OutputsDocument& outputs) { outputs.sums.pop_back(); });
    expect_refused("sums.count");
}

TEST_F(MatchFaults, SumsInAnotherOrderAreNotThoseOfTheBatches) {
    lie([](OutputsDocument& outputs) { std::swap(outputs.sums[0], outputs.sums[2]); });
    expect_refused("sums.differ");
}

TEST_F(MatchFaults, AnotherQueryJobSessionOrNodeIsRefused) {
    lie([](OutputsDocument& outputs) { outputs.query = Hash32(); });
    expect_refused("outputs.query");
    lie([](OutputsDocument& outputs) { outputs.job = std::string(32, '0'); });
    expect_refused("outputs.job");
    lie([](OutputsDocument& outputs) { outputs.session = Hash32(); });
    expect_refused("outputs.session");
    lie([](OutputsDocument& outputs) { outputs.indexes.pop_back(); });
    expect_refused("outputs.indexes");
}

TEST_F(MatchFaults, AnotherSignatureIsRefused) {
    tamper().change_answer = [this](json::Value& answer) {
        if (answer.as_object()->find("outputs") != nullptr) {
            const OutputsDocument outputs = sure_of(parse_outputs(text_in(answer, "outputs")));
            HomeFiles south(world_.home_of(kSouth));
            answer.as_object()->set(
                "outputs",
                sure_of(make_outputs(
                    outputs, {.name = kComputeNode, .seed = south.keys.identity.seed.clone()})));
        }
    };
    expect_refused("outputs.signature");
}

TEST_F(MatchFaults, OutputsThatItsLogDoesNotHoldAreRefused) {
    tamper().change_answer = [](json::Value& answer) {
        if (answer.as_object()->find("outputs") != nullptr) {
            json::Object evidence = *answer.as_object()->find("evidence")->as_object();
            evidence.set("leaves", json::Array{});
            answer.as_object()->set("evidence", evidence);
        }
    };
    expect_refused("outputs.unlogged");
}

/// The members' own look: what the requester passes on is checked again, not believed.
class MatchFaultsAtMembers : public MatchFaults {
protected:
    /// The body that north sends, from a match in which nobody answers.
    [[nodiscard]] json::Value call_of_north() {
        TamperingTransport& wire = tamper();
        json::Value out;
        wire.change_request = [&](json::Value& body) {
            if (body.as_object()->find("request") != nullptr) {
                out = body;
            }
        };
        world_.network().set_fault([](std::string_view, std::string_view what) -> Result<void> {
            return what == "match" ? Result<void>(fail(Kind::unavailable, "away")) : Result<void>();
        });
        EXPECT_FALSE(world_.ask(kNorth, "match", question()));
        world_.network().set_fault(nullptr);
        return out;
    }

    void expect_refused_by_south(const json::Value& body,
                                 const std::string& subject,
                                 const std::string& rule) {
        const auto refused = world_.node(kSouth).answer_peer(kNorth, "match", body);
        ASSERT_FALSE(refused) << rule;
        EXPECT_THAT(refused.error().what, HasSubstr(subject + ": " + rule));
        EXPECT_THAT(refusals_of(kSouth), Contains(subject + ": " + rule));
        EXPECT_EQ(world_.events_of(kSouth)["match.answered"], 0);
    }
};

TEST_F(MatchFaultsAtMembers, AnOldIndexIsRefusedByItsOwner) {
    const json::Value body = call_of_north();
    world_.deposit(kSouth, "south.example/ofcd-girl.json");
    world_.must(kSouth, "index.sync");
    expect_refused_by_south(body, kComputeNode, "index.old");
}

TEST_F(MatchFaultsAtMembers, IndexesThatTheOutputsDoNotNameAreTheRequestersFault) {
    json::Value body = call_of_north();
    json::Array indexes = array_in(body, "indexes");
    std::swap(indexes[0], indexes[1]);
    body.as_object()->set("indexes", indexes);
    expect_refused_by_south(body, kNorth, "outputs.indexes");
}

TEST_F(MatchFaultsAtMembers, AQueryThatTheRequesterDidNotLogIsNotOpened) {
    json::Value body = call_of_north();
    json::Object evidence = *body.as_object()->find("evidence")->as_object();
    evidence.set("leaves", json::Array{});
    body.as_object()->set("evidence", evidence);
    expect_refused_by_south(body, kNorth, "query.unregistered");
}

TEST_F(MatchFaultsAtMembers, AQueryThatIsNotShownToBeAnEncryptionIsNotOpened) {
    json::Value body = call_of_north();
    SignedRequest request = sure_of(parse_request(text_in(body, "request")));
    request.opening->query_proof = request.opening->opening_key;  // a blob that south may have
    HomeFiles north(world_.home_of(kNorth));
    body.as_object()->set("request", sure_of(make_request(request, north.keys.identity)));
    expect_refused_by_south(body, kNorth, "query.unproven");
    EXPECT_EQ(world_.events_of(kSouth)["decision"], 1) << "the one of its lift key";
}

TEST_F(MatchFaultsAtMembers, AProofIsOfOneRequesterAndOneJob) {
    EXPECT_NE(use_of_query(kNorth, "1"), use_of_query(kSouth, "1"));
    EXPECT_NE(use_of_query(kNorth, "1"), use_of_query(kNorth, "2"));
    EXPECT_NE(use_of_query("ab", "c"), use_of_query("a", "bc"));
}

TEST_F(MatchFaultsAtMembers, AProofThatDoesNotComeLeavesTheRequestUnanswered) {
    json::Value body = call_of_north();
    SignedRequest request = sure_of(parse_request(text_in(body, "request")));
    request.opening->query_proof = crypto::sha256(bytes_of("nowhere"));
    HomeFiles north(world_.home_of(kNorth));
    body.as_object()->set("request", sure_of(make_request(request, north.keys.identity)));
    const auto refused = world_.node(kSouth).answer_peer(kNorth, "match", body);
    ASSERT_FALSE(refused);
    EXPECT_EQ(world_.events_of(kSouth)["match.answered"], 0);
    EXPECT_EQ(world_.events_of(kSouth)["decision"], 1);
}

TEST_F(MatchFaultsAtMembers, WhatComesFromTheNodeIsComparedWithItsHash) {
    const json::Value body = call_of_north();
    tamper(kSouth).change_blob = [](Bytes& blob) { blob.back() ^= 1U; };
    expect_refused_by_south(body, kComputeNode, "blob.hash");
}

TEST_F(MatchFaultsAtMembers, AnHonestCallIsAnsweredThoughItComesLate) {
    const json::Value body = call_of_north();
    const auto answered = world_.node(kSouth).answer_peer(kNorth, "match", body);
    EXPECT_TRUE(answered) << answered.error().what;
}

TEST_F(MatchTest, TheBudgetOfACaseClosesItsSlotWhenItIsUsedUp) {
    agree();
    for (const std::string& id : south_) {
        world_.consent(kSouth, id, {kNorth});
    }
    founding_.openings_max = 2;
    found();
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(array_in(world_.must(kNorth, "match", question()), "ranking").size(), 3U);
    }
    const json::Value last = world_.must(kNorth, "match", question());
    EXPECT_EQ(array_in(last, "ranking").size(), 0U);
    EXPECT_EQ(number_in(peer_in(last, kSouth), "not_permitted"), 3);
}

TEST_F(MatchTest, AShareThatIsNotTheNamedOneIsRefused) {
    permit_all();
    TamperingTransport& wire = tamper();
    bool has_members_answered = false;
    wire.change_answer = [&](json::Value& said) {
        has_members_answered = has_members_answered || said.as_object()->find("slots") != nullptr;
    };
    wire.change_blob = [&](Bytes& blob) {
        if (has_members_answered) {
            blob.back() ^= 1U;
        }
    };
    const auto refused = world_.ask(kNorth, "match", question());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::corrupt);
    EXPECT_THAT(refusals_of(kNorth), Contains(HasSubstr("blob.hash")));
}

}  // namespace
}  // namespace mednexus::service::internal
