#include "mednexus/service/policy.hpp"

#include <algorithm>
#include <array>

#include "mednexus/core/check.hpp"
#include "mednexus/service/internal/rules.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own rules

namespace {

constexpr std::array<std::string_view, 7> kKindNames{
    "rewrap", "opening_share", "lift_key", "model_key", "contact", "plaintext_read", "break_glass"};

constexpr std::array<std::string_view, 14> kJobRules{"kind.supported",
                                                     "requester.known",
                                                     "request.signed",
                                                     "request.not_expired",
                                                     "request.fresh",
                                                     "credential.accredited",
                                                     "credential.active",
                                                     "credential.in_force",
                                                     "credential.card",
                                                     "credential.owner",
                                                     "agreement.signed",
                                                     "agreement.in_force",
                                                     "agreement.purpose",
                                                     "agreement.jurisdiction"};
constexpr auto kJobRulesOfFiles = without_credentials(kJobRules);
constexpr std::array<std::string_view, 8> kConsentRules{"consent.present",
                                                        "consent.signed",
                                                        "consent.on_chain",
                                                        "consent.not_revoked",
                                                        "consent.in_force",
                                                        "consent.purpose",
                                                        "consent.recipient",
                                                        "consent.jurisdiction"};
constexpr std::array<std::string_view, 7> kConsentRulesOfFiles{"consent.present",
                                                               "consent.signed",
                                                               "consent.not_revoked",
                                                               "consent.in_force",
                                                               "consent.purpose",
                                                               "consent.recipient",
                                                               "consent.jurisdiction"};

void check_request(Rules& rules, const ReleaseRequest& request, const Evidence& evidence) {
    rules.check("requester.known",
                evidence.requester_jurisdiction.has_value(),
                "the requester's card is on file here");
    rules.check("request.signed",
                evidence.is_request_signature_valid,
                "the request is signed by the identity key of the requester's card");
    rules.check(
        "request.not_expired",
        evidence.now <= request.expires &&
            request.expires.seconds - evidence.now.seconds <= kRequestLifeSecondsMax,
        "now is " + to_rfc3339(evidence.now) + ", the request ends " + to_rfc3339(request.expires));
    rules.check(
        "request.fresh", evidence.replay == Replay::fresh, "the job id was not used before");
}

/// What the registry says of both institutions; nothing in a home without a chain.
void check_credentials(Rules& rules, const Evidence& evidence) {
    if (!evidence.chain) {
        return;
    }
    const CredentialEvidence& asks = evidence.requester_credential;
    const CredentialEvidence& owns = evidence.owner_credential;
    rules.start_group();
    rules.check("credential.accredited",
                asks.is_accredited,
                "the requester is accredited in the registry, deep enough at block " +
                    std::to_string(evidence.chain->block));
    rules.check_if_open(
        "credential.active",
        [&] { return asks.is_active; },
        "its accreditation is neither suspended nor revoked");
    rules.check_if_open(
        "credential.in_force",
        [&] { return evidence.now < asks.expires; },
        "its accreditation ends " + to_rfc3339(asks.expires));
    rules.check_if_open(
        "credential.card",
        [&] { return asks.is_card_current; },
        "the card on file is the one that the registry names");
    rules.check(
        "credential.owner",
        owns.is_accredited && owns.is_active && owns.is_card_current && evidence.now < owns.expires,
        "this institution's own accreditation is in force");
}

/// Narrows the agreements rule by rule; a rule holds while one is left.
void check_agreement(Rules& rules, const ReleaseRequest& request, const Evidence& evidence) {
    std::vector<AgreementEvidence> left = evidence.agreements;
    const auto narrow = [&left](auto&& keep) {
        return [&left, keep] {
            std::erase_if(left, [&](const AgreementEvidence& one) { return !keep(one); });
            return !left.empty();
        };
    };
    rules.start_group();
    rules.check_if_open("agreement.signed",
                        narrow([&](const AgreementEvidence& one) {
                            return contains(one.parties, request.requester) &&
                                   contains(one.parties, evidence.owner) &&
                                   contains(one.signed_by, request.requester) &&
                                   contains(one.signed_by, evidence.owner);
                        }),
                        "an agreement carries the signatures of both institutions");
    rules.check_if_open(
        "agreement.in_force",
        narrow([&](const AgreementEvidence& one) { return one.period.holds_at(evidence.now); }),
        "it is in force at " + to_rfc3339(evidence.now));
    rules.check_if_open(
        "agreement.purpose",
        narrow([&](const AgreementEvidence& one) { return covers(one.purposes, request.purpose); }),
        "it covers " + std::string(code_of(request.purpose)));
    rules.check_if_open("agreement.jurisdiction",
                        narrow([&](const AgreementEvidence& one) {
                            return evidence.requester_jurisdiction &&
                                   contains(one.jurisdictions, *evidence.requester_jurisdiction) &&
                                   contains(one.jurisdictions, evidence.owner_jurisdiction);
                        }),
                        "it covers the jurisdictions of both institutions");
}

void check_consent(Rules& rules,
                   const ReleaseRequest& request,
                   const Evidence& evidence,
                   const std::optional<ConsentEvidence>& consent) {
    rules.start_group();
    rules.check("consent.present", consent.has_value(), "a consent is on file for the case");
    rules.check_if_open(
        "consent.signed",
        [&] { return consent->is_signature_valid; },
        "it is signed by the key derived for it");
    if (evidence.chain) {
        const bool is_pending = consent && consent->on_chain && consent->on_chain->is_pending;
        rules.check_if_open(
            "consent.on_chain",
            [&] {
                return consent->on_chain &&
                       (consent->on_chain->is_granted || consent->on_chain->is_revoked);
            },
            is_pending ? "its grant is on chain, but not deep enough yet"
                       : "its grant is on chain with the commitment to this document");
    }
    rules.check_if_open(
        "consent.not_revoked",
        [&] {
            const bool is_revoked_on_chain =
                evidence.chain && (!consent->on_chain || consent->on_chain->is_revoked);
            return !consent->is_revoked && !is_revoked_on_chain;
        },
        "it was not revoked");
    rules.check_if_open(
        "consent.in_force",
        [&] {
            const bool has_ended_on_chain =
                evidence.chain &&
                (!consent->on_chain || evidence.now >= consent->on_chain->expires);
            return consent->period.holds_at(evidence.now) && !has_ended_on_chain;
        },
        "it is in force at " + to_rfc3339(evidence.now));
    rules.check_if_open(
        "consent.purpose",
        [&] { return covers(consent->purposes, request.purpose); },
        "it covers " + std::string(code_of(request.purpose)));
    rules.check_if_open(
        "consent.recipient",
        [&] { return contains(consent->recipients, request.requester); },
        "it names the requester as a recipient");
    rules.check_if_open(
        "consent.jurisdiction",
        [&] {
            return evidence.requester_jurisdiction &&
                   contains(consent->jurisdictions, *evidence.requester_jurisdiction);
        },
        "it names the requester's jurisdiction");
}

void check_own_read(Rules& rules, const ReleaseRequest& request, const Evidence& evidence) {
    rules.check("own.institution",
                request.requester == evidence.owner,
                "the reader belongs to the institution that decides");
    rules.check("own.reason", !request.reason.empty(), "a reason is given");
    if (evidence.received_for && !evidence.is_own_object) {
        rules.check("received.purpose",
                    covers(*evidence.received_for, request.purpose),
                    "the case was released to this institution for " +
                        std::string(code_of(*evidence.received_for)));
        return;
    }
    rules.check("own.object", evidence.is_own_object, "the case belongs to this institution");
    rules.check("own.purpose",
                request.purpose == Purpose::clinical_care,
                "the purpose is clinical care (DUO:0000043)");
}

bool is_job(ReleaseKind kind) noexcept {
    return kind == ReleaseKind::rewrap || kind == ReleaseKind::opening_share;
}

}  // namespace

