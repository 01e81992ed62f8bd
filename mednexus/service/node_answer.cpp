/// The peer operation "match": decide slot by slot, log, score what is permitted, log, answer.
#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/answer_slots.hpp"
#include "mednexus/service/internal/arguments.hpp"

namespace mednexus::service::internal {

namespace {

Result<Evidence> evidence_for(NodeState& node, const std::string& peer, const MatchCall& call) {
    const SignedRequest& request = call.request;
    MN_TRY(Evidence out, evidence_for_release(node, request.request.requester));
    const auto card = node.directory->card(request.request.requester);
    const auto& recipients = request.recipients;
    out.is_request_signature_valid =
        card && request.is_signature_valid && request.requester_key == card->identity &&
        peer == card->name &&
        std::find(recipients.begin(), recipients.end(), node.name()) != recipients.end();
    out.replay = Replay::fresh;  // the journal gives the stored answer to a repeat
    return out;
}

json::Object match_decision_data(const Verdict& verdict,
                                 const Evidence& evidence,
                                 const Hash32& request,
                                 const std::vector<Slot>& slots,
                                 const Hash32& root) {
    return to_json(MatchDecisionData{.requester = verdict.request.requester,
                                     .purpose = verdict.request.purpose,
                                     .granted = verdict.is_permitted(),
                                     .rules = rule_records_of(verdict),
                                     .request = request,
                                     .count = slots.size(),
                                     .permitted = permitted_count(slots),
                                     .slots_root = root,
                                     .chain = evidence.chain});
}

/// The job's decision; its object is the root of its slots.
Result<VerdictDraft> draft_decision(const MatchCall& call,
                                    const Evidence& evidence,
                                    const std::vector<Slot>& slots) {
    Verdict verdict = decide_job(call.request.request, evidence);
    const std::vector<Slot> counted = verdict.is_permitted() ? slots : std::vector<Slot>{};
    const Hash32 root = slots_root(records_of(counted));
    json::Object data = match_decision_data(verdict, evidence, call.request.digest, counted, root);
    verdict.request.object = root;
    return VerdictDraft{std::move(verdict),
                        std::move(data),
                        call.request.request.requester,
                        call.request.request.job};
}

Answer answer_of(const NodeState& node,
                 const MatchCall& call,
                 const std::vector<Slot>& slots,
                 std::vector<OpenedSlot> opened) {
    Answer out;
    out.institution = node.name();
    out.job = call.request.request.job;
    out.profile = call.request.profile;
    out.query_commitment = call.request.request.object;
    out.request = call.request.digest;
    out.count = slots.size();
    out.permitted = permitted_count(slots);
    out.slots_root = slots_root(records_of(slots));
    out.opened = std::move(opened);
    return out;
}

/// Remembers which cases the opened handles stand for.
Result<void> keep_handles(NodeState& node, const std::vector<Slot>& slots, const Answer& answer) {
    std::vector<CommitmentRow> rows;
    for (const OpenedSlot& one : answer.opened) {
        const Slot& slot = slots.at(one.record.slot);
        rows.push_back({slot.record.commitment, slot.case_id, slot.salt});
    }
    return node.database->insert_commitments(rows, answer.job);
}

/// A refusal is an outcome like any other: a repeat of the job gets it again.
json::Value denial(const std::string& words) {
    json::Object out;
    out.set("denied", words);
    return out;
}

bool is_denial(const json::Value& value) {
    return value.as_object() != nullptr && value.as_object()->find("denied") != nullptr;
}

/// Slots and job are decided on the same evidence; after a crash between the two, the job on newer.
class SharedEvidence {
public:
    SharedEvidence(NodeState& node, const std::string& peer, const MatchCall& call)
        : node_(node), peer_(peer), call_(call) {}

