#include "mednexus/service/policy.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mednexus::service {
namespace {

constexpr UnixTime kNow{1'800'000'000};

Period period_around(UnixTime now) {
    return {{now.seconds - 100}, {now.seconds + 100}};
}

ReleaseRequest request_of(ReleaseKind kind) {
    return {.kind = kind,
            .requester = "south.example",
            .job = std::string(32, 'a'),
            .purpose = Purpose::disease_specific,
            .object = {},
            .expires = {kNow.seconds + 60},
            .reason = ""};
}

Evidence good_evidence() {
    Evidence out;
    out.now = kNow;
    out.owner = "north.example";
    out.owner_jurisdiction = "DE";
    out.requester_jurisdiction = "FR";
    out.is_request_signature_valid = true;
    out.replay = Replay::fresh;
    out.agreements.push_back({.id = "1",
                              .parties = {"north.example", "south.example"},
                              .signed_by = {"north.example", "south.example"},
                              .purposes = {Purpose::general_research},
                              .jurisdictions = {"DE", "FR"},
                              .period = period_around(kNow)});
    out.consent = ConsentEvidence{.is_signature_valid = true,
                                  .is_revoked = false,
                                  .purposes = {Purpose::biomedical_research},
                                  .recipients = {"south.example"},
                                  .jurisdictions = {"FR"},
                                  .period = period_around(kNow)};
    return out;
}

TEST(Purpose, WiderGrantsCoverNarrowerUses) {
    using enum Purpose;
    EXPECT_TRUE(covers(general_research, biomedical_research));
    EXPECT_TRUE(covers(general_research, disease_specific));
    EXPECT_TRUE(covers(biomedical_research, disease_specific));
    for (const Purpose one :
         {general_research, biomedical_research, disease_specific, clinical_care}) {
        EXPECT_TRUE(covers(one, one));
        EXPECT_EQ(parse_purpose(code_of(one)).value(), one);
    }
}

TEST(Purpose, NarrowerGrantsDoNotCoverWiderUsesAndCareIsApart) {
    using enum Purpose;
    EXPECT_FALSE(covers(disease_specific, biomedical_research));
    EXPECT_FALSE(covers(biomedical_research, general_research));
    EXPECT_FALSE(covers(disease_specific, general_research));
    EXPECT_FALSE(covers(general_research, clinical_care));
    EXPECT_FALSE(covers(clinical_care, disease_specific));
}

TEST(Purpose, RefusesUnknownCodes) {
    for (const char* code : {"", "DUO:0000004", "DUO:42", "duo:0000042", "DUO:0000042 "}) {
        EXPECT_EQ(parse_purpose(code).error().kind, Kind::invalid) << code;
    }
    EXPECT_FALSE(parse_purposes(std::vector<std::string>{}));
    EXPECT_FALSE(parse_purposes(std::vector<std::string>{"DUO:0000042", "DUO:0000042"}));
}

TEST(Policy, PermitsWhenEveryRuleHolds) {
    for (const ReleaseKind kind : {ReleaseKind::rewrap, ReleaseKind::opening_share}) {
        const Verdict verdict = decide(request_of(kind), good_evidence());
        EXPECT_TRUE(verdict.is_permitted()) << explain_denial(verdict);
        EXPECT_EQ(verdict.rules.size(), 16U);
    }
}

TEST(Policy, DecidesEveryRuleOfItsTablesInTheirOrder) {
    const auto names_of = [](const std::vector<RuleOutcome>& rules) {
        std::vector<std::string> out;
        for (const RuleOutcome& one : rules) {
            out.push_back(one.rule);
        }
        return out;
    };
    const ReleaseRequest request = request_of(ReleaseKind::rewrap);
    EXPECT_THAT(names_of(decide_job(request, good_evidence()).rules),
                ::testing::ElementsAreArray(job_rules(Basis::files)));
    EXPECT_THAT(names_of(decide_job(request, Evidence{}).rules),
                ::testing::ElementsAreArray(job_rules(Basis::files)))
        << "when everything fails, too";
    EXPECT_THAT(names_of(decide_slot(request, Evidence{}, std::nullopt)),
                ::testing::ElementsAreArray(consent_rules(Basis::files)));
    EXPECT_THAT(names_of(decide(request, good_evidence()).rules),
                ::testing::ElementsAreArray(rules_of_case(Basis::files)));
}

TEST(Policy, RefusesKindsThatAreNotBuilt) {
    for (const ReleaseKind kind :
         {ReleaseKind::model_key, ReleaseKind::contact, ReleaseKind::break_glass}) {
        const Verdict verdict = decide(request_of(kind), good_evidence());
        EXPECT_THAT(verdict.failed_rules(), ::testing::ElementsAre("kind.supported"));
        EXPECT_FALSE(verdict.is_permitted());
    }
}

TEST(Policy, CountsAnOpeningOnlyWhereTheConsentPermits) {
    const ReleaseRequest request = request_of(ReleaseKind::opening_share);
    const auto permitted = decide_slot(request, good_evidence(), good_evidence().consent);
    EXPECT_EQ(decide_budget(permitted, true).outcome, Outcome::holds);
    EXPECT_EQ(decide_budget(permitted, false).outcome, Outcome::fails);
    EXPECT_EQ(decide_budget(permitted, false).rule, "budget.left");
    const auto denied = decide_slot(request, good_evidence(), std::nullopt);
    EXPECT_EQ(decide_budget(denied, true).outcome, Outcome::not_reached);
}

struct Breach {
    std::string_view rule;
    std::function<void(ReleaseRequest&, Evidence&)> make;
};

TEST(Policy, EachRuleAloneDenies) {
    const std::vector<Breach> breaches{
        {"requester.known", [](auto&, auto& e) { e.requester_jurisdiction.reset(); }},
        {"request.signed", [](auto&, auto& e) { e.is_request_signature_valid = false; }},
        {"request.not_expired", [](auto& r, auto&) { r.expires = {kNow.seconds - 1}; }},
        {"request.not_expired", [](auto& r, auto&) { r.expires = {kNow.seconds + 3601}; }},
        {"request.fresh", [](auto&, auto& e) { e.replay = Replay::same_content; }},
        {"request.fresh", [](auto&, auto& e) { e.replay = Replay::other_content; }},
        {"agreement.signed", [](auto&, auto& e) { e.agreements.clear(); }},
        {"agreement.signed", [](auto&, auto& e) { e.agreements[0].signed_by.pop_back(); }},
        {"agreement.signed", [](auto&, auto& e) { e.agreements[0].parties[0] = "other"; }},
        {"agreement.in_force",
         [](auto&, auto& e) { e.agreements[0].period.until = {kNow.seconds - 1}; }},
        {"agreement.in_force",
         [](auto&, auto& e) { e.agreements[0].period.from = {kNow.seconds + 1}; }},
        {"agreement.purpose",
         [](auto&, auto& e) { e.agreements[0].purposes = {Purpose::clinical_care}; }},
        {"agreement.jurisdiction", [](auto&, auto& e) { e.agreements[0].jurisdictions = {"FR"}; }},
        {"agreement.jurisdiction", [](auto&, auto& e) { e.agreements[0].jurisdictions = {"DE"}; }},
        {"consent.present", [](auto&, auto& e) { e.consent.reset(); }},
        {"consent.signed", [](auto&, auto& e) { e.consent->is_signature_valid = false; }},
        {"consent.not_revoked", [](auto&, auto& e) { e.consent->is_revoked = true; }},
        {"consent.in_force", [](auto&, auto& e) { e.consent->period.until = {kNow.seconds - 1}; }},
        {"consent.purpose", [](auto&, auto& e) { e.consent->purposes = {Purpose::clinical_care}; }},
        {"consent.purpose", [](auto&, auto& e) { e.consent->purposes.clear(); }},
        {"consent.recipient", [](auto&, auto& e) { e.consent->recipients = {"east.example"}; }},
        {"consent.jurisdiction", [](auto&, auto& e) { e.consent->jurisdictions = {"US"}; }},
    };
    for (const Breach& breach : breaches) {
        ReleaseRequest request = request_of(ReleaseKind::rewrap);
        Evidence evidence = good_evidence();
        breach.make(request, evidence);
        const Verdict verdict = decide(request, evidence);
        EXPECT_FALSE(verdict.is_permitted()) << breach.rule;
        EXPECT_THAT(verdict.failed_rules(), ::testing::Contains(breach.rule));
    }
}

TEST(Policy, TwoHalfAgreementsDoNotMakeOne) {
    Evidence evidence = good_evidence();
    AgreementEvidence other = evidence.agreements[0];
    evidence.agreements[0].purposes = {Purpose::clinical_care};
    other.jurisdictions = {"FR"};
    evidence.agreements.push_back(other);
    const Verdict verdict = decide(request_of(ReleaseKind::rewrap), evidence);
    EXPECT_THAT(verdict.failed_rules(), ::testing::ElementsAre("agreement.jurisdiction"));
}

TEST(Policy, RulesAfterAFailureOfTheirGroupAreNotReached) {
    Evidence evidence = good_evidence();
    evidence.consent.reset();
    const Verdict verdict = decide(request_of(ReleaseKind::rewrap), evidence);
    EXPECT_EQ(verdict.rules.back().rule, "consent.jurisdiction");
    EXPECT_EQ(verdict.rules.back().outcome, Outcome::not_reached);
}

ReleaseRequest own_read() {
    ReleaseRequest out = request_of(ReleaseKind::plaintext_read);
    out.requester = "north.example";
    out.purpose = Purpose::clinical_care;
    out.reason = "ward round";
    return out;
}

TEST(Policy, OwnStaffReadsOwnCasesForCareWithAReason) {
    Evidence evidence = good_evidence();
    evidence.is_own_object = true;
    EXPECT_TRUE(decide(own_read(), evidence).is_permitted());
}

TEST(Policy, OwnReadIsDeniedWithoutOwnershipReasonOrCarePurpose) {
    Evidence evidence = good_evidence();
    EXPECT_FALSE(decide(own_read(), evidence).is_permitted());
    evidence.is_own_object = true;
    ReleaseRequest no_reason = own_read();
    no_reason.reason.clear();
    EXPECT_FALSE(decide(no_reason, evidence).is_permitted());
    ReleaseRequest research = own_read();
    research.purpose = Purpose::general_research;
    EXPECT_FALSE(decide(research, evidence).is_permitted());
    ReleaseRequest foreign = own_read();
    foreign.requester = "south.example";
    EXPECT_FALSE(decide(foreign, evidence).is_permitted());
}

TEST(Policy, AReceivedCaseIsReadOnlyForThePurposeItWasReleasedFor) {
    Evidence evidence = good_evidence();
    evidence.received_for = Purpose::biomedical_research;
    ReleaseRequest read = own_read();
    EXPECT_FALSE(decide(read, evidence).is_permitted());
    read.purpose = Purpose::disease_specific;
    EXPECT_TRUE(decide(read, evidence).is_permitted());
    read.purpose = Purpose::general_research;
    EXPECT_FALSE(decide(read, evidence).is_permitted());
}

TEST(Policy, KindNamesRoundTrip) {
    for (const char* name : {"rewrap",
                             "opening_share",
                             "lift_key",
                             "model_key",
                             "contact",
                             "plaintext_read",
                             "break_glass"}) {
        EXPECT_EQ(name_of(parse_release_kind(name).value()), name);
    }
    EXPECT_FALSE(parse_release_kind("open sesame"));
}

}  // namespace
}  // namespace mednexus::service
