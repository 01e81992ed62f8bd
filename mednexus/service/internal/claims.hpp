#pragma once
/// Claims collected in their order. Used by one verification, then gone.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/service/verify.hpp"

namespace mednexus::service::internal {

/// In words, or nothing when nothing contradicts the claim.
using Problem = std::optional<std::string>;
using ClaimNames = std::vector<std::string_view>;

class Claims {
public:
    void add(std::string_view claim, ClaimStatus status, std::string detail);

    /// Decides one claim: `problem` is asked only when every ground, decided before, is proven.
    void decide(std::string_view claim,
                const ClaimNames& grounds,
                const std::function<Problem()>& problem,
                std::string detail);

    /// Adds the claim as not proven, and answers true, when one of the grounds is not proven.
    [[nodiscard]] bool lacks_ground(std::string_view claim, const ClaimNames& grounds);

    /// `trust` names the claims that only a policy can prove.
    [[nodiscard]] VerificationReport report(std::string_view subject,
                                            bool has_policy,
                                            const ClaimNames& trust,
                                            std::vector<std::string> not_shown) &&;

private:
    [[nodiscard]] bool has(ClaimStatus status) const;
    [[nodiscard]] VerificationVerdict verdict(bool has_policy, const ClaimNames& trust) const;

    std::vector<Claim> claims_;
};

}  // namespace mednexus::service::internal