    [[nodiscard]] Result<Evidence> get() {
        if (!evidence_) {
            MN_TRY(evidence_, evidence_for(node_, peer_, call_));
        }
        return *evidence_;
    }

private:
    NodeState& node_;
    const std::string& peer_;
    const MatchCall& call_;
    std::optional<Evidence> evidence_;
};

Result<json::Value> answer_once(NodeState& node,
                                Journal::Run& run,
                                const std::string& peer,
                                const MatchCall& call) {
    SharedEvidence shared(node, peer, call);
    MN_TRY(const json::Value kept_slots, run.step("slots", [&]() -> Result<json::Value> {
        MN_TRY(const auto snapshot, node.index->snapshot());
        MN_TRY(const Evidence evidence, shared.get());
        const Hash32 seed = random_id<Hash32>(node.random);
        MN_TRY(const std::vector<Slot> decided,
               decide_slots(node, call.request.request, evidence, snapshot->ids, seed));
        return slots_json(seed, decided);
    }));
    MN_TRY(const std::vector<Slot> slots, parse_slots(kept_slots));
    MN_TRY(const Decided decided,
           log_decision(node, run, "decision", [&]() -> Result<VerdictDraft> {
               MN_TRY(const Evidence evidence, shared.get());
               return draft_decision(call, evidence, slots);
           }));
    if (!decided.decision.is_permitted()) {
        return denial(explain_denial(decided.verdict));
    }
    MN_TRY(const Release release,
           Release::from(
               decided.decision, ReleaseKind::opening_share, decided.verdict.request.object));
    MN_TRY(const json::Value answer, run.step("answer", [&]() -> Result<json::Value> {
        if (node.clock.now() > call.request.request.expires) {  // a crash left the decision behind
            return denial("the request ended before it was answered");
        }
        MN_TRY(const Evidence evidence, evidence_for(node, peer, call));
        MN_TRY(std::vector<OpenedSlot> opened, open_slots(node, release, call, evidence, slots));
        const Answer made = answer_of(node, call, slots, std::move(opened));
        MN_DO(keep_handles(node, slots, made));
        return to_json(made);
    }));
    if (is_denial(answer)) {
        return answer;
    }
    MN_TRY(const Logged logged, log_event(node, run, "answered", [&]() -> Result<EventDraft> {
               return EventDraft{EventKind::match_answered,
                                 call.request.request.requester,
                                 call.request.request.job,
                                 to_json(MatchAnsweredData{.answer = digest_of(answer),
                                                           .decision = crypto::sha256(decided.leaf),
                                                           .request = call.request.digest,
                                                           .count = slots.size(),
                                                           .permitted = permitted_count(slots)})};
           }));
    MN_TRY(const LogEvidence evidence,
           evidence_of_log(node, {decided.decision.leaf_index(), logged.index}));
    json::Object out;
    out.set("answer", answer);
    out.set("evidence", write_evidence(evidence));
    return json::Value(std::move(out));
}

/// A job id that comes again with other content is refused, and the refusal is logged.
Failure refuse_replay(NodeState& node,
                      const std::string& peer,
                      const MatchCall& call,
                      const Error& conflict) {
    auto evidence = evidence_for(node, peer, call);
    if (!evidence) {
        return Failure(evidence.error());
    }
    evidence->replay = Replay::other_content;
    auto draft = draft_decision(call, *evidence, {});
    if (!draft) {
        return Failure(draft.error());
    }
    const auto logged = log_decision_now(node, std::move(*draft));
    return logged ? Failure(conflict) : Failure(logged.error());
}

}  // namespace

Result<json::Value> answer_match(NodeState& node,
                                 const std::string& peer,
                                 const json::Value& body) {
    MN_TRY(const Clinic* clinic, node.need_clinic());
    MN_TRY(const MatchCall call, parse_match_call(body));
    if (call.request.profile != clinic->profile.id()) {
        return fail(Kind::invalid, "match: the request is for another vector profile");
    }
    MN_TRY(const compute::Vector vector, compute::Vector::make(call.request.profile, call.vector));
    if (vector.dimensions() != clinical::kVectorDimensions) {
        return fail(Kind::invalid, "match: the vector has not the dimensions of the profile");
    }
    const Act act{.kind = "answer", .key = peer + "/" + call.request.request.job, .input = body};
    auto outcome = node.journal->perform(
        act, [&](Journal::Run& run) { return answer_once(node, run, peer, call); });
    if (!outcome) {
        return outcome.error().kind == Kind::conflict
                   ? refuse_replay(node, peer, call, outcome.error())
                   : Failure(outcome.error());
    }
    if (!outcome->is_repeat) {
        node.metrics->count_match_answered();
    }
    if (const json::Value* const denied = outcome->value.as_object()->find("denied")) {
        return fail(Kind::denied, "match: " + *denied->as_string());
    }
    return outcome->value;
}

}  // namespace mednexus::service::internal
