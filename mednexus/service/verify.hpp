#pragma once
/// Offline verification: which claims of a bundle or receipt are proven, to whom, and what they do
/// not show. Pure: no clock, no disk, no network. Source: docs/formats/mnx.md section 8.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/ledger/trust_policy.hpp"

namespace mednexus::service {

enum class ClaimStatus : std::uint8_t { proven, not_proven, contradicted };
enum class VerificationVerdict : std::uint8_t {
    accepted,                 ///< every claim is proven
    signers_not_established,  ///< consistent, but no policy says whose keys these are
    incomplete,               ///< nothing contradicted, something not proven
    refused                   ///< something contradicted
};

[[nodiscard]] std::string_view name_of(ClaimStatus status) noexcept;
[[nodiscard]] std::string_view name_of(VerificationVerdict verdict) noexcept;

struct Claim {
    std::string claim;  ///< e.g. "answers.logged"
    ClaimStatus status = ClaimStatus::not_proven;
    std::string detail;
};

struct VerificationReport {
    std::string subject;  ///< "bundle" or "tlog-proof"
    VerificationVerdict verdict = VerificationVerdict::refused;
    std::vector<Claim> claims;
    std::vector<std::string> not_shown;
};

/// For `--json`.
[[nodiscard]] json::Value to_json(const VerificationReport& report);

/// The verdict in words, e.g. "consistent, signers not established".
[[nodiscard]] std::string words_of(const VerificationReport& report);

/// Errors   invalid: not a bundle at all (exit 65); everything else is in the report
[[nodiscard]] Result<VerificationReport> verify_bundle(
    std::string_view text, const std::optional<ledger::TrustPolicy>& policy);

/// Verifies a C2SP tlog-proof whose `extra` line is the entry. Errors: invalid, as above.
[[nodiscard]] Result<VerificationReport> verify_tlog_proof(
    std::string_view text, const std::optional<ledger::TrustPolicy>& policy);

/// Looks at the first bytes and takes one of the two. Errors: invalid.
[[nodiscard]] Result<VerificationReport> verify_file(
    BytesView bytes, const std::optional<ledger::TrustPolicy>& policy);

}  // namespace mednexus::service
