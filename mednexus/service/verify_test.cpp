#include "mednexus/service/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/bundle_story.hpp"

namespace mednexus::service {
namespace {

using internal::Story;
using internal::StoryBends;
using internal::StoryOptions;
using ::testing::HasSubstr;

std::optional<ledger::TrustPolicy> policy_of(const std::string& text) {
    auto policy = ledger::parse_trust_policy(text);
    EXPECT_TRUE(policy) << policy.error().what;
    return policy ? std::optional(*std::move(policy)) : std::nullopt;
}

VerificationReport report_of(const std::string& bundle,
                             const std::optional<ledger::TrustPolicy>& policy) {
    auto report = verify_bundle(bundle, policy);
    EXPECT_TRUE(report) << report.error().what;
    return report ? *std::move(report) : VerificationReport{};
}

const Claim& claim_of(const VerificationReport& report, std::string_view name) {
    static const Claim kMissing{.claim = "missing", .status = {}, .detail = {}};
    for (const Claim& one : report.claims) {
        if (one.claim == name) {
            return one;
        }
    }
    ADD_FAILURE() << "no claim " << name;
    return kMissing;
}

/// Expects exactly this claim to be contradicted, for this reason.
void expect_contradicted(Story story, std::string_view claim, std::string_view detail) {
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
    for (const Claim& one : report.claims) {
        EXPECT_EQ(one.status == ClaimStatus::contradicted, one.claim == claim)
            << one.claim << ": " << one.detail;
    }
    EXPECT_THAT(claim_of(report, claim).detail, HasSubstr(std::string(detail)));
    EXPECT_THAT(words_of(report), HasSubstr("refused: " + std::string(claim)));
}

Story bent(StoryBends bends) {
    return Story({.bends = std::move(bends)});
}

/// A story whose finished parts are bent before the manifest is signed.
Story with_parts(std::function<void(BundleParts&)> bend) {
    StoryBends bends;
    bends.parts = std::move(bend);
    return bent(std::move(bends));
}

TEST(Verify, AcceptsAWellFormedBundleUnderItsPolicy) {
    for (const std::size_t institutions : {2U, 3U}) {
        StoryOptions options;
        options.names.resize(institutions);
        Story story(options);
        const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
        EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
        EXPECT_EQ(report.claims.size(), 15U);
        for (const Claim& one : report.claims) {
            EXPECT_EQ(one.status, ClaimStatus::proven) << one.claim << ": " << one.detail;
        }
        EXPECT_THAT(report.not_shown, ::testing::Contains(HasSubstr("scores are right")));
    }
}

TEST(Verify, SaysSignersNotEstablishedWithoutAPolicy) {
    const auto report = report_of(Story({}).bundle(), std::nullopt);
    EXPECT_EQ(report.verdict, VerificationVerdict::signers_not_established);
    EXPECT_EQ(words_of(report), "consistent, signers not established");
    EXPECT_EQ(claim_of(report, "roster.trusted").status, ClaimStatus::not_proven);
    EXPECT_EQ(claim_of(report, "logs.trusted").status, ClaimStatus::not_proven);
}

TEST(Verify, RefusesABundleReSignedWithOtherKeys) {
    const Story honest({});
    Story impostor({.keys = "other keys", .bends = {}});
    const auto report = report_of(impostor.bundle(), policy_of(honest.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
    EXPECT_EQ(claim_of(report, "roster.trusted").status, ClaimStatus::contradicted);
    EXPECT_EQ(claim_of(report, "logs.trusted").status, ClaimStatus::contradicted);
}

TEST(Verify, IsIncompleteUnderAPolicyThatNamesNoRoster) {
    Story story({});
    std::string policy = story.policy_text();
    policy.erase(policy.find("roster"), policy.find("quorum") - policy.find("roster"));
    const auto report = report_of(story.bundle(), policy_of(policy));
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    EXPECT_THAT(words_of(report), HasSubstr("names no roster"));
}

TEST(Verify, RefusesALogThatThePolicyDoesNotList) {
    Story story({});
    std::string policy = story.policy_text();
    policy.erase(0, policy.find('\n') + 1);
    const auto report = report_of(story.bundle(), policy_of(policy));
    EXPECT_EQ(claim_of(report, "logs.trusted").status, ClaimStatus::contradicted);
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
}

TEST(Verify, RefusesWhenTheQuorumOfWitnessesIsMissing) {
    Story story({});
    crypto::NoteVerifier witness = story.log_signer("witness.example").verifier();
    witness.type = crypto::NoteKeyType::cosignature;
    std::string policy = "witness W " + crypto::write_vkey(witness) + "\n" + story.policy_text();
    policy.replace(policy.find("quorum none"), 11, "quorum W");
    const auto report = report_of(story.bundle(), policy_of(policy));
    EXPECT_THAT(claim_of(report, "logs.trusted").detail, HasSubstr("quorum not reached"));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
}

// --- one test for each claim that contradicts it, and it alone ---

TEST(Verify, ContradictsACardThatOneKeyDidNotSign) {
    const Story other({.keys = "other keys", .bends = {}});
    Story story = with_parts([&](BundleParts& parts) {
        codec::Note note = *codec::parse_note(parts.cards[1]);
        note.signatures[0] = crypto::sign_note(other.identity_signer("north.example"), note.text);
        parts.cards[1] = codec::write_note(note);
    });
    expect_contradicted(std::move(story), "cards.signed", "signature");
}

TEST(Verify, ContradictsACardThatStandsTwice) {
    expect_contradicted(
        with_parts([](BundleParts& parts) { parts.cards.push_back(parts.cards.back()); }),
        "cards.signed",
        "stands twice");
}

TEST(Verify, ContradictsACardWithAForeignSignatureOnIt) {
    const Story other({.keys = "other keys", .bends = {}});
    Story story = with_parts([&](BundleParts& parts) {
        codec::Note note = *codec::parse_note(parts.cards[2]);
        note.signatures.push_back(crypto::sign_note(other.identity_signer("x.example"), note.text));
        parts.cards[2] = codec::write_note(note);
    });
    expect_contradicted(std::move(story), "cards.signed", "other signatures");
}

TEST(Verify, ContradictsAManifestThatAnotherLogSigned) {
    Story story({});
    const BundleParts parts = story.tell();
    const std::string bundle = *make_bundle(parts, story.log_signer("south.example"));
    const auto report = report_of(bundle, policy_of(story.policy_text()));
    EXPECT_EQ(claim_of(report, "manifest.signed").status, ClaimStatus::contradicted);
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
}

TEST(Verify, ContradictsAManifestOfOtherParts) {
    Story story({});
    const std::string honest = story.bundle();
    Story other = with_parts([](BundleParts& parts) { parts.answers.pop_back(); });
    json::Value value = *json::parse(honest);
    const json::Value bent_value = *json::parse(other.bundle());
    value.as_object()->set("parts", *bent_value.as_object()->find("parts"));
    const auto report = report_of(json::write_canonical(value), policy_of(story.policy_text()));
    EXPECT_EQ(claim_of(report, "manifest.digests").status, ClaimStatus::contradicted);
    EXPECT_THAT(claim_of(report, "manifest.digests").detail, HasSubstr("answers"));
}

TEST(Verify, ContradictsACheckpointThatAnotherKeySigned) {
    Story other({.keys = "other keys", .bends = {}});
    const auto evidence = other.tell().evidence;
    expect_contradicted(with_parts([&](BundleParts& parts) {
                            parts.evidence[1].checkpoint = evidence[1].checkpoint;
                        }),
                        "checkpoints.signed",
                        "north.example");
}

TEST(Verify, ContradictsAStaleCheckpoint) {
    Story* told = nullptr;
    StoryBends bends;
    bends.parts = [&](BundleParts& parts) {
        parts.evidence[1] = told->evidence("north.example", {1, 2}, 2);
    };
    Story story({.bends = bends});
    told = &story;
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
    EXPECT_EQ(claim_of(report, "leaves.included").status, ClaimStatus::contradicted);
    EXPECT_THAT(claim_of(report, "leaves.included").detail, HasSubstr("tree of 2 entries"));
}

TEST(Verify, ContradictsALeafThatIsNotInItsTree) {
    expect_contradicted(
        with_parts([](BundleParts& parts) { parts.evidence[0].leaves[0].index = 0; }),
        "leaves.included",
        "leaf 0 is not in the tree");
    expect_contradicted(with_parts([](BundleParts& parts) {
                            parts.evidence[2].leaves[1].proof.front().mutable_array()[0] ^= 1U;
                        }),
                        "leaves.included",
                        "south.example");
}

TEST(Verify, ContradictsALeafThatStandsTwiceOrNotAtAll) {
    expect_contradicted(with_parts([](BundleParts& parts) {
                            auto& leaves = parts.evidence[1].leaves;
                            leaves.push_back(leaves.back());
                        }),
                        "leaves.included",
                        "not exactly one leaf match.answered");
    expect_contradicted(with_parts([](BundleParts& parts) { parts.evidence[0].leaves.pop_back(); }),
                        "leaves.included",
                        "not exactly one leaf match.result");
}

TEST(Verify, ContradictsLeavesThatDoNotBelongToTheMatch) {
    Story* told = nullptr;
    StoryBends bends;
    bends.parts = [&](BundleParts& parts) {
        parts.evidence[1] = told->evidence("north.example", {0, 1, 2}, 3);
    };
    Story story({.bends = bends});
    told = &story;
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_THAT(claim_of(report, "leaves.included").detail, HasSubstr("do not belong"));
}

TEST(Verify, ContradictsLeavesOfAnotherJob) {
    StoryBends bends;
    bends.decision_event = [](Event& event) { event.job = std::string(32, '8'); };
    expect_contradicted(bent(bends), "leaves.included", "another job");
}

TEST(Verify, ContradictsEvidenceThatIsMissingOrNotNeeded) {
    expect_contradicted(with_parts([](BundleParts& parts) { parts.evidence.pop_back(); }),
                        "leaves.included",
                        "south.example: no evidence");
    const auto report = report_of(
        with_parts([](BundleParts& parts) { parts.answers.pop_back(); }).bundle(), std::nullopt);
    EXPECT_THAT(claim_of(report, "leaves.included").detail, HasSubstr("without an answer"));
}

TEST(Verify, ContradictsARequestThatAnotherKeySigned) {
    const Story other({.keys = "other keys", .bends = {}});
    Story story = with_parts([&](BundleParts& parts) {
        codec::Note note = *codec::parse_note(parts.request);
        note.signatures = {crypto::sign_note(other.identity_signer("east.example"), note.text)};
        parts.request = codec::write_note(note);
    });
    expect_contradicted(std::move(story), "request.signed", "not signed by the identity key");
}

TEST(Verify, ContradictsARequestToOneself) {
    StoryBends bends;
    bends.request = [](SignedRequest& request) {
        request.recipients = {"east.example", "north.example", "south.example"};
    };
    bends.parts = [](BundleParts& parts) { parts.answers.erase(parts.answers.begin()); };
    const auto report = report_of(bent(bends).bundle(), std::nullopt);
    EXPECT_THAT(claim_of(report, "request.signed").detail, HasSubstr("asks itself"));
}

TEST(Verify, ContradictsALoggedRequestWithAnotherQuery) {
    StoryBends bends;
    bends.requested = [](MatchRequestedData& data) { data.query_commitment = Hash32(); };
    expect_contradicted(bent(bends), "query.committed", "another request");
}

TEST(Verify, ContradictsAResultLoggedBeforeTheRequest) {
    StoryBends bends;
    bends.result_before_request = true;
    expect_contradicted(bent(bends), "query.committed", "before the request");
}

TEST(Verify, ContradictsAMissingInstitution) {
    Story story = with_parts([](BundleParts& parts) {
        parts.answers.pop_back();
        parts.evidence.pop_back();
    });
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
    EXPECT_EQ(claim_of(report, "answers.complete").status, ClaimStatus::contradicted);
    EXPECT_THAT(claim_of(report, "answers.complete").detail,
                HasSubstr("no answer of south.example"));
}

TEST(Verify, LeavesAnInstitutionOpenThatTheResultCallsSilent) {
    StoryBends bends;
    bends.result = [](MatchResult& result) {
        result.peers[1] = {"south.example", "unavailable", 0, 0};
        std::erase_if(result.ranking,
                      [](const Ranked& one) { return one.institution == "south.example"; });
    };
    bends.result_leaf = [](MatchResultData& data) { data.answers.pop_back(); };
    bends.parts = [](BundleParts& parts) {
        parts.answers.pop_back();
        parts.evidence.pop_back();
    };
    Story story({.bends = bends});
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete) << words_of(report);
    EXPECT_THAT(words_of(report), HasSubstr("south.example did not answer"));
}

TEST(Verify, ContradictsAnAnswerThatItsOwnerDidNotLog) {
    StoryBends bends;
    bends.answer_after = [](Answer& answer) {
        if (answer.institution == "north.example") {
            answer.opened.front().score += 1;
        }
    };
    expect_contradicted(bent(bends), "answers.logged", "north.example: the answer is not the one");
}

TEST(Verify, ContradictsAnswersThatWereSwapped) {
    Story story = with_parts(
        [](BundleParts& parts) { std::swap(parts.answers[0].opened, parts.answers[1].opened); });
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
    EXPECT_EQ(claim_of(report, "answers.logged").status, ClaimStatus::contradicted);
}

TEST(Verify, ContradictsAnAnswerToAnotherRequest) {
    StoryBends bends;
    bends.answer = [](Answer& answer) { answer.request = Hash32(); };
    expect_contradicted(bent(bends), "answers.logged", "another request");
}

TEST(Verify, ContradictsAnAnswerLoggedBeforeTheDecision) {
    StoryBends bends;
    bends.answer_before_decision = true;
    expect_contradicted(bent(bends), "decisions.first", "before the decision");
}

TEST(Verify, ContradictsADecisionThatDoesNotGrant) {
    StoryBends denied;
    denied.decision = [](MatchDecisionData& data) { data.granted = false; };
    expect_contradicted(bent(denied), "decisions.first", "does not grant");
    StoryBends failed;
    failed.decision = [](MatchDecisionData& data) { data.rules[0].outcome = Outcome::fails; };
    expect_contradicted(bent(failed), "decisions.first", "does not grant");
    StoryBends without_rules;
    without_rules.decision = [](MatchDecisionData& data) { data.rules.clear(); };
    expect_contradicted(bent(without_rules), "decisions.first", "does not grant");
}

TEST(Verify, ContradictsADecisionAboutAnotherRequestTimeOrSlots) {
    StoryBends other;
    other.decision = [](MatchDecisionData& data) { data.requester = "south.example"; };
    expect_contradicted(bent(other), "decisions.first", "another request");
    StoryBends late;
    late.decision_event = [](Event& event) { event.time.seconds += 601; };
    expect_contradicted(bent(late), "decisions.first", "expired");
    StoryBends unnamed;
    unnamed.answered = [](MatchAnsweredData& data) { data.decision = Hash32(); };
    expect_contradicted(bent(unnamed), "decisions.first", "another decision");
    StoryBends slots;
    slots.decision = [](MatchDecisionData& data) { data.slots_root = Hash32(); };
    expect_contradicted(bent(slots), "decisions.first", "other slots");
}

TEST(Verify, ContradictsASlotThatWasOpenedAlthoughDenied) {
    StoryBends bends;
    bends.answer = [](Answer& answer) {
        answer.opened.front().record.permitted = false;
        answer.opened.front().record.rules = {"consent.purpose"};
    };
    expect_contradicted(bent(bends), "slots.permitted", "slot 0 was opened although it was denied");
}

TEST(Verify, ContradictsASlotThatTheDecisionDidNotPermit) {
    StoryBends bends;
    std::vector<SlotRecord> kept;
    bends.slots = [&](std::vector<SlotRecord>& slots) { kept = slots; };
    bends.answer = [&](Answer& answer) {
        SlotRecord denied = kept.at(1);
        denied.permitted = true;
        denied.rules.clear();
        answer.opened.back() = {denied, *slot_proof(kept, 1), answer.opened.back().score};
    };
    expect_contradicted(bent(bends), "slots.permitted", "slot 1 is not in the slots root");
}

TEST(Verify, ContradictsSlotsOpenedTwiceOutOfOrderOrTooMany) {
    StoryBends twice;
    twice.answer = [](Answer& answer) { answer.opened.back() = answer.opened.front(); };
    expect_contradicted(bent(twice), "slots.permitted", "opened twice");
    StoryBends order;
    order.answer = [](Answer& answer) { std::swap(answer.opened[0], answer.opened[1]); };
    expect_contradicted(bent(order), "slots.permitted", "not in order");
    StoryBends many;
    many.request = [](SignedRequest& request) { request.top = 1; };
    expect_contradicted(bent(many), "slots.permitted", "more slots");
}

TEST(Verify, ContradictsARankingThatIsNotTheMerge) {
    StoryBends dropped;
    dropped.result = [](MatchResult& result) { result.ranking.pop_back(); };
    expect_contradicted(bent(dropped), "result.merged", "not the merge");
    StoryBends raised;
    raised.result = [](MatchResult& result) { result.ranking.back().score = 1000; };
    expect_contradicted(bent(raised), "result.merged", "not the merge");
    StoryBends misreported;
    misreported.result = [](MatchResult& result) { result.peers[0].permitted = 1; };
    expect_contradicted(bent(misreported), "result.merged", "misreports north.example");
    StoryBends other_purpose;
    other_purpose.result = [](MatchResult& result) { result.top = 9; };
    expect_contradicted(bent(other_purpose), "result.merged", "another request");
}

TEST(Verify, ContradictsAResultThatWasNotLogged) {
    StoryBends bends;
    bends.result_leaf = [](MatchResultData& data) { data.result = Hash32(); };
    expect_contradicted(bent(bends), "result.logged", "another result");
    StoryBends answers;
    answers.result_leaf = [](MatchResultData& data) { data.answers.pop_back(); };
    expect_contradicted(bent(answers), "result.logged", "another result");
}

TEST(Verify, WritesItsReportAsJson) {
    const json::Value value = to_json(report_of(Story({}).bundle(), std::nullopt));
    const json::Object& report = *value.as_object();
    EXPECT_EQ(*report.find("verdict")->as_string(), "signers_not_established");
    EXPECT_EQ(report.find("claims")->as_array()->size(), 15U);
    EXPECT_EQ(*report.find("subject")->as_string(), "bundle");
}

}  // namespace
}  // namespace mednexus::service