namespace internal {

void check_kind(Rules& rules, const ReleaseRequest& request, bool is_built) {
    rules.check("kind.supported",
                is_built,
                std::string(name_of(request.kind)) +
                    (is_built ? " is decided by the rules below"
                              : " is not decided by these rules and is always refused"));
}

bool are_named(std::span<const RuleOutcome> rules, std::span<const std::string_view> names) {
    return std::equal(
        rules.begin(),
        rules.end(),
        names.begin(),
        names.end(),
        [](const RuleOutcome& one, std::string_view name) { return one.rule == name; });
}

}  // namespace internal

std::span<const std::string_view> job_rules(Basis basis) noexcept {
    return basis == Basis::chain ? std::span<const std::string_view>(kJobRules) : kJobRulesOfFiles;
}

std::span<const std::string_view> consent_rules(Basis basis) noexcept {
    return basis == Basis::chain ? std::span<const std::string_view>(kConsentRules)
                                 : kConsentRulesOfFiles;
}

std::vector<std::string_view> rules_of_case(Basis basis) {
    const auto job = job_rules(basis);
    const auto consent = consent_rules(basis);
    std::vector<std::string_view> out(job.begin(), job.end());
    out.insert(out.end(), consent.begin(), consent.end());
    return out;
}

std::string_view name_of(ReleaseKind kind) noexcept {
    return kKindNames.at(static_cast<std::size_t>(kind));
}

