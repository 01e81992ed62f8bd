/// The peer operations "offer" and "share": ask in writing for a case, and take it.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/share_parts.hpp"
#include "mednexus/service/manifest.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::int64_t kRequestLifeSeconds = 900;

/// A case as it arrived, checked.
struct Arrival {
    SignedRequest request;
    ShareDelivery delivery;
    Manifest manifest;
    Bytes header;
};

/// We take cases only from those we have an agreement with, for what it covers.
Result<void> need_agreement(const NodeState& node, const std::string& peer, Purpose purpose) {
    const ReleaseRequest request{.kind = ReleaseKind::rewrap,
                                 .requester = peer,
                                 .job = "",
                                 .purpose = purpose,
                                 .object = {},
                                 .expires = node.clock.now(),
                                 .reason = ""};
    Evidence evidence = evidence_about(node, peer);
    evidence.is_request_signature_valid = true;  // the connection proved who offers
    evidence.replay = Replay::fresh;
    const Verdict verdict = decide_job(request, evidence);
    if (!verdict.is_permitted()) {
        return fail(Kind::denied, "offer: " + explain_denial(verdict));
    }
    return {};
}

/// The request is ours, to this peer, and the delivery is what it asked for.
Result<Arrival> read_arrival(const NodeState& node,
                             const std::string& peer,
                             const json::Value& body) {
    Arrival out;
    MN_TRY(out.delivery, parse_delivery(body));
    MN_TRY(out.request, parse_request(out.delivery.request));
    MN_TRY(out.manifest, parse_manifest(out.delivery.manifest));
    MN_TRY(out.header, codec::parse_hex(out.delivery.header));
    MN_TRY([[maybe_unused]] const storage::Header header, storage::parse_header(out.header));
    const SignedRequest& request = out.request;
    if (!request.is_signature_valid || request.requester_key != node.keys.identity.verifier() ||
        request.request.requester != node.name() || request.request.kind != ReleaseKind::rewrap ||
        request.recipients != std::vector<std::string>{peer}) {
        return fail(Kind::denied, "share: this institution did not ask this peer for it");
    }
    return out;
}

/// The owner's log holds a decision that grants this request, and the release of this object to us.
Result<void> check_arrival(const NodeState& node, const std::string& peer, const Arrival& arrival) {
    MN_TRY(const Card owner, node.directory->card(peer));
    MN_DO(check_evidence(arrival.delivery.evidence, owner));
    MN_DO(need_own_chain(node, arrival.delivery.evidence));
    return check_hand_over(
        arrival.delivery.evidence, arrival.request, arrival.manifest.objects.front().root);
}

Result<json::Value> keep_arrival(NodeState& node,
                                 Journal::Run& run,
                                 const std::string& peer,
                                 const Arrival& arrival) {
    const ReleaseRequest& request = arrival.request.request;
    const ObjectRoot root = arrival.manifest.objects.front().root;
    MN_TRY(const Logged logged, log_event(node, run, "received", [&]() -> Result<EventDraft> {
               if (node.clock.now() > request.expires) {  // not asked of what was taken before
                   return fail(Kind::denied, "share: the request for it has ended");
               }
               json::Object data;
               data.set("commitment", hex(request.object));
               data.set("root", hex_of(root));
               data.set("sender", peer);
               return EventDraft{EventKind::share_received, peer, request.job, std::move(data)};
           }));
    MN_DO(node.database->insert_received({.commitment = request.object,
                                          .sender = peer,
                                          .root = root,
                                          .header = arrival.header,
                                          .manifest = arrival.delivery.manifest,
                                          .purpose = request.purpose,
                                          .received = node.clock.now(),
                                          .leaf_index = logged.index}));
    json::Object out;
    out.set("status", "received");
    out.set("leaf", logged.index);
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Value> answer_offer(NodeState& node,
                                 const std::string& peer,
                                 const json::Value& body) {
    json::Reader reader(body, "offer");
    SignedRequest out;
    MN_TRY(out.request.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.request.object, read_hash(reader, "commitment"));
    MN_TRY(out.request.purpose, read_purpose(reader));
    MN_DO(reader.finish());
    MN_DO(need_agreement(node, peer, out.request.purpose));
    out.request.kind = ReleaseKind::rewrap;
    out.request.requester = node.name();
    out.issued = node.clock.now();
    out.request.expires = {out.issued.seconds + kRequestLifeSeconds};
    out.recipients = {peer};
    MN_TRY(const std::string note, make_request(out, node.keys.identity));
    json::Object answer;
    answer.set("request", note);
    return json::Value(std::move(answer));
}

Result<json::Value> answer_share(NodeState& node,
                                 const std::string& peer,
                                 const json::Value& body) {
    MN_TRY(const Arrival arrival, read_arrival(node, peer, body));
    MN_DO(check_arrival(node, peer, arrival));
    // The evidence may come again under a newer checkpoint; what was asked for and sent may not
    // differ.
    const Act act{
        .kind = "receive",
        .key = peer + "/" + arrival.request.request.job,
        .input = body,
        .when_done = WhenDone::give_stored,
        .identity = arrival.delivery.request + arrival.delivery.header + arrival.delivery.manifest};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return keep_arrival(node, run, peer, arrival);
    }));
    return outcome.value;
}

}  // namespace mednexus::service::internal
