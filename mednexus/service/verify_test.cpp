#include "mednexus/service/verify.hpp"

#include "mednexus/service/internal/report_checks.hpp"

namespace mednexus::service {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): our own checks
using ::testing::HasSubstr;

TEST(Verify, AcceptsAWellFormedBundleUnderItsPolicy) {
    for (const std::size_t institutions : {2U, 3U}) {
        StoryOptions options;
        options.names.resize(institutions);
        Story story(options);
        const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
        EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
        EXPECT_EQ(report.claims.size(), 22U);
        for (const Claim& one : report.claims) {
            EXPECT_EQ(one.status, ClaimStatus::proven) << one.claim << ": " << one.detail;
        }
        EXPECT_THAT(report.not_shown,
                    ::testing::Contains(HasSubstr("decryption shares are honest")));
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

TEST(Verify, WritesItsReportAsJson) {
    const json::Value value = to_json(report_of(Story({}).bundle(), std::nullopt));
    const json::Object& report = *value.as_object();
    EXPECT_EQ(*report.find("verdict")->as_string(), "signers_not_established");
    EXPECT_EQ(report.find("claims")->as_array()->size(), 22U);
    EXPECT_EQ(*report.find("subject")->as_string(), "bundle");
}

}  // namespace
}  // namespace mednexus::service
