/// case.list, case.show, and the one way to a case in the clear.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_state.hpp"
#include "mednexus/service/manifest.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kDefaultReason = "shown to the operator";

/// Why and for what an operator reads.
struct Reading {
    std::string reason;
    Purpose purpose = Purpose::clinical_care;
    std::optional<std::string> job;
};

ReleaseRequest read_request(const NodeState& node, const Hash32& object, const Reading& reading) {
    return {.kind = ReleaseKind::plaintext_read,
            .requester = node.name(),
            .job = reading.job.value_or(""),
            .purpose = reading.purpose,
            .object = object,
            .expires = node.clock.now(),
            .reason = reading.reason};
}

EventDraft read_event(const NodeState& node,
                      const Decided& decided,
                      const Hash32& commitment,
                      const std::optional<std::string>& job) {
    json::Object data;
    data.set("commitment", hex(commitment));
    data.set("decision", hex(crypto::sha256(decided.leaf)));
    data.set("purpose", code_of(decided.verdict.request.purpose));
    return {EventKind::plaintext_read, node.name(), job, std::move(data)};
}

/// Takes the object, checks it against the manifest, and gives its text.
Result<std::string> open_object(NodeState& node, const Manifest& manifest, BytesView raw_header) {
    const ManifestObject& object = manifest.objects.front();
    MN_TRY(storage::Header header, storage::parse_header(raw_header));
    MN_TRY(const Sensitive<Bytes> plain,
           storage::withdraw(*node.objects,
                             {std::move(header), {object.root, object.sealed_size_bytes}},
                             node.keys.sealing,
                             clinical::kPhenopacketBytesMax));
    if (commit_to_plaintext(manifest.salt, plain.reveal()) != object.plain_commitment) {
        return fail(Kind::corrupt, "case: its content is not what its manifest commits to");
    }
    return std::string(text_of(plain.reveal()));
}

Result<OpenedCase> open_case(NodeState& node,
                             const Release& release,
                             const Hash32& object,
                             std::string_view manifest_text,
                             BytesView header) {
    MN_DO(release.permits(ReleaseKind::plaintext_read, object));
    MN_TRY(const Manifest manifest, parse_manifest(manifest_text));
    MN_TRY(std::string text, open_object(node, manifest, header));
    MN_TRY(clinical::ParsedCase parsed, clinical::parse_phenopacket(text));
    return OpenedCase{std::move(text), std::move(parsed.value)};
}

/// Decides, logs the decision, and logs the read before it happens.
Result<Release> release_for_reading(NodeState& node,
                                    const ReleaseRequest& request,
                                    const Evidence& evidence,
                                    const Hash32& commitment) {
    const Verdict verdict = decide(request, evidence);
    MN_TRY(const Decided decided,
           log_decision_now(node,
                            {verdict,
                             decision_data(verdict, commitment, std::nullopt),
                             node.name(),
                             std::nullopt}));
    if (!decided.decision.is_permitted()) {
        return fail(Kind::denied, "case.show: " + explain_denial(verdict));
    }
    MN_TRY(Release release,
           Release::from(decided.decision, ReleaseKind::plaintext_read, request.object));
    MN_TRY(const Logged logged,
           log_event_now(node, read_event(node, decided, commitment, std::nullopt)));
    return release;
}

Result<json::Value> shown(const OpenedCase& opened, std::string_view manifest, json::Object out) {
    MN_TRY(json::Value phenopacket, json::parse(opened.phenopacket));
    out.set("phenopacket", std::move(phenopacket));
    out.set("manifest", hex(manifest_id(manifest)));
    return json::Value(std::move(out));
}

Result<json::Value> show_own(NodeState& node, const CaseRow& row, const Reading& reading) {
    Evidence evidence = evidence_about(node, node.name());
    evidence.is_own_object = true;
    const Hash32 salt = random_id<Hash32>(node.random);
    const CommitmentRow commitment{commit_to_case(salt, row.id), row.id, salt};
    MN_DO(node.database->insert_commitments(std::span(&commitment, 1), ""));
    MN_TRY(
        const Release release,
        release_for_reading(
            node, read_request(node, object_of(row.id), reading), evidence, commitment.commitment));
    MN_TRY(const OpenedCase opened, open_own_case(node, release, row));
    json::Object out;
    out.set("case", hex_of(row.id));
    out.set("root", hex_of(row.root));
    out.set("origin", "own");
    out.set("deposited", to_rfc3339(row.stored));
    out.set("leaf", release.leaf_index());
    return shown(opened, row.manifest, std::move(out));
}

/// Gets the body from its owner unless it is here; it is kept only if it is what its root says.
Result<void> fetch_body(NodeState& node, const ReceivedRow& row) {
    MN_TRY(const Manifest manifest, parse_manifest(row.manifest));
    const storage::ObjectRef ref{row.root, manifest.objects.front().sealed_size_bytes};
    if (node.objects->open(ref)) {
        return {};
    }
    MN_TRY(const Card owner, node.directory->card(row.sender));
    MN_TRY(const Bytes body,
           node.peers.get_object({owner.name, owner.endpoint, owner.tls_pin}, row.root));
    MN_TRY([[maybe_unused]] const storage::ObjectRef stored,
           storage::put_bytes(*node.objects, body, ref));
    return {};
}

