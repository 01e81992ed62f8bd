/// Taking part in a consortium: every rule by name.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/policy.hpp"

namespace mednexus::service {
namespace {

constexpr UnixTime kNow{1'800'000'000};
constexpr Period kPeriod{{kNow.seconds - 100}, {kNow.seconds + 100}};

CredentialEvidence credential() {
    return {.is_accredited = true,
            .is_active = true,
            .is_card_current = true,
            .expires = {kNow.seconds + 10}};
}

MemberEvidence member(const std::string& name) {
    return {.name = name,
            .is_card_current = true,
            .has_signed = true,
            .agreements = {{.id = "1",
                            .parties = {"north.example", name},
                            .signed_by = {"north.example", name},
                            .purposes = {Purpose::general_research},
                            .jurisdictions = {"DE"},
                            .period = kPeriod}},
            .credential = credential()};
}

ReleaseRequest asked() {
    ReleaseRequest out;
    out.kind = ReleaseKind::lift_key;
    out.requester = "south.example";
    return out;
}

Evidence good() {
    Evidence out;
    out.now = kNow;
    out.owner = "north.example";
    out.owner_jurisdiction = "DE";
    out.requester_jurisdiction = "FR";
    ConsortiumEvidence of;
    of.members = {member("north.example"), member("south.example"), member("west.example")};
    of.members.front().agreements.clear();
    of.is_compute_card_current = true;
    of.is_current = true;
    of.is_own_profile = true;
    of.is_own_ring = true;
    of.period = kPeriod;
    out.consortium = of;
    return out;
}

Evidence good_on_chain() {
    Evidence out = good();
    out.chain = ChainEvidence{.chain_id = 1, .block = 7, .hash = {}, .time = kNow};
    out.owner_credential = credential();
    return out;
}

std::vector<std::string> names_of(const Verdict& verdict) {
    std::vector<std::string> out;
    for (const RuleOutcome& one : verdict.rules) {
        out.push_back(one.rule);
    }
    return out;
}

TEST(PolicyOfConsortia, PermitsWhenEveryRuleHolds) {
    for (const Evidence& evidence : {good(), good_on_chain()}) {
        const Verdict verdict = decide(asked(), evidence);
        EXPECT_TRUE(verdict.is_permitted()) << explain_denial(verdict);
        EXPECT_THAT(names_of(verdict),
                    ::testing::ElementsAreArray(lift_key_rules(evidence.basis())));
        ReleaseRequest own = asked();
        own.requester = "north.example";
        EXPECT_TRUE(decide(own, evidence).is_permitted()) << "we may carry the session ourselves";
    }
}

TEST(PolicyOfConsortia, PermitsNothingWithoutAConsortium) {
    Evidence evidence = good();
    evidence.consortium.reset();
    const Verdict verdict = decide(asked(), evidence);
    EXPECT_FALSE(verdict.is_permitted());
    EXPECT_THAT(names_of(verdict), ::testing::ElementsAreArray(lift_key_rules(Basis::files)));
    EXPECT_EQ(verdict.rules.at(2).outcome, Outcome::fails);
}

TEST(PolicyOfConsortia, IsNoQuestionForTheRulesOfAJob) {
    EXPECT_FALSE(decide_job(asked(), good()).is_permitted());
    EXPECT_THAT(decide_job(asked(), good()).failed_rules(), ::testing::Contains("kind.supported"));
}

struct Breach {
    std::string_view rule;
    std::function<void(ReleaseRequest&, Evidence&)> make;
};

MemberEvidence& last(Evidence& evidence) {
    return evidence.consortium->members.back();
}

void expect_breaches(const Evidence& honest, const std::vector<Breach>& breaches) {
    for (const Breach& breach : breaches) {
        ReleaseRequest request = asked();
        Evidence evidence = honest;
        breach.make(request, evidence);
        const Verdict verdict = decide(request, evidence);
        EXPECT_THAT(verdict.failed_rules(), ::testing::ElementsAre(breach.rule)) << breach.rule;
        EXPECT_FALSE(verdict.is_permitted());
    }
}

TEST(PolicyOfConsortia, EachBreachFailsItsOwnRule) {
    expect_breaches(
        good(),
        {{"requester.known",
          [](ReleaseRequest&, Evidence& one) { one.requester_jurisdiction.reset(); }},
         {"consortium.member",
          [](ReleaseRequest& request, Evidence&) { request.requester = "compute.example"; }},
         {"consortium.signed",
          [](ReleaseRequest&, Evidence& one) { last(one).has_signed = false; }},
         {"consortium.cards",
          [](ReleaseRequest&, Evidence& one) { last(one).is_card_current = false; }},
         {"consortium.cards",
          [](ReleaseRequest&, Evidence& one) { one.consortium->is_compute_card_current = false; }},
         {"consortium.current",
          [](ReleaseRequest&, Evidence& one) { one.consortium->is_current = false; }},
         {"consortium.in_force",
          [](ReleaseRequest&, Evidence& one) {
              one.consortium->period.until = {kNow.seconds - 1};
          }},
         {"consortium.profile",
          [](ReleaseRequest&, Evidence& one) { one.consortium->is_own_profile = false; }},
         {"consortium.ring",
          [](ReleaseRequest&, Evidence& one) { one.consortium->is_own_ring = false; }},
         {"agreement.signed", [](ReleaseRequest&, Evidence& one) { last(one).agreements.clear(); }},
         {"agreement.signed",
          [](ReleaseRequest&, Evidence& one) { last(one).agreements[0].signed_by.pop_back(); }},
         {"agreement.in_force", [](ReleaseRequest&, Evidence& one) {
              last(one).agreements[0].period.until = {kNow.seconds - 1};
          }}});
    Evidence unsigned_here = good();
    unsigned_here.consortium->members.front().has_signed = false;
    EXPECT_THAT(decide(asked(), unsigned_here).failed_rules(),
                ::testing::ElementsAre("consortium.own", "consortium.signed"));
}

TEST(PolicyOfConsortia, EachBreachOnTheChainFailsItsOwnRule) {
    expect_breaches(
        good_on_chain(),
        {{"credential.accredited",
          [](ReleaseRequest&, Evidence& one) { last(one).credential.is_accredited = false; }},
         {"credential.active",
          [](ReleaseRequest&, Evidence& one) { last(one).credential.is_active = false; }},
         {"credential.in_force",
          [](ReleaseRequest&, Evidence& one) { last(one).credential.expires = kNow; }},
         {"credential.card",
          [](ReleaseRequest&, Evidence& one) { last(one).credential.is_card_current = false; }},
         {"credential.owner",
          [](ReleaseRequest&, Evidence& one) { one.owner_credential.is_active = false; }}});
}

}  // namespace
}  // namespace mednexus::service