Result<ReleaseKind> parse_release_kind(std::string_view name) {
    const auto* const at = std::find(kKindNames.begin(), kKindNames.end(), name);
    if (at == kKindNames.end()) {
        return fail(Kind::invalid, "release kind: unknown");
    }
    return static_cast<ReleaseKind>(at - kKindNames.begin());
}

std::string_view name_of(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::holds:
            return "holds";
        case Outcome::fails:
            return "fails";
        case Outcome::not_reached:
            break;
    }
    return "not_reached";
}

bool all_hold(std::span<const RuleOutcome> rules) noexcept {
    return !rules.empty() && std::all_of(rules.begin(), rules.end(), [](const RuleOutcome& one) {
        return one.outcome == Outcome::holds;
    });
}

bool Verdict::is_permitted() const noexcept {
    return all_hold(rules);
}

std::vector<std::string_view> Verdict::failed_rules() const {
    std::vector<std::string_view> out;
    for (const RuleOutcome& one : rules) {
        if (one.outcome == Outcome::fails) {
            out.push_back(one.rule);
        }
    }
    return out;
}

Verdict decide_job(const ReleaseRequest& request, const Evidence& evidence) {
    Rules rules;
    check_kind(rules, request, is_job(request.kind));
    check_request(rules, request, evidence);
    check_credentials(rules, evidence);
    check_agreement(rules, request, evidence);
    Verdict verdict{request, rules.take()};
    MN_CHECK(are_named(verdict.rules, job_rules(evidence.basis())));
    return verdict;
}

std::vector<RuleOutcome> decide_slot(const ReleaseRequest& request,
                                     const Evidence& job,
                                     const std::optional<ConsentEvidence>& consent) {
    Rules rules;
    check_consent(rules, request, job, consent);
    std::vector<RuleOutcome> out = rules.take();
    MN_CHECK(are_named(out, consent_rules(job.basis())));
    return out;
}

Verdict decide(const ReleaseRequest& request, const Evidence& evidence) {
    if (request.kind == ReleaseKind::plaintext_read) {
        Rules rules;
        check_kind(rules, request, true);
        check_own_read(rules, request, evidence);
        return {request, rules.take()};
    }
    if (request.kind == ReleaseKind::lift_key) {
        return decide_lift_key(request, evidence);
    }
    Verdict verdict = decide_job(request, evidence);
    for (RuleOutcome& one : decide_slot(request, evidence, evidence.consent)) {
        verdict.rules.push_back(std::move(one));
    }
    return verdict;
}

Verdict decide_own_opening(const ReleaseRequest& request, const Evidence& evidence) {
    Rules rules;
    check_kind(rules, request, request.kind == ReleaseKind::opening_share);
    rules.check("own.institution",
                request.requester == evidence.owner,
                "the share is made for the institution that makes it");
    return {request, rules.take()};
}

RuleOutcome decide_budget(std::span<const RuleOutcome> slot, bool is_left) {
    Rules rules;
    rules.start_group(all_hold(slot));
    rules.check_if_open(
        kBudgetRule,
        [&] { return is_left; },
        "the case may be opened once more in this epoch of the consortium");
    return rules.take().front();
}

std::string explain_denial(const Verdict& verdict) {
    std::string out = "denied by";
    for (const std::string_view rule : verdict.failed_rules()) {
        out += " ";
        out += rule;
    }
    return out;
}

}  // namespace mednexus::service
