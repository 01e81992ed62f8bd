/// Whether this institution takes part in a consortium's keys.
#include <algorithm>

#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"

namespace mednexus::service::internal {

namespace {

/// Whether the card on file under this name is the one that the document names.
bool is_card_current(const NodeState& node, const CardRef& ref) {
    if (ref.name == node.name()) {
        return node.directory->own().digest == ref.card;
    }
    const auto card = node.directory->card(ref.name);
    return card && card->digest == ref.card;
}

Result<MemberEvidence> evidence_of_member(NodeState& node,
                                          const CardRef& ref,
                                          const std::vector<std::string>& signers,
                                          const std::optional<ChainEvidence>& chain) {
    MemberEvidence out{
        .name = ref.name,
        .is_card_current = is_card_current(node, ref),
        .has_signed = std::find(signers.begin(), signers.end(), ref.name) != signers.end()};
    if (ref.name == node.name()) {
        return out;
    }
    out.agreements = node.directory->agreements_with(ref.name);
    const auto card = node.directory->card(ref.name);
    if (chain && card) {
        MN_TRY(out.credential, node.chain->credential_of(*card, *chain));
    }
    return out;
}

/// Not ended here, and no later epoch has keys.
Result<bool> is_current(const NodeState& node, const Consortium& consortium) {
    MN_TRY(const std::vector<ConsortiumRow> epochs, list_consortia(*node.database));
    return std::none_of(epochs.begin(), epochs.end(), [&](const ConsortiumRow& one) {
        if (one.consortium.id != consortium.id) {
            return false;
        }
        return one.consortium.epoch > consortium.epoch ? one.state != ConsortiumState::proposed
                                                       : one.consortium.epoch == consortium.epoch &&
                                                             one.state == ConsortiumState::ended;
    });
}

Result<Evidence> gather(NodeState& node,
                        const Consortium& consortium,
                        const std::string& requester) {
    MN_TRY(const Clinic* const clinic, node.need_clinic());
    MN_TRY(Evidence out, evidence_for_release(node, requester));
    ConsortiumEvidence of;
    const auto signers = signers_of_note(consortium.note, identities_of(node, consortium));
    for (const CardRef& ref : consortium.members) {
        MN_TRY(MemberEvidence one, evidence_of_member(node, ref, signers, out.chain));
        of.members.push_back(std::move(one));
    }
    of.is_compute_card_current = is_card_current(node, consortium.compute);
    MN_TRY(of.is_current, is_current(node, consortium));
    of.is_own_profile = clinic->profile.id() == consortium.profile;
    of.is_own_ring = node.ring->id() == consortium.ring;
    of.period = consortium.period;
    out.consortium = std::move(of);
    // Credentials were read above: of the block that the evidence names, or not at all.
    MN_TRY([[maybe_unused]] const auto same_chain, consents_of(node, {}, out));
    return out;
}

}  // namespace

Result<VerdictDraft> draft_lift_decision(NodeState& node,
                                         const Consortium& consortium,
                                         const std::string& requester,
                                         const std::string& job) {
    MN_TRY(const Evidence evidence, gather(node, consortium, requester));
    const Verdict verdict = decide({.kind = ReleaseKind::lift_key,
                                    .requester = requester,
                                    .job = job,
                                    .purpose = Purpose::general_research,
                                    .object = consortium.digest,
                                    .expires = consortium.period.until,
                                    .reason = ""},
                                   evidence);
    return VerdictDraft{verdict,
                        to_json(LiftDecisionData{.requester = requester,
                                                 .granted = verdict.is_permitted(),
                                                 .rules = rule_records_of(verdict),
                                                 .consortium = consortium.digest,
                                                 .chain = evidence.chain}),
                        requester,
                        job};
}

Result<Release> release_for_lift_key(NodeState& node,
                                     Journal::Run& run,
                                     std::string_view step,
                                     const Consortium& consortium) {
    MN_TRY(const Decided decided, log_decision(node, run, step, [&] {
               return draft_lift_decision(node, consortium, node.name(), run.id());
           }));
    if (!decided.decision.is_permitted()) {
        return fail(Kind::denied, "consortium: " + explain_denial(decided.verdict));
    }
    return Release::from(decided.decision, ReleaseKind::lift_key, consortium.digest);
}

Result<Release> release_of_leaf(NodeState& node, BytesView leaf) {
    MN_TRY(const Event event, parse_event(leaf));
    MN_TRY(const LiftDecisionData data, parse_lift_decision(event));
    Verdict verdict;
    verdict.request.kind = ReleaseKind::lift_key;
    verdict.request.requester = data.requester;
    verdict.request.object = data.consortium;
    for (const RuleRecord& one : data.rules) {
        verdict.rules.push_back({one.rule, one.outcome, ""});
    }
    LedgerDecisionLog log(*node.log);
    MN_TRY(const Decision decision, DecisionRecorder(log).record(verdict, leaf));
    return Release::from(decision, ReleaseKind::lift_key, data.consortium);
}

}  // namespace mednexus::service::internal
