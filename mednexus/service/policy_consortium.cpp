/// The rules of taking part in a consortium. Source: docs/formats/policy.md, "lift_key".
#include <algorithm>
#include <array>

#include "mednexus/core/check.hpp"
#include "mednexus/service/internal/rules.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own rules

namespace {

constexpr std::array<std::string_view, 17> kLiftKeyRules{"kind.supported",
                                                         "requester.known",
                                                         "consortium.member",
                                                         "consortium.own",
                                                         "consortium.signed",
                                                         "consortium.cards",
                                                         "consortium.current",
                                                         "consortium.in_force",
                                                         "consortium.profile",
                                                         "consortium.ring",
                                                         "credential.accredited",
                                                         "credential.active",
                                                         "credential.in_force",
                                                         "credential.card",
                                                         "credential.owner",
                                                         "agreement.signed",
                                                         "agreement.in_force"};
constexpr auto kLiftKeyRulesOfFiles = without_credentials(kLiftKeyRules);

using Members = std::vector<MemberEvidence>;

template <typename Holds>
bool every(const Members& members, Holds&& holds) {
    return !members.empty() && std::all_of(members.begin(), members.end(), holds);
}

const MemberEvidence* find_member(const Members& members, std::string_view name) {
    const auto at = std::find_if(members.begin(), members.end(), [&](const MemberEvidence& one) {
        return one.name == name;
    });
    return at == members.end() ? nullptr : &*at;
}

void check_document(Rules& rules,
                    const ReleaseRequest& request,
                    const Evidence& evidence,
                    const ConsortiumEvidence& of) {
    const MemberEvidence* const own = find_member(of.members, evidence.owner);
    rules.check("consortium.member",
                own != nullptr && find_member(of.members, request.requester) != nullptr,
                "the requester and this institution are members");
    rules.check("consortium.own",
                own != nullptr && own->has_signed,
                "this institution's operator signed the consortium");
    rules.check("consortium.signed",
                every(of.members, [](const MemberEvidence& one) { return one.has_signed; }),
                "every member signed it");
    rules.check(
        "consortium.cards",
        of.is_compute_card_current &&
            every(of.members, [](const MemberEvidence& one) { return one.is_card_current; }),
        "the cards of members and computing node are those on file");
    rules.check("consortium.current",
                of.is_current,
                "it was not ended here, and no later epoch of it has keys");
    rules.check("consortium.in_force",
                of.period.holds_at(evidence.now),
                "it is in force at " + to_rfc3339(evidence.now));
    rules.check("consortium.profile", of.is_own_profile, "its vector profile is the one here");
    rules.check("consortium.ring", of.is_own_ring, "its ring is the one here");
}

/// Nothing in a home without a chain.
void check_credentials(Rules& rules, const Evidence& evidence, const Members& others) {
    if (!evidence.chain) {
        return;
    }
    const auto all = [&](auto&& holds) {
        return every(others, [&](const MemberEvidence& one) { return holds(one.credential); });
    };
    rules.start_group();
    rules.check("credential.accredited",
                all([](const CredentialEvidence& one) { return one.is_accredited; }),
                "every other member is accredited in the registry, deep enough at block " +
                    std::to_string(evidence.chain->block));
    rules.check_if_open(
        "credential.active",
        [&] { return all([](const CredentialEvidence& one) { return one.is_active; }); },
        "no accreditation is suspended or revoked");
    rules.check_if_open(
        "credential.in_force",
        [&] {
            return all([&](const CredentialEvidence& one) { return evidence.now < one.expires; });
        },
        "no accreditation has ended");
    rules.check_if_open(
        "credential.card",
        [&] { return all([](const CredentialEvidence& one) { return one.is_card_current; }); },
        "the cards on file are those that the registry names");
    const CredentialEvidence& own = evidence.owner_credential;
    rules.check(
        "credential.owner",
        own.is_accredited && own.is_active && own.is_card_current && evidence.now < own.expires,
        "this institution's own accreditation is in force");
}

/// An agreement with every other member: one signed by both, and one of these in force.
void check_agreements(Rules& rules, const Evidence& evidence, const Members& others) {
    const auto is_signed = [&](const MemberEvidence& with, const AgreementEvidence& one) {
        return contains(one.parties, with.name) && contains(one.parties, evidence.owner) &&
               contains(one.signed_by, with.name) && contains(one.signed_by, evidence.owner);
    };
    const auto with_all = [&](auto&& holds) {
        return every(others, [&](const MemberEvidence& with) {
            return std::any_of(
                with.agreements.begin(), with.agreements.end(), [&](const AgreementEvidence& one) {
                    return is_signed(with, one) && holds(one);
                });
        });
    };
    rules.start_group();
    rules.check("agreement.signed",
                with_all([](const AgreementEvidence&) { return true; }),
                "an agreement with every other member carries both signatures");
    rules.check_if_open(
        "agreement.in_force",
        [&] {
            return with_all(
                [&](const AgreementEvidence& one) { return one.period.holds_at(evidence.now); });
        },
        "one with each is in force at " + to_rfc3339(evidence.now));
}

}  // namespace

std::span<const std::string_view> lift_key_rules(Basis basis) noexcept {
    return basis == Basis::chain ? std::span<const std::string_view>(kLiftKeyRules)
                                 : kLiftKeyRulesOfFiles;
}

namespace internal {

Verdict decide_lift_key(const ReleaseRequest& request, const Evidence& evidence) {
    const ConsortiumEvidence of = evidence.consortium.value_or(ConsortiumEvidence{});
    Members others = of.members;
    std::erase_if(others, [&](const MemberEvidence& one) { return one.name == evidence.owner; });
    Rules rules;
    check_kind(rules, request, request.kind == ReleaseKind::lift_key);
    rules.check("requester.known",
                request.requester == evidence.owner || evidence.requester_jurisdiction.has_value(),
                "the requester's card is on file here");
    check_document(rules, request, evidence, of);
    check_credentials(rules, evidence, others);
    check_agreements(rules, evidence, others);
    Verdict verdict{request, rules.take()};
    MN_CHECK(are_named(verdict.rules, lift_key_rules(evidence.basis())));
    return verdict;
}

}  // namespace internal

}  // namespace mednexus::service
