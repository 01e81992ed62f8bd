/// Bundles whose checkpoints are on a chain: what anchors prove under which policy, and each way in
/// which they do not.
#include "mednexus/service/internal/anchor_checks.hpp"

namespace mednexus::service {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): our own checks
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEast = "east.example";
constexpr const char* kNorth = "north.example";

TEST_F(VerifyAnchors, AcceptsAnAnchoredBundleUnderAPolicyThatTrustsABlock) {
    const auto report = report_on(anchored());
    EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
    EXPECT_EQ(report.claims.size(), 25U);
    for (const Claim& one : report.claims) {
        EXPECT_EQ(one.status, ClaimStatus::proven) << one.claim << ": " << one.detail;
    }
    EXPECT_THAT(report.not_shown, Contains(HasSubstr("trusted block is on the chain")));
    EXPECT_THAT(report.not_shown, Contains(HasSubstr("administrator")));
    EXPECT_THAT(report.not_shown, Contains(HasSubstr("state at a decision's block")));
}

TEST_F(VerifyAnchors, TheTrustedBlockMayBeThatOfTheLastAnchor) {
    Story story = anchored();
    const std::string bundle = story.bundle();
    const std::uint64_t last = chain_->chain().height() - 2;
    const std::string text = story.policy_text();
    EXPECT_EQ(report_of(bundle, policy_of(text + chain_->policy_lines(last))).verdict,
              VerificationVerdict::accepted);
    const auto older = report_of(bundle, policy_of(text + chain_->policy_lines(last - 1)));
    EXPECT_EQ(older.verdict, VerificationVerdict::refused);
    EXPECT_EQ(claim_of(older, "anchors.trusted").detail,
              "z-compute.example: anchored after the policy's trusted block");
}

TEST_F(VerifyAnchors, SpeaksOfNoChainWhenNobodyDoes) {
    const auto report = report_of(Story({}).bundle(), std::nullopt);
    EXPECT_EQ(report.claims.size(), 22U);
    EXPECT_THAT(report.not_shown, Not(Contains(HasSubstr("block"))));
}

TEST_F(VerifyAnchors, ABundleWithoutAnchorsIsIncompleteUnderAPolicyWithAChain) {
    const auto report = report_on(bent(on_chain()));
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    for (const char* claim : {"anchors.included", "anchors.trusted"}) {
        EXPECT_EQ(claim_of(report, claim).status, ClaimStatus::not_proven);
        EXPECT_EQ(claim_of(report, claim).detail, "the bundle carries no anchors");
    }
    EXPECT_EQ(claim_of(report, "decisions.on_chain").status, ClaimStatus::proven);
}

TEST_F(VerifyAnchors, APolicyWithoutAChainLeavesTheTrustedBlockOpen) {
    Story story = anchored();
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    EXPECT_EQ(claim_of(report, "anchors.included").status, ClaimStatus::proven);
    EXPECT_EQ(claim_of(report, "anchors.trusted").detail, "the policy names no chain");
    EXPECT_EQ(claim_of(report, "decisions.on_chain").detail, "the policy names no chain");
}

TEST_F(VerifyAnchors, WithoutAPolicyOnlyTheSignersAndTheChainAreOpen) {
    const auto report = report_of(anchored().bundle(), std::nullopt);
    EXPECT_EQ(report.verdict, VerificationVerdict::signers_not_established);
    EXPECT_EQ(claim_of(report, "anchors.included").status, ClaimStatus::proven);
    EXPECT_EQ(claim_of(report, "anchors.trusted").status, ClaimStatus::not_proven);
    EXPECT_EQ(claim_of(report, "decisions.on_chain").status, ClaimStatus::not_proven);
}

