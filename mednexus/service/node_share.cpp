/// case.share: the recipient asks in writing, the owner decides, logs, seals the key, hands over.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/internal/node_index.hpp"
#include "mednexus/service/internal/share_parts.hpp"
#include "mednexus/service/manifest.hpp"

namespace mednexus::service::internal {

namespace {

/// What the operator asked.
struct Sharing {
    CaseId case_id;
    std::string to;
    Purpose purpose = Purpose::disease_specific;
};

Result<CaseId> read_case(const NodeState& node, json::Reader& reader) {
    if (reader.optional("handle") == nullptr) {
        return read_hex<CaseId>(reader, "case");
    }
    MN_TRY(const std::string job, reader.string("job"));
    MN_TRY(const std::string handle, reader.string("handle"));
    if (!is_document_id(job) || !is_document_id(handle)) {
        return fail(Kind::invalid, "case.share: job and handle are 32 hex digits each");
    }
    return node.database->case_of_handle(job, handle);
}

Result<Sharing> read_sharing(const NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "case.share");
    Sharing out;
    MN_TRY(out.case_id, read_case(node, reader));
    MN_TRY(out.to, read_checked(reader, "to", &is_institution_name));
    MN_TRY(out.purpose, read_purpose(reader));
    MN_DO(reader.finish());
    return out;
}

/// The offer: a commitment to the case that the recipient will know it by.
struct Offer {
    std::string job;
    Hash32 salt;
    Hash32 commitment;
};

Result<Offer> make_offer(NodeState& node, Journal::Run& run, const CaseId& case_id) {
    MN_TRY(const json::Value kept, run.step("offer", [&]() -> Result<json::Value> {
        json::Object out;
        out.set("salt", hex(random_id<Hash32>(node.random)));
        return json::Value(std::move(out));
    }));
    json::Reader reader(kept, "offer");
    Offer out;
    out.job = run.id();
    MN_TRY(out.salt, read_hash(reader, "salt"));
    out.commitment = commit_to_case(out.salt, case_id);
    return out;
}

/// The recipient's signed request for what was offered.
Result<SignedRequest> ask_recipient(NodeState& node,
                                    Journal::Run& run,
                                    const Card& to,
                                    const Sharing& sharing,
                                    const Offer& offer) {
    MN_TRY(const json::Value kept, run.step("request", [&]() -> Result<json::Value> {
        json::Object body;
        body.set("job", offer.job);
        body.set("commitment", hex(offer.commitment));
        body.set("purpose", code_of(sharing.purpose));
        MN_TRY(const json::Value said,
               node.peers.call({to.name, to.endpoint, to.tls_pin}, "offer", json::Value(body)));
        json::Reader reader(said, "offer");
        MN_TRY(const std::string note, reader.string("request"));
        MN_TRY([[maybe_unused]] const SignedRequest checked, parse_request(note));
        return json::Value(note);
    }));
    if (kept.as_string() == nullptr) {
        return fail(Kind::corrupt, "journal: a step holds no request");
    }
    return parse_request(*kept.as_string());
}

/// Whether the note asks for exactly what was offered, signed by the card's key.
bool is_sound(const NodeState& node,
              const SignedRequest& request,
              const Card& to,
              const Sharing& sharing,
              const Offer& offer) {
    return request.is_signature_valid && request.requester_key == to.identity &&
           request.request.requester == to.name && request.request.job == offer.job &&
           request.request.kind == ReleaseKind::rewrap &&
           request.request.object == offer.commitment &&
           request.request.purpose == sharing.purpose &&
           request.recipients == std::vector<std::string>{node.name()};
}

/// The decision's object is the case itself; its leaf names the commitment.
Result<VerdictDraft> draft_decision(NodeState& node,
                                    const SignedRequest& asked,
                                    const Card& to,
                                    const Sharing& sharing,
                                    const Offer& offer) {
    MN_TRY(Evidence evidence, evidence_for_release(node, to.name));
    evidence.is_request_signature_valid = is_sound(node, asked, to, sharing, offer);
    evidence.replay = Replay::fresh;
    evidence.is_own_object = true;
    MN_TRY(const auto consents, consents_of(node, std::span(&sharing.case_id, 1), evidence));
    evidence.consent = consents.front();
    ReleaseRequest request = asked.request;
    request.kind = ReleaseKind::rewrap;
    request.requester = to.name;
    request.purpose = sharing.purpose;
    request.object = object_of(sharing.case_id);
    const Verdict verdict = decide(request, evidence);
    return VerdictDraft{
        verdict, decision_data(verdict, offer.commitment, evidence.chain), to.name, offer.job};
}

/// The case's key, sealed for the recipient alone.
Result<Bytes> rewrap(NodeState& node, const Release& release, const CaseRow& row, const Card& to) {
    MN_DO(release.permits(ReleaseKind::rewrap, object_of(row.id)));
    MN_TRY(const storage::Header own, storage::parse_header(row.header));
    MN_TRY(const storage::Header theirs,
           storage::rewrap_for(own, node.keys.sealing, std::span(&to.sealing_key, 1), node.random));
    return storage::encode_header(theirs);
}

Result<std::string> rewrap_once(NodeState& node,
                                Journal::Run& run,
                                const Release& release,
                                const CaseRow& row,
                                const Card& to) {
    MN_TRY(const json::Value kept, run.step("header", [&]() -> Result<json::Value> {
        MN_TRY(const Bytes header, rewrap(node, release, row, to));
        return json::Value(codec::to_hex(header));
    }));
    return kept.as_string() == nullptr ? std::string() : *kept.as_string();
}

Result<Logged> log_release(NodeState& node,
                           Journal::Run& run,
                           const Decided& decided,
                           const CaseRow& row,
                           const Offer& offer) {
    return log_event(node, run, "released", [&]() -> Result<EventDraft> {
        return EventDraft{EventKind::share_released,
                          node.name(),
                          offer.job,
                          to_json(ShareReleasedData{.commitment = offer.commitment,
                                                    .decision = crypto::sha256(decided.leaf),
                                                    .purpose = decided.verdict.request.purpose,
                                                    .recipient = decided.verdict.request.requester,
                                                    .root = row.root})};
    });
}

/// Hands over, and only then lets the recipient fetch the body: who took nothing may fetch nothing.
/// It fetches when the case is read, so the right is in time; a stop between the two leaves the
/// step undone, and the repeat gives the right.
Result<void> deliver(NodeState& node,
                     Journal::Run& run,
                     const Card& to,
                     const CaseRow& row,
                     const ShareDelivery& delivery,
                     const std::function<Result<void>()>& still_permitted) {
    MN_TRY([[maybe_unused]] const json::Value kept,
           run.step("delivered", [&]() -> Result<json::Value> {
               MN_DO(still_permitted());
               MN_TRY(json::Value said,
                      node.peers.call(
                          {to.name, to.endpoint, to.tls_pin}, "share", write_delivery(delivery)));
               MN_DO(node.database->insert_share(row.root, to.name, row.id));
               return said;
           }));
    return {};
}

/// A decision that a crash left behind is not acted on after its request has ended.
Result<void> still_valid(const NodeState& node, const SignedRequest& request, bool& has_ended) {
    has_ended = node.clock.now() > request.request.expires;
    if (has_ended) {
        return fail(Kind::denied, "case.share: the request ended before the case was handed over");
    }
    return {};
}

/// A crash may have left the decision behind, and the patient may have revoked since: no key goes
/// out that would not be permitted now. Decides nothing, and logs nothing.
Result<void> need_permitted_now(NodeState& node,
                                const SignedRequest& asked,
                                const Card& to,
                                const Sharing& sharing,
                                const Offer& offer) {
    MN_TRY(const VerdictDraft now, draft_decision(node, asked, to, sharing, offer));
    return now.verdict.is_permitted()
               ? Result<void>()
               : Result<void>(fail(Kind::denied, "case.share: " + explain_denial(now.verdict)));
}

Result<json::Value> share_once(NodeState& node,
                               Journal::Run& run,
                               const Sharing& sharing,
                               bool& has_ended) {
    MN_TRY(const Card to, node.directory->card(sharing.to));
    MN_DO(need_not_erased(node, sharing.case_id));
    MN_TRY(const CaseRow row, node.database->find_case(sharing.case_id));
    MN_TRY(const Offer offer, make_offer(node, run, sharing.case_id));
    const CommitmentRow commitment{offer.commitment, sharing.case_id, offer.salt};
    MN_DO(node.database->insert_commitments(std::span(&commitment, 1), offer.job));
    MN_TRY(const SignedRequest request, ask_recipient(node, run, to, sharing, offer));
    MN_DO(still_valid(node, request, has_ended));
    MN_TRY(const Decided decided,
           log_decision(node, run, "decision", [&]() -> Result<VerdictDraft> {
               return draft_decision(node, request, to, sharing, offer);
           }));
    if (!decided.decision.is_permitted()) {
        return fail(Kind::denied, "case.share: " + explain_denial(decided.verdict));
    }
    MN_TRY(const Release release,
           Release::from(decided.decision, ReleaseKind::rewrap, object_of(row.id)));
    MN_TRY(const std::string header, rewrap_once(node, run, release, row, to));
    MN_TRY(const Logged logged, log_release(node, run, decided, row, offer));
    MN_TRY(LogEvidence evidence,
           evidence_of_log(node, {decided.decision.leaf_index(), logged.index}));
    MN_DO(deliver(node,
                  run,
                  to,
                  row,
                  {.request = request.note,
                   .header = header,
                   .manifest = row.manifest,
                   .evidence = std::move(evidence)},
                  [&] { return need_permitted_now(node, request, to, sharing, offer); }));
    json::Object out;
    out.set("case", hex(offer.commitment));
    out.set("root", hex_of(row.root));
    out.set("recipient", to.name);
    out.set("purpose", code_of(sharing.purpose));
    out.set("job", offer.job);
    out.set("leaf", logged.index);
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Value> case_share(NodeState& node, const json::Value& arguments) {
    MN_TRY(const Sharing sharing, read_sharing(node, arguments));
    MN_TRY([[maybe_unused]] const Card to, node.directory->card(sharing.to));
    MN_DO(need_no_computing_node(node, std::span(&sharing.to, 1)));
    const std::string key =
        hex_of(sharing.case_id) + "/" + sharing.to + "/" + std::string(code_of(sharing.purpose));
    const Act act{.kind = "case.share",
                  .key = key,
                  .input = arguments,
                  .when_done = WhenDone::give_stored,
                  .identity = key};
    bool has_ended = false;
    const auto body = [&](Journal::Run& run) { return share_once(node, run, sharing, has_ended); };
    auto outcome = node.journal->perform(act, body);
    if (!outcome && has_ended) {
        outcome = node.journal->perform(act, body);  // under a new request
    }
    if (!outcome) {
        return tl::unexpected(outcome.error());
    }
    json::Value out = outcome->value;
    out.as_object()->set("status", outcome->is_repeat ? "existing" : "shared");
    return out;
}

}  // namespace mednexus::service::internal
