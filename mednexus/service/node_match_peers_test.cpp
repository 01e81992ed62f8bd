/// What an asker refuses of one answer, before it keeps it: each way to lie that a bundle would
/// show.
#include "mednexus/service/internal/bundle_story.hpp"
#include "mednexus/service/internal/match_steps.hpp"
#include "mednexus/service/internal/test_match_world.hpp"

namespace mednexus::service::internal {
namespace {

Result<void> check_as(const BundleParts& parts, const LogEvidence& evidence, const Card& card) {
    MatchDocuments documents;
    documents.consortium = *parse_consortium(parts.consortium);
    documents.keys = *parse_keys(parts.keys);
    for (const std::string& note : parts.indexes) {
        documents.indexes.push_back(*parse_index(note));
    }
    documents.outputs = *parse_outputs(parts.outputs);
    return check_answer(
        parts.answers.at(0), evidence, card, documents, *parse_request(parts.request));
}

/// Checks the answer of the story's first owner, as its asker would.
Result<void> check(Story story) {
    const BundleParts parts = story.tell();
    const auto card = parse_card(story.card_of(kNorth));
    EXPECT_TRUE(card);
    return check_as(parts, parts.evidence.at(1), *card);
}

void expect_lie(StoryBends bends, const std::string& what) {
    const auto checked = check(Story({.bends = std::move(bends)}));
    ASSERT_FALSE(checked) << what;
    EXPECT_EQ(checked.error().kind, Kind::corrupt);
    EXPECT_THAT(checked.error().what,
                ::testing::StartsWith("peer " + std::string(kNorth) + ": answer: "));
    EXPECT_THAT(checked.error().what, ::testing::HasSubstr(what));
}

TEST(CheckAnswer, TakesAnHonestOne) {
    const auto checked = check(Story({}));
    EXPECT_TRUE(checked) << checked.error().what;
}

TEST(CheckAnswer, RefusesAnotherInstitutionOrRequest) {
    StoryBends west;
    west.answer = [](Answer& answer) { answer.institution = kWest; };
    expect_lie(west, "another institution");
    StoryBends request;
    request.answer = [](Answer& answer) { answer.request = Hash32(); };
    expect_lie(request, "another request");
    StoryBends job;
    job.decision_event = [](Event& event) { event.job = std::string(32, '8'); };
    expect_lie(job, "another job");
}

TEST(CheckAnswer, RefusesEvidenceOfALogThatIsNotThePeers) {
    Story story({});
    const BundleParts parts = story.tell();
    const auto card = parse_card(Story({.keys = "other keys", .bends = {}}).card_of(kNorth));
    const auto signed_by_other = check_as(parts, parts.evidence.at(1), *card);
    EXPECT_EQ(signed_by_other.error().kind, Kind::corrupt);
    const auto north = parse_card(story.card_of(kNorth));
    const auto of_south = check_as(parts, parts.evidence.at(2), *north);
    EXPECT_THAT(of_south.error().what, ::testing::HasSubstr("another institution"));
}

TEST(CheckAnswer, RefusesLeavesThatAreNotADecisionAndAnAnswer) {
    StoryBends kind;
    kind.decision_event = [](Event& event) { event.kind = EventKind::plaintext_read; };
    expect_lie(kind, "not exactly one leaf decision");
    StoryBends missing;
    missing.parts = [](BundleParts& parts) { parts.evidence.at(1).leaves.pop_back(); };
    expect_lie(missing, "not exactly one leaf match.answered");
    StoryBends proof;
    proof.parts = [](BundleParts& parts) { parts.evidence.at(1).leaves.at(0).index = 0; };
    expect_lie(proof, "not in the tree");
    StoryBends text;
    text.parts = [](BundleParts& parts) {
        parts.evidence.at(1).leaves.at(0).entry = to_bytes(std::string_view("{}"));
    };
    expect_lie(text, "event");
}

TEST(CheckAnswer, RefusesADecisionThatDoesNotGrantOrIsAboutOtherSlots) {
    StoryBends denied;
    denied.decision = [](MatchDecisionData& data) { data.granted = false; };
    expect_lie(denied, "does not grant");
    StoryBends rules;
    rules.decision = [](MatchDecisionData& data) { data.rules.pop_back(); };
    expect_lie(rules, "every rule of a job");
    StoryBends root;
    root.decision = [](MatchDecisionData& data) { data.slots_root = Hash32(); };
    expect_lie(root, "other slots");
    StoryBends counts;
    counts.decision = [](MatchDecisionData& data) { data.count += 1; };
    expect_lie(counts, "other slots");
    StoryBends late;
    late.answer_before_decision = true;
    expect_lie(late, "");
}

TEST(CheckAnswer, RefusesAnAnswerThatWasNotLogged) {
    StoryBends bends;
    bends.answer_after = [](Answer& answer) { answer.openings.front().share = Hash32(); };
    expect_lie(bends, "not the one that its owner logged");
}

TEST(CheckAnswer, RefusesOneThatCheckedOtherOutputsOrOpenedOtherBatches) {
    StoryBends outputs;
    outputs.answer = [](Answer& answer) { answer.outputs = Hash32(); };
    expect_lie(outputs, "checked other outputs");
    StoryBends root;
    root.answer = [](Answer& answer) { answer.checks.data_root = Hash32(); };
    expect_lie(root, "another data root");
    StoryBends batch;
    batch.answer = [](Answer& answer) { answer.openings.pop_back(); };
    expect_lie(batch, "not one for each batch");
}

}  // namespace
}  // namespace mednexus::service::internal
