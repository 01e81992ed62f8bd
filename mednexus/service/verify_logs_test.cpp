/// Bundles bent in their cards, manifest, logs or request: one claim is contradicted, and it alone.
#include "mednexus/service/internal/report_checks.hpp"

namespace mednexus::service {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): our own checks
using ::testing::HasSubstr;

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
                        "z-compute.example: no evidence");
    const auto report = report_of(
        with_parts([](BundleParts& parts) { parts.answers.pop_back(); }).bundle(), std::nullopt);
    EXPECT_THAT(claim_of(report, "leaves.included").detail, HasSubstr("no part in the match"));
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

}  // namespace
}  // namespace mednexus::service
