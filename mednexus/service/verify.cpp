#include "mednexus/service/verify.hpp"

#include <algorithm>

#include "mednexus/ledger/tlog_proof.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/internal/claims.hpp"

namespace mednexus::service {

using internal::Claims;

namespace {

void decide_entry(Claims& claims, const ledger::TlogProof& proof) {
    if (!proof.extra) {
        claims.add("entry.included",
                   ClaimStatus::not_proven,
                   "the file does not carry the entry (no extra line)");
        return;
    }
    const auto checkpoint = check_inclusion(proof, ledger::kRfc6962.leaf(*proof.extra));
    if (!checkpoint) {
        claims.add("entry.included", ClaimStatus::contradicted, checkpoint.error().what);
        return;
    }
    const auto event = parse_event(*proof.extra);
    claims.add("entry.included",
               ClaimStatus::proven,
               "entry " + std::to_string(proof.index) + " of " + checkpoint->origin + " (size " +
                   std::to_string(checkpoint->size) + ")" +
                   (event ? ", an event " + std::string(name_of(event->kind)) : std::string()));
}

void decide_proof_trust(Claims& claims,
                        const ledger::TlogProof& proof,
                        const std::optional<ledger::TrustPolicy>& policy) {
    constexpr std::string_view kClaim = "checkpoint.trusted";
    if (!policy) {
        claims.add(kClaim, ClaimStatus::not_proven, "no trust policy was given");
        return;
    }
    const auto trusted = open_trusted_checkpoint(*policy, proof.checkpoint_note);
    if (trusted) {
        claims.add(kClaim, ClaimStatus::proven, "signed by a log that the policy lists");
    } else {
        claims.add(kClaim, ClaimStatus::contradicted, trusted.error().what);
    }
}

/// The first claim of this status with its detail.
std::string first_of(const VerificationReport& report, ClaimStatus status) {
    const auto found = std::find_if(report.claims.begin(),
                                    report.claims.end(),
                                    [&](const Claim& one) { return one.status == status; });
    return found == report.claims.end() ? std::string() : found->claim + ": " + found->detail;
}

}  // namespace

std::string_view name_of(ClaimStatus status) noexcept {
    switch (status) {
        case ClaimStatus::proven:
            return "proven";
        case ClaimStatus::not_proven:
            return "not_proven";
        case ClaimStatus::contradicted:
            break;
    }
    return "contradicted";
}

std::string_view name_of(VerificationVerdict verdict) noexcept {
    switch (verdict) {
        case VerificationVerdict::accepted:
            return "accepted";
        case VerificationVerdict::signers_not_established:
            return "signers_not_established";
        case VerificationVerdict::incomplete:
            return "incomplete";
        case VerificationVerdict::refused:
            break;
    }
    return "refused";
}

json::Value to_json(const VerificationReport& report) {
    json::Array claims;
    for (const Claim& one : report.claims) {
        json::Object claim;
        claim.set("claim", one.claim);
        claim.set("status", name_of(one.status));
        claim.set("detail", one.detail);
        claims.emplace_back(std::move(claim));
    }
    json::Array not_shown;
    for (const std::string& one : report.not_shown) {
        not_shown.emplace_back(one);
    }
    json::Object out;
    out.set("subject", report.subject);
    out.set("verdict", name_of(report.verdict));
    out.set("words", words_of(report));
    out.set("claims", std::move(claims));
    out.set("not_shown", std::move(not_shown));
    return out;
}

std::string words_of(const VerificationReport& report) {
    switch (report.verdict) {
        case VerificationVerdict::accepted:
            return "accepted: every claim is proven";
        case VerificationVerdict::signers_not_established:
            return "consistent, signers not established";
        case VerificationVerdict::incomplete:
            return "incomplete: " + first_of(report, ClaimStatus::not_proven);
        case VerificationVerdict::refused:
            break;
    }
    return "refused: " + first_of(report, ClaimStatus::contradicted);
}

Result<VerificationReport> verify_tlog_proof(std::string_view text,
                                             const std::optional<ledger::TrustPolicy>& policy) {
    MN_TRY(const ledger::TlogProof proof, ledger::parse_tlog_proof(text));
    Claims claims;
    decide_entry(claims, proof);
    decide_proof_trust(claims, proof, policy);
    return std::move(claims).report(
        "tlog-proof",
        policy.has_value(),
        {"checkpoint.trusted"},
        {"that what the entry says is true",
         "when it was written",
         "that the log shows everybody the same tree, unless witnesses cosigned it"});
}

Result<VerificationReport> verify_file(BytesView bytes,
                                       const std::optional<ledger::TrustPolicy>& policy) {
    const std::string_view text = text_of(bytes);
    if (text.starts_with("c2sp.org/tlog-proof@")) {
        return verify_tlog_proof(text, policy);
    }
    if (text.starts_with("{")) {
        return verify_bundle(text, policy);
    }
    return fail(Kind::invalid, "verify: neither a bundle nor a tlog-proof");
}

}  // namespace mednexus::service
