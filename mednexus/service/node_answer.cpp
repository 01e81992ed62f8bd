/// The peer operation "match": check what the computing node computed, decide slot by slot, log,
/// make the opening shares, log, answer.
#include <algorithm>

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/answer_slots.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"
#include "mednexus/service/internal/match_check.hpp"

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
    const Hash32 root = slots_root(slot_leaves(records_of(counted)));
    json::Object data = match_decision_data(verdict, evidence, call.request.digest, counted, root);
    verdict.request.object = root;
    return VerdictDraft{std::move(verdict),
                        std::move(data),
                        call.request.request.requester,
                        call.request.request.job};
}

/// Remembers which cases the handles stand for.
Result<void> keep_handles(NodeState& node, const std::vector<Slot>& slots, const std::string& job) {
    std::vector<CommitmentRow> rows;
    for (const Slot& slot : slots) {
        if (slot.record.permitted) {
            rows.push_back({slot.record.commitment, slot.case_id, slot.salt});
        }
    }
    return node.database->insert_commitments(rows, job);
}

/// A refusal is an outcome like any other: a repeat of the job gets it again.
json::Value denial(const std::string& words) {
    json::Object out;
    out.set("denied", words);
    return json::Value(std::move(out));
}

bool is_denial(const json::Value& value) {
    return value.as_object() != nullptr && value.as_object()->find("denied") != nullptr;
}

/// The requester's log says so, before anything was computed: no opening of a query that it could
/// deny later.
Result<void> check_registered(const MatchCall& call, const Card& requester) {
    MN_DO(check_evidence(call.registered, requester));
    if (call.registered.leaves.size() != 1) {
        return fail(Kind::corrupt, "not exactly one leaf of the requester");
    }
    MN_TRY(const Event event, parse_event(call.registered.leaves.front().entry));
    MN_TRY(const MatchRequestedData logged, parse_match_requested(event));
    if (event.job != call.request.request.job) {
        return fail(Kind::corrupt, "the leaf is of another job");
    }
    const Problem problem = problem_with_registered(logged, call.request);
    return problem ? Result<void>(fail(Kind::corrupt, *problem)) : Result<void>();
}

/// One answer under way.
class Answering {
public:
    Answering(NodeState& node, Journal::Run& run, const std::string& peer, const MatchCall& call)
        : node_(node), run_(run), peer_(peer), call_(call) {}

    [[nodiscard]] Result<json::Value> run();

private:
    [[nodiscard]] const ReleaseRequest& request() const { return call_.request.request; }

    [[nodiscard]] Result<Evidence> evidence();
    [[nodiscard]] Result<void> check();
    [[nodiscard]] Result<std::vector<Slot>> slots();
    [[nodiscard]] Result<json::Value> open(const Release& release, const std::vector<Slot>& slots);
    [[nodiscard]] Answer answer_of(const std::vector<Slot>& slots) const;
    [[nodiscard]] Result<json::Value> say(const json::Value& answer,
                                          const std::vector<Slot>& slots,
                                          const Decided& decided);

    NodeState& node_;
    Journal::Run& run_;
    const std::string& peer_;
    const MatchCall& call_;
    std::optional<Evidence> evidence_;
    CheckedOutputs checked_;
};

/// Slots and job are decided on the same evidence; after a crash between the two, the job on newer.
Result<Evidence> Answering::evidence() {
    if (!evidence_) {
        MN_TRY(evidence_, evidence_for(node_, peer_, call_));
    }
    return *evidence_;
}

/// Everything that does not look at a case. Derived anew after a crash: the same bytes.
Result<void> Answering::check() {
    MN_TRY(const Keyed epoch, need_active_consortium(*node_.database));
    MatchDocuments documents;
    documents.consortium = epoch.consortium;
    if (const Problem problem = problem_with_terms(documents, call_.request)) {
        return fail(Kind::denied, "match: " + *problem);
    }
    MN_TRY(const Card card, node_.directory->card(peer_));
    const OpeningTerms& terms = *call_.request.opening;
    if (!check_registered(call_, card)) {
        return refuse(node_, {peer_, "query.unregistered", terms.query}, request().job);
    }
    MN_TRY(checked_,
           check_outputs(node_,
                         epoch,
                         {.given_by = peer_,
                          .requester = peer_,
                          .job = request().job,
                          .query = terms.query,
                          .query_proof = terms.query_proof,
                          .outputs = call_.outputs,
                          .indexes = call_.indexes}));
    if (checked_.documents.outputs.digest != terms.outputs ||
        checked_.data_root != terms.data_root) {
        return refuse(node_, {peer_, "request.outputs", call_.request.digest}, request().job);
    }
    return {};
}

