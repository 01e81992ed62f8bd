#include "mednexus/service/internal/claims.hpp"

#include <algorithm>

namespace mednexus::service::internal {

namespace {

bool contains(const ClaimNames& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void Claims::add(std::string_view claim, ClaimStatus status, std::string detail) {
    claims_.push_back({std::string(claim), status, std::move(detail)});
}

bool Claims::lacks_ground(std::string_view claim, const ClaimNames& grounds) {
    const auto failed = std::find_if(claims_.begin(), claims_.end(), [&](const Claim& one) {
        return contains(grounds, one.claim) && one.status != ClaimStatus::proven;
    });
    if (failed == claims_.end()) {
        return false;
    }
    add(claim, ClaimStatus::not_proven, "rests on " + failed->claim);
    return true;
}

void Claims::decide(std::string_view claim,
                    const ClaimNames& grounds,
                    const std::function<Problem()>& problem,
                    std::string detail) {
    if (lacks_ground(claim, grounds)) {
        return;
    }
    if (Problem found = problem()) {
        add(claim, ClaimStatus::contradicted, *std::move(found));
    } else {
        add(claim, ClaimStatus::proven, std::move(detail));
    }
}

bool Claims::has(ClaimStatus status) const {
    return std::any_of(
        claims_.begin(), claims_.end(), [&](const Claim& one) { return one.status == status; });
}

VerificationVerdict Claims::verdict(bool has_policy, const ClaimNames& trust) const {
    if (has(ClaimStatus::contradicted)) {
        return VerificationVerdict::refused;
    }
    if (!has(ClaimStatus::not_proven)) {
        return VerificationVerdict::accepted;
    }
    const bool lacks_trust_only =
        std::all_of(claims_.begin(), claims_.end(), [&](const Claim& one) {
            return one.status == ClaimStatus::proven || contains(trust, one.claim);
        });
    return !has_policy && lacks_trust_only ? VerificationVerdict::signers_not_established
                                           : VerificationVerdict::incomplete;
}

VerificationReport Claims::report(std::string_view subject,
                                  bool has_policy,
                                  const ClaimNames& trust,
                                  std::vector<std::string> not_shown) && {
    const VerificationVerdict decided = verdict(has_policy, trust);
    return {.subject = std::string(subject),
            .verdict = decided,
            .claims = std::move(claims_),
            .not_shown = std::move(not_shown)};
}

}  // namespace mednexus::service::internal