TEST_F(VerifyAnchors, DecisionsOnFilesOrOnAnotherChainAreSaidToBeSo) {
    auto report = report_on(Story({}));
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    EXPECT_EQ(claim_of(report, "decisions.on_chain").status, ClaimStatus::not_proven);
    EXPECT_EQ(claim_of(report, "decisions.on_chain").detail,
              "north.example: its decision names no block of a chain");
    report = report_on(bent(on_chain(16661)));
    EXPECT_EQ(claim_of(report, "decisions.on_chain").status, ClaimStatus::not_proven);
    EXPECT_THAT(claim_of(report, "decisions.on_chain").detail, HasSubstr("chain 16661"));
}

TEST_F(VerifyAnchors, ContradictsAnotherChainContractOrBlockThanThePolicys) {
    expect_not_trusted([&] { return lines_with("chain-id 9107", "chain-id 9108"); },
                       "on chain 9107, the policy names 9108");
    expect_not_trusted(
        [&] {
            const chain::Deployment at = chain_->chain().deployment();
            return lines_with(codec::to_hex(at.anchors.view()), codec::to_hex(at.cases.view()));
        },
        "another contract");
    expect_not_trusted([&] { return chain_->policy_lines(1); }, "not among the headers");
}

TEST_F(VerifyAnchors, ContradictsEventsOfAnotherContract) {
    expect_not_included(
        [&](BundleParts& parts) { parts.anchors->contract = chain_->chain().deployment().cases; },
        "east.example: the receipt holds no anchor of this institution by the contract");
}

TEST_F(VerifyAnchors, ContradictsAnAnchorOfAnotherSizeOrRoot) {
    const auto anchor_other = [](std::uint64_t more, std::uint8_t flip) {
        return [more, flip](BundleParts& parts) {
            AnchorChain other;
            std::map<std::string, std::uint64_t> blocks;
            for (const LogEvidence& one : parts.evidence) {
                const auto note = codec::parse_note(one.checkpoint);
                auto checkpoint = *ledger::parse_checkpoint_text(note->text);
                checkpoint.root.mutable_array()[0] ^= flip;
                blocks[one.institution] =
                    other.anchor(one.institution, checkpoint.size + more, checkpoint.root);
            }
            parts.anchors = other.part(blocks);
        };
    };
    expect_not_included(anchor_other(1, 0), "another state of the log was anchored");
    expect_not_included(anchor_other(0, 1), "another state of the log was anchored");
}

TEST_F(VerifyAnchors, ContradictsHeadersThatAreNotLinked) {
    const std::string detail = "does not name the one before";
    expect_not_included(
        [](BundleParts& parts) { std::swap(parts.anchors->headers[3], parts.anchors->headers[4]); },
        detail);
    expect_not_included(
        [](BundleParts& parts) {
            auto& headers = parts.anchors->headers;
            headers.erase(headers.end() - 2);
        },
        detail);
    expect_not_included(
        [](BundleParts& parts) {
            auto& headers = parts.anchors->headers;
            headers.push_back(headers.back());
        },
        detail);
}

TEST_F(VerifyAnchors, ContradictsAReceiptOfAFailedTransaction) {
    expect_not_included(
        [&](BundleParts& parts) {
            // Same size and another root: the contract calls it an equivocation.
            const std::uint64_t failed = chain_->anchor(kEast, 3, Hash32());
            const BundleAnchors later = chain_->part({{kEast, failed}});
            const std::uint64_t at = parts.anchors->headers.size();
            parts.anchors->headers.push_back(later.headers.front());
            parts.anchors->receipts[0] = later.receipts[0];
            parts.anchors->receipts[0].header = at;
        },
        "east.example: receipt: the transaction failed");
}

TEST_F(VerifyAnchors, ContradictsTheReceiptOfAnotherInstitution) {
    expect_not_included(
        [](BundleParts& parts) {
            auto& receipts = parts.anchors->receipts;
            std::swap(receipts[0].header, receipts[1].header);
            std::swap(receipts[0].proof, receipts[1].proof);
        },
        "east.example: the receipt holds no anchor of this institution");
}