Result<std::vector<Slot>> Answering::slots() {
    MN_TRY(const json::Value kept, run_.step("slots", [&]() -> Result<json::Value> {
        MN_TRY(const Evidence known, evidence());
        const Hash32 seed = random_id<Hash32>(node_.random);
        MN_TRY(const std::vector<Slot> decided,
               decide_slots(node_,
                            checked_.documents.consortium,
                            *checked_.documents.index_of(node_.name()),
                            request(),
                            known,
                            seed));
        return slots_json(seed, decided);
    }));
    return parse_slots(kept);
}

Answer Answering::answer_of(const std::vector<Slot>& slots) const {
    Answer out;
    out.institution = node_.name();
    out.job = request().job;
    out.profile = call_.request.profile;
    out.query_commitment = request().object;
    out.request = call_.request.digest;
    out.outputs = checked_.documents.outputs.digest;
    out.checks = {.data_root = checked_.data_root,
                  .linear_repetitions = compute::kCheckRepetitions,
                  .query_proof = call_.request.opening->query_proof};
    out.count = slots.size();
    out.permitted = permitted_count(slots);
    out.slots_root = slots_root(slot_leaves(records_of(slots)));
    return out;
}

/// Makes the shares, and keeps them for the requester alone.
Result<json::Value> Answering::open(const Release& release, const std::vector<Slot>& slots) {
    if (node_.clock.now() > request().expires) {  // a crash left the decision behind
        return denial("the request ended before it was answered");
    }
    Answer out = answer_of(slots);
    MN_TRY(const Evidence now, evidence_for(node_, peer_, call_));
    MN_TRY(out.closed, closed_since(node_, request(), now, slots));
    const Audience requester = match_audience(node_, "share/" + peer_ + "/" + out.job, {peer_});
    MN_TRY(const Bytes key,
           fetch_blob(node_, peer_, call_.request.opening->opening_key, requester));
    const auto mask = [&](const std::string& batch) {
        return open_slots_of(slots, out.closed, batch, node_.ring->slots());
    };
    MN_TRY(const std::vector<Bytes> shares,
           make_opening_shares(node_, release, out.slots_root, checked_, key, mask));
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const FinishedBatch& one = checked_.batches[i];
        MN_TRY(const Hash32 share, node_.blobs->keep(shares[i], requester));
        out.openings.push_back({one.batch.batch, one.hash, one.batch.owner, share});
    }
    MN_DO(keep_handles(node_, slots, out.job));
    return to_json(out);
}

Result<json::Value> Answering::say(const json::Value& answer,
                                   const std::vector<Slot>& slots,
                                   const Decided& decided) {
    MN_TRY(const Logged logged, log_event(node_, run_, "answered", [&]() -> Result<EventDraft> {
               return EventDraft{EventKind::match_answered,
                                 request().requester,
                                 request().job,
                                 to_json(MatchAnsweredData{.answer = digest_of(answer),
                                                           .decision = crypto::sha256(decided.leaf),
                                                           .request = call_.request.digest,
                                                           .count = slots.size(),
                                                           .permitted = permitted_count(slots)})};
           }));
    PeerAnswer out;
    MN_TRY(out.answer, parse_answer(answer));
    const std::vector<SlotRecord> records = records_of(slots);
    out.leaves = slot_leaves(records);
    std::copy_if(records.begin(),
                 records.end(),
                 std::back_inserter(out.permitted),
                 [](const SlotRecord& one) { return one.permitted; });
    MN_TRY(out.evidence, evidence_of_log(node_, {decided.decision.leaf_index(), logged.index}));
    return write_peer_answer(out);
}

Result<json::Value> Answering::run() {
    MN_TRY(const Evidence known, evidence());
    const bool is_job_permitted = decide_job(request(), known).is_permitted();
    MN_TRY(const std::optional<json::Value> was_decided, run_.kept("decision"));
    std::vector<Slot> decided_slots;
    if (is_job_permitted || was_decided) {  // else nothing is computed for it
        MN_DO(check());
        MN_TRY(decided_slots, slots());
    }
    MN_TRY(const Decided decided,
           log_decision(node_, run_, "decision", [&]() -> Result<VerdictDraft> {
               return draft_decision(call_, known, decided_slots);
           }));
    if (!decided.decision.is_permitted()) {
        return denial(explain_denial(decided.verdict));
    }
    MN_TRY(const Release release,
           Release::from(
               decided.decision, ReleaseKind::opening_share, decided.verdict.request.object));
    MN_TRY(const json::Value answer,
           run_.step("answer", [&] { return open(release, decided_slots); }));
    return is_denial(answer) ? Result<json::Value>(answer) : say(answer, decided_slots, decided);
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
    const Act act{.kind = "answer", .key = peer + "/" + call.request.request.job, .input = body};
    auto outcome = node.journal->perform(
        act, [&](Journal::Run& run) { return Answering(node, run, peer, call).run(); });
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
