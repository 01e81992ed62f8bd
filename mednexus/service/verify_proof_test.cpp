#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/ledger/tlog_proof.hpp"
#include "mednexus/service/internal/bundle_story.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service {
namespace {

using internal::Story;

/// A receipt for the second leaf of a told story's owner.
ledger::TlogProof receipt(Story& story) {
    const LogEvidence evidence = story.tell().evidence.at(1);
    const LogLeaf& leaf = evidence.leaves.at(1);
    return {.extra = leaf.entry,
            .index = leaf.index,
            .path = leaf.proof,
            .checkpoint_note = evidence.checkpoint};
}

std::optional<ledger::TrustPolicy> policy_of(const Story& story) {
    return *ledger::parse_trust_policy(story.policy_text());
}

VerificationReport report_of(const ledger::TlogProof& proof,
                             const std::optional<ledger::TrustPolicy>& policy) {
    const auto report = verify_tlog_proof(write_tlog_proof(proof), policy);
    EXPECT_TRUE(report) << report.error().what;
    return report ? *report : VerificationReport{};
}

TEST(VerifyProof, AcceptsAReceiptUnderThePolicy) {
    Story story({});
    const auto report = report_of(receipt(story), policy_of(story));
    EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
    EXPECT_THAT(report.claims[0].detail, ::testing::HasSubstr("an event match.answered"));
}

TEST(VerifyProof, SaysSignersNotEstablishedWithoutAPolicy) {
    Story story({});
    EXPECT_EQ(words_of(report_of(receipt(story), std::nullopt)),
              "consistent, signers not established");
}

TEST(VerifyProof, RefusesOtherKeys) {
    Story story({});
    const Story other({.keys = "other keys", .bends = {}});
    EXPECT_EQ(report_of(receipt(story), policy_of(other)).verdict, VerificationVerdict::refused);
}

TEST(VerifyProof, RefusesAnotherEntry) {
    Story story({});
    ledger::TlogProof proof = receipt(story);
    proof.extra->back() ^= 1U;
    EXPECT_EQ(report_of(proof, policy_of(story)).verdict, VerificationVerdict::refused);
}

TEST(VerifyProof, IsIncompleteWithoutTheEntry) {
    Story story({});
    ledger::TlogProof proof = receipt(story);
    proof.extra.reset();
    EXPECT_EQ(report_of(proof, policy_of(story)).verdict, VerificationVerdict::incomplete);
}

TEST(VerifyFile, TellsBundlesFromReceiptsAndRefusesTheRest) {
    Story story({});
    const std::string bundle = story.bundle();
    Story again({});
    const std::string proof = write_tlog_proof(receipt(again));
    EXPECT_EQ(verify_file(bytes_of(bundle), std::nullopt)->subject, "bundle");
    EXPECT_EQ(verify_file(bytes_of(proof), std::nullopt)->subject, "tlog-proof");
    for (const std::string_view text : {"", "x", "{", "{}", "c2sp.org/tlog-proof@v1\n"}) {
        const auto report = verify_file(bytes_of(text), std::nullopt);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().kind, Kind::invalid);
    }
}

}  // namespace
}  // namespace mednexus::service
