/// Bundles bent in their answers, decisions or result: one claim is contradicted, and it alone.
#include "mednexus/service/internal/report_checks.hpp"

namespace mednexus::service {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): our own checks
using ::testing::HasSubstr;

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

TEST(Verify, ContradictsADecisionByOtherRulesThanThoseOfAJob) {
    const std::vector<std::function<void(std::vector<RuleRecord>&)>> changes{
        [](auto& rules) { rules.pop_back(); },
        [](auto& rules) { rules.erase(rules.begin()); },
        [](auto& rules) { std::swap(rules[1], rules[2]); },
        [](auto& rules) { rules.push_back(rules.back()); },
        [](auto& rules) { rules[3].rule = "request.signed"; },
        [](auto& rules) { rules[3].outcome = Outcome::not_reached; }};
    for (const auto& change : changes) {
        StoryBends bends;
        bends.decision = [&](MatchDecisionData& data) { change(data.rules); };
        expect_contradicted(bent(bends), "decisions.first", "by every rule of a job");
    }
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

TEST(Verify, ContradictsOneCommitmentOrHandleInTwoSlots) {
    StoryBends same;
    same.slots = [](std::vector<SlotRecord>& slots) { slots[2].commitment = slots[0].commitment; };
    expect_contradicted(bent(same), "slots.permitted", "slot 2 has the handle of another");
    StoryBends handle;
    handle.slots = [](std::vector<SlotRecord>& slots) {
        slots[2].commitment = slots[0].commitment;
        slots[2].commitment.mutable_array().back() ^= 1U;
    };
    expect_contradicted(bent(handle), "slots.permitted", "slot 2 has the handle of another");
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

}  // namespace
}  // namespace mednexus::service
