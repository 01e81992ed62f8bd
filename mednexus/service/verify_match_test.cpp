/// Bundles bent in their answers, decisions or result: one claim is contradicted, and it alone.
#include "mednexus/service/internal/report_checks.hpp"

namespace mednexus::service {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): our own checks
using ::testing::HasSubstr;

TEST(Verify, ContradictsAMissingInstitution) {
    Story story = with_parts([](BundleParts& parts) {
        parts.answers.pop_back();
        parts.evidence.erase(parts.evidence.begin() + 2);
    });
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
    EXPECT_EQ(claim_of(report, "answers.complete").status, ClaimStatus::contradicted);
    EXPECT_THAT(claim_of(report, "answers.complete").detail,
                HasSubstr("no answer of south.example"));
}

TEST(Verify, ContradictsAnAnswerThatItsOwnerDidNotLog) {
    StoryBends bends;
    bends.answer_after = [](Answer& answer) {
        if (answer.institution == "north.example") {
            answer.openings.front().share = Hash32();
        }
    };
    expect_contradicted(bent(bends), "answers.logged", "north.example: the answer is not the one");
}

TEST(Verify, ContradictsAnswersThatWereSwapped) {
    Story story = with_parts([](BundleParts& parts) {
        std::swap(parts.answers[0].openings, parts.answers[1].openings);
    });
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

TEST(Verify, ContradictsASlotThatWasRankedAlthoughDeniedOrClosed) {
    StoryBends denied;
    denied.result = [](ResultPackage& result) {
        result.ranking.front().record.permitted = false;
        result.ranking.front().record.rules = {"consent.purpose"};
    };
    expect_contradicted(
        bent(denied), "slots.permitted", "slot 0 was ranked although it was denied");
    ResultPackage open;
    StoryBends honest;
    honest.result = [&](ResultPackage& result) { open = result; };
    (void)bent(honest).bundle();
    StoryBends closed;
    closed.answer = [](Answer& answer) { answer.closed = {2}; };
    closed.result = [&](ResultPackage& result) { result.ranking.back() = open.ranking.back(); };
    expect_contradicted(bent(closed), "slots.permitted", "although its owner closed it");
}

TEST(Verify, AcceptsSlotsThatWereClosedAfterTheDecision) {
    StoryBends bends;
    bends.answer = [](Answer& answer) { answer.closed = {2}; };
    Story story = bent(bends);
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
}

TEST(Verify, ContradictsASlotThatTheDecisionDidNotPermit) {
    StoryBends bends;
    std::vector<SlotRecord> kept;
    bends.slots = [&](std::vector<SlotRecord>& slots) { kept = slots; };
    bends.result = [&](ResultPackage& result) {
        RankedSlot& last = result.ranking.back();
        last.record = kept.at(1);
        last.record.permitted = true;
        last.record.rules.clear();
        last.proof = *slot_proof(slot_leaves(kept), 1);
        last.institution = "south.example";
        std::sort(result.ranking.begin(), result.ranking.end(), &is_ranked_before);
    };
    expect_contradicted(bent(bends), "slots.permitted", "slot 1 is not in the slots root");
}

TEST(Verify, ContradictsASlotOutsideOfItsOwnersIndex) {
    StoryBends bends;
    bends.slots = [](std::vector<SlotRecord>& slots) { slots[0].batch = std::string(32, '9'); };
    expect_contradicted(bent(bends), "slots.permitted", "sits in no batch of its owner's index");
}

TEST(Verify, ContradictsOneCommitmentHandleOrPlaceInTwoSlots) {
    StoryBends same;
    same.slots = [](std::vector<SlotRecord>& slots) { slots[2].commitment = slots[0].commitment; };
    expect_contradicted(bent(same), "slots.permitted", "slot 2 has the handle of another");
    StoryBends handle;
    handle.slots = [](std::vector<SlotRecord>& slots) {
        slots[2].commitment = slots[0].commitment;
        slots[2].commitment.mutable_array().back() ^= 1U;
    };
    expect_contradicted(bent(handle), "slots.permitted", "slot 2 has the handle of another");
    StoryBends place;
    place.slots = [](std::vector<SlotRecord>& slots) { slots[2].position = slots[0].position; };
    expect_contradicted(bent(place), "slots.permitted", "slot 2 sits in the place of another");
}

TEST(Verify, ContradictsASlotThatStandsTwiceOrOfAStranger) {
    StoryBends twice;
    twice.result = [](ResultPackage& result) {
        result.ranking.back() = result.ranking[result.ranking.size() - 2];
    };
    const auto report = report_of(bent(twice).bundle(), std::nullopt);
    EXPECT_THAT(claim_of(report, "slots.permitted").detail, HasSubstr("ranked twice"));
    StoryBends stranger;
    stranger.result = [](ResultPackage& result) {
        result.ranking.back().institution = "west.example";
    };
    expect_contradicted(bent(stranger), "slots.permitted", "west.example: ranked");
}

TEST(Verify, ContradictsARankingOutOfOrderOrOfAnotherLength) {
    StoryBends dropped;
    dropped.result = [](ResultPackage& result) { result.ranking.pop_back(); };
    expect_contradicted(bent(dropped), "result.package", "not as long");
    StoryBends raised;
    raised.result = [](ResultPackage& result) { result.ranking.back().score = 1000; };
    expect_contradicted(bent(raised), "result.package", "not in order");
    StoryBends top;
    top.request = [](SignedRequest& request) { request.top = 1; };
    Story story = bent(top);
    EXPECT_EQ(report_of(story.bundle(), policy_of(story.policy_text())).verdict,
              VerificationVerdict::accepted);
}

TEST(Verify, ContradictsAPackageThatMisreportsTheOtherParts) {
    const auto with_result = [](const std::function<void(ResultPackage&)>& bend) {
        StoryBends bends;
        bends.result = bend;
        return bent(bends);
    };
    expect_contradicted(with_result([](ResultPackage& result) { result.top = 9; }),
                        "result.package",
                        "another request");
    for (const auto& bend : std::vector<std::function<void(Computation&)>>{
             [](auto& made) { made.data_root = Hash32(); },
             [](auto& made) { made.ring = Hash32(); },
             [](auto& made) { made.epoch = 2; },
             [](auto& made) { made.batches += 1; },
             [](auto& made) { made.indexes.pop_back(); },
             [](auto& made) { made.compute = "north.example"; }}) {
        expect_contradicted(with_result([&](ResultPackage& result) { bend(result.computation); }),
                            "result.package",
                            "what was computed");
    }
    expect_contradicted(
        with_result([](ResultPackage& result) { result.checks[1].linear_repetitions = 3; }),
        "result.package",
        "who checked");
    expect_contradicted(
        with_result([](ResultPackage& result) { result.checks.erase(result.checks.begin()); }),
        "result.package",
        "who checked");
    expect_contradicted(
        with_result([](ResultPackage& result) { result.decisions[0].not_permitted = 0; }),
        "result.package",
        "what was decided");
    expect_contradicted(
        with_result([](ResultPackage& result) { result.decisions[1].rules.pop_back(); }),
        "result.package",
        "what was decided");
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
