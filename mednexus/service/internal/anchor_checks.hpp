#pragma once
/// A fixture for the tests of anchored bundles.
#include "mednexus/service/internal/report_checks.hpp"
#include "mednexus/service/internal/test_anchors.hpp"

namespace mednexus::service::internal {

class VerifyAnchors : public ::testing::Test {
protected:
    using Bend = std::function<void(BundleParts&)>;

    /// A story whose decisions rest on the chain.
    static StoryBends on_chain(std::uint64_t chain_id = testing::FakeChain::kChainId) {
        StoryBends bends;
        bends.decision = [chain_id](MatchDecisionData& decision) {
            decision.chain =
                ChainEvidence{.chain_id = chain_id, .block = 1, .hash = {}, .time = {1}};
            decision.rules.clear();
            for (const std::string_view rule : job_rules(Basis::chain)) {
                decision.rules.push_back({std::string(rule), Outcome::holds});
            }
        };
        return bends;
    }

    /// The same, anchored, and then bent before the manifest is signed.
    Story anchored(Bend bend = [](BundleParts&) {}) {
        StoryBends bends = on_chain();
        bends.parts = [this, bend = std::move(bend)](BundleParts& parts) {
            chain_ = std::make_unique<AnchorChain>();  // a log is anchored once in each state
            parts.anchors = chain_->anchor_all(parts.evidence);
            bend(parts);
        };
        return bent(std::move(bends));
    }

    /// Under the policy that trusts the newest block.
    VerificationReport report_on(Story story) {
        const std::string bundle = story.bundle();
        return report_of(bundle, policy_of(story.policy_text() + chain_->policy_lines()));
    }

    void expect_not_included(const Bend& bend, const std::string& detail) {
        const auto report = report_on(anchored(bend));
        EXPECT_EQ(report.verdict, VerificationVerdict::refused);
        const Claim& claim = claim_of(report, "anchors.included");
        EXPECT_EQ(claim.status, ClaimStatus::contradicted);
        EXPECT_THAT(claim.detail, ::testing::HasSubstr(detail));
        EXPECT_EQ(claim_of(report, "anchors.trusted").detail, "rests on anchors.included");
    }

    /// The same story under another policy.
    void expect_not_trusted(const std::function<std::string()>& lines, const std::string& detail) {
        Story story = anchored();
        const std::string bundle = story.bundle();
        const auto report = report_of(bundle, policy_of(story.policy_text() + lines()));
        EXPECT_EQ(report.verdict, VerificationVerdict::refused);
        EXPECT_EQ(claim_of(report, "anchors.included").status, ClaimStatus::proven);
        const Claim& claim = claim_of(report, "anchors.trusted");
        EXPECT_EQ(claim.status, ClaimStatus::contradicted);
        EXPECT_THAT(claim.detail, ::testing::HasSubstr(detail));
    }

    std::string lines_with(const std::string& old_text, const std::string& new_text) {
        std::string lines = chain_->policy_lines();
        lines.replace(lines.find(old_text), old_text.size(), new_text);
        return lines;
    }

    std::unique_ptr<AnchorChain> chain_ = std::make_unique<AnchorChain>();
};

}  // namespace mednexus::service::internal