TEST_F(VerifyAnchors, ContradictsAReceiptThatIsMissingOrNotNeeded) {
    expect_not_included(
        [](BundleParts& parts) {
            auto& receipts = parts.anchors->receipts;
            receipts.erase(receipts.begin() + 2);
        },
        "south.example: no anchor of its checkpoint");
    expect_not_included(
        [](BundleParts& parts) {
            auto& receipts = parts.anchors->receipts;
            receipts.push_back(receipts.back());
            receipts.back().institution = "zz.example";
        },
        "zz.example: an anchor without a checkpoint");
}

TEST_F(VerifyAnchors, TheComputingNodesLogNeedNotBeAnchored) {
    const auto report =
        report_on(anchored([](BundleParts& parts) { parts.anchors->receipts.pop_back(); }));
    EXPECT_EQ(claim_of(report, "anchors.included").status, ClaimStatus::proven);
}

TEST_F(VerifyAnchors, ContradictsAProofThatDoesNotLeadToItsHeader) {
    const auto with_receipt = [&](const std::function<void(AnchorReceipt&)>& bend) {
        expect_not_included([&](BundleParts& parts) { bend(parts.anchors->receipts[1]); },
                            std::string(kNorth) + ": ");
    };
    with_receipt([](AnchorReceipt& one) { one.proof.receipt.back() ^= 1U; });
    with_receipt([](AnchorReceipt& one) { one.proof.nodes.front().back() ^= 1U; });
    with_receipt([](AnchorReceipt& one) { one.proof.nodes.push_back(one.proof.nodes.back()); });
    with_receipt([](AnchorReceipt& one) { one.proof.transaction_index += 1; });
    with_receipt([](AnchorReceipt& one) { one.header += 1; });
}

TEST_F(VerifyAnchors, RestsOnTheSignaturesOfTheCheckpoints) {
    Story other({.keys = "other keys", .bends = {}});
    const auto evidence = other.tell().evidence;
    const auto report = report_on(anchored(
        [&](BundleParts& parts) { parts.evidence[1].checkpoint = evidence[1].checkpoint; }));
    EXPECT_EQ(claim_of(report, "checkpoints.signed").status, ClaimStatus::contradicted);
    EXPECT_EQ(claim_of(report, "anchors.included").detail, "rests on checkpoints.signed");
}

TEST_F(VerifyAnchors, RefusesAnchorsThatTheManifestDoesNotListOrThatWereTakenAway) {
    Story story = anchored();
    const std::string good = story.bundle();
    const auto policy = policy_of(story.policy_text() + chain_->policy_lines());
    json::Value without = *json::parse(good);
    json::Object parts = *without.as_object()->find("parts")->as_object();
    json::Object rest;
    for (const auto& [key, value] : parts.members()) {
        if (key != "anchors") {
            rest.set(key, value);
        }
    }
    without.as_object()->set("parts", rest);
    auto report = report_of(json::write_canonical(without), policy);
    EXPECT_EQ(claim_of(report, "manifest.digests").status, ClaimStatus::contradicted);
    json::Value added = *json::parse(bent(on_chain()).bundle());
    added.as_object()->set("parts", parts);
    report = report_of(json::write_canonical(added), policy);
    EXPECT_EQ(claim_of(report, "manifest.digests").detail,
              "the manifest does not list these anchors");
}

TEST_F(VerifyAnchors, AnyChangedByteIsRefused) {
    StoryBends bends = on_chain();
    bends.parts = [&](BundleParts& parts) {
        parts.anchors = chain_->anchor_all(parts.evidence, 1);
    };
    Story story({.names = {"a", "b"}, .slots_each = 1, .bends = bends});
    const std::string good = story.bundle();
    const auto policy = policy_of(story.policy_text() + chain_->policy_lines());
    ASSERT_EQ(report_of(good, policy).verdict, VerificationVerdict::accepted);
    for (std::size_t at = 0; at < good.size(); at += 5) {
        std::string bad = good;
        bad[at] = bad[at] == 'A' ? 'B' : 'A';
        const auto report = verify_bundle(bad, policy);
        EXPECT_TRUE(!report || report->verdict == VerificationVerdict::refused) << "byte " << at;
    }
}

}  // namespace
}  // namespace mednexus::service
