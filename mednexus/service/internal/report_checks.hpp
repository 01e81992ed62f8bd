#pragma once
/// What the tests of bundles ask of a report.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/bundle_story.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service::internal {

inline std::optional<ledger::TrustPolicy> policy_of(const std::string& text) {
    auto policy = ledger::parse_trust_policy(text);
    EXPECT_TRUE(policy) << policy.error().what;
    return policy ? std::optional(*std::move(policy)) : std::nullopt;
}

inline VerificationReport report_of(const std::string& bundle,
                                    const std::optional<ledger::TrustPolicy>& policy) {
    auto report = verify_bundle(bundle, policy);
    EXPECT_TRUE(report) << report.error().what;
    return report ? *std::move(report) : VerificationReport{};
}

inline const Claim& claim_of(const VerificationReport& report, std::string_view name) {
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
inline void expect_contradicted(Story story, std::string_view claim, std::string_view detail) {
    const auto report = report_of(story.bundle(), policy_of(story.policy_text()));
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
    for (const Claim& one : report.claims) {
        EXPECT_EQ(one.status == ClaimStatus::contradicted, one.claim == claim)
            << one.claim << ": " << one.detail;
    }
    EXPECT_THAT(claim_of(report, claim).detail, ::testing::HasSubstr(std::string(detail)));
    EXPECT_THAT(words_of(report), ::testing::HasSubstr("refused: " + std::string(claim)));
}

inline Story bent(StoryBends bends) {
    return Story({.bends = std::move(bends)});
}

/// A story whose finished parts are bent before the manifest is signed.
inline Story with_parts(std::function<void(BundleParts&)> bend) {
    StoryBends bends;
    bends.parts = std::move(bend);
    return bent(std::move(bends));
}

}  // namespace mednexus::service::internal