Result<json::Value> show_received(NodeState& node, const ReceivedRow& row, Reading reading) {
    MN_DO(fetch_body(node, row));
    Evidence evidence = evidence_about(node, node.name());
    evidence.received_for = row.purpose;
    reading.purpose = row.purpose;
    MN_TRY(const Release release,
           release_for_reading(
               node, read_request(node, row.commitment, reading), evidence, row.commitment));
    MN_TRY(const OpenedCase opened,
           open_case(node, release, row.commitment, row.manifest, row.header));
    json::Object out;
    out.set("case", hex(row.commitment));
    out.set("root", hex_of(row.root));
    out.set("origin", row.sender);
    out.set("deposited", to_rfc3339(row.received));
    out.set("purpose", code_of(row.purpose));
    out.set("leaf", release.leaf_index());
    return shown(opened, row.manifest, std::move(out));
}

}  // namespace

Hash32 object_of(const CaseId& id) {
    return Hash32(id.array());
}

Result<OpenedCase> open_own_case(NodeState& node, const Release& release, const CaseRow& row) {
    return open_case(node, release, object_of(row.id), row.manifest, row.header);
}

Result<OpenedCase> read_for_job(NodeState& node,
                                Journal::Run& run,
                                const CaseRow& row,
                                const std::string& job) {
    MN_TRY(const json::Value salted, run.step("read.salt", [&]() -> Result<json::Value> {
        json::Object out;
        out.set("salt", hex(random_id<Hash32>(node.random)));
        return json::Value(std::move(out));
    }));
    json::Reader reader(salted, "read.salt");
    MN_TRY(const Hash32 salt, read_hash(reader, "salt"));
    const CommitmentRow commitment{commit_to_case(salt, row.id), row.id, salt};
    MN_DO(node.database->insert_commitments(std::span(&commitment, 1), ""));
    MN_TRY(const Decided decided,
           log_decision(node, run, "read.decision", [&]() -> Result<VerdictDraft> {
               Evidence evidence = evidence_about(node, node.name());
               evidence.is_own_object = true;
               const Reading reading{"query of a match", Purpose::clinical_care, job};
               const Verdict verdict =
                   decide(read_request(node, object_of(row.id), reading), evidence);
               return VerdictDraft{verdict,
                                   decision_data(verdict, commitment.commitment, std::nullopt),
                                   node.name(),
                                   job};
           }));
    MN_TRY(const Release release,
           Release::from(decided.decision, ReleaseKind::plaintext_read, object_of(row.id)));
    MN_TRY(const Logged logged, log_event(node, run, "read", [&]() -> Result<EventDraft> {
               return read_event(node, decided, commitment.commitment, job);
           }));
    return open_own_case(node, release, row);
}

Result<json::Value> case_list(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "case.list").finish());
    json::Array cases;
    MN_TRY(const auto own, node.database->list_cases());
    for (const CaseSummary& one : own) {
        const auto consent = node.directory->consent(one.id);
        json::Object entry;
        entry.set("case", hex_of(one.id));
        entry.set("root", hex_of(one.root));
        entry.set("origin", "own");
        entry.set("deposited", to_rfc3339(one.stored));
        entry.set("leaf", one.leaf_index);
        entry.set("consent", !consent ? "none" : (consent->is_revoked ? "revoked" : "granted"));
        cases.emplace_back(std::move(entry));
    }
    MN_TRY(const auto received, node.database->list_received());
    for (const ReceivedRow& one : received) {
        json::Object entry;
        entry.set("case", hex(one.commitment));
        entry.set("root", hex_of(one.root));
        entry.set("origin", one.sender);
        entry.set("deposited", to_rfc3339(one.received));
        entry.set("leaf", one.leaf_index);
        entry.set("purpose", code_of(one.purpose));
        cases.emplace_back(std::move(entry));
    }
    json::Object out;
    out.set("cases", std::move(cases));
    return json::Value(std::move(out));
}

Result<json::Value> case_show(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "case.show");
    MN_TRY(const Hash32 id, read_hex<Hash32>(reader, "case"));
    Reading reading;
    MN_TRY(reading.reason, string_or(reader, "reason", kDefaultReason));
    MN_TRY(const std::string purpose,
           string_or(reader, "purpose", code_of(Purpose::clinical_care)));
    MN_TRY(reading.purpose, parse_purpose(purpose));
    MN_DO(reader.finish());
    const auto own = node.database->find_case(CaseId(id.array()));
    if (own) {
        return show_own(node, *own, reading);
    }
    if (own.error().kind != Kind::not_found) {
        return tl::unexpected(own.error());
    }
    MN_TRY(const ReceivedRow received, node.database->find_received(id));
    return show_received(node, received, reading);
}

}  // namespace mednexus::service::internal
