/// case.add: parse, de-identify, seal, store, log, index. docs/formats/journal.md, "deposit".
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/node_state.hpp"
#include "mednexus/service/internal/seed_stream.hpp"
#include "mednexus/service/manifest.hpp"

namespace mednexus::service::internal {

namespace {

/// A case as it will be kept, with what the depositor should know.
struct Intake {
    std::string canonical;  ///< de-identified phenopacket
    std::vector<std::string> removed;
    std::vector<std::string> unknown_terms;
    Hash32 seen_before;  ///< of the canonical source, under the home key
};

json::Value strings_json(const std::vector<std::string>& items) {
    json::Array out;
    for (const std::string& item : items) {
        out.emplace_back(item);
    }
    return out;
}

/// HPO ids that this release does not know, each once.
std::vector<std::string> unknown_terms(const clinical::Case& value,
                                       const clinical::Ontology& ontology) {
    std::vector<std::string> out;
    for (const clinical::Finding& finding : value.findings) {
        const std::string& id = finding.term.id;
        const bool is_listed = std::find(out.begin(), out.end(), id) != out.end();
        if (!is_listed && ontology.resolve(id).how == clinical::Found::unknown) {
            out.push_back(id);
        }
    }
    return out;
}

Result<Intake> take_in(NodeState& node, std::string_view text) {
    MN_TRY(const Clinic* clinic, node.need_clinic());
    MN_TRY(const clinical::ParsedCase parsed, clinical::parse_phenopacket(text));
    const std::string source = json::write_canonical(clinical::write_phenopacket(parsed.value));
    Intake out;
    out.seen_before = node.database->seal().mac(bytes_of("case/" + source));
    // The pseudonym must come out the same when a deposit is repeated, and say nothing without the
    // home key.
    const Hash32 pseudonym = node.database->seal().mac(out.seen_before.view());
    MN_TRY(const clinical::Deidentified kept,
           clinical::deidentify(parsed,
                                clinic->hpo,
                                {.pseudonym = "case-" + codec::to_hex(pseudonym.view().first(8))}));
    out.canonical = json::write_canonical(clinical::write_phenopacket(kept.value));
    out.removed = kept.removed;
    out.unknown_terms = unknown_terms(kept.value, *clinic->hpo.ontology);
    return out;
}

/// Ids, salts and seeds of one deposit, drawn once.
struct Draw {
    CaseId case_id;
    Hash32 salt;  ///< of the commitment
    Hash32 manifest_salt;
    Hash32 chain_handle_salt;
    Hash32 chain_commitment_salt;
    Secret<32> patient_seed;
    Secret<32> sealing_seed;
};

Result<Draw> draw_once(NodeState& node, Journal::Run& run) {
    MN_TRY(const json::Value kept, run.step("draw", [&]() -> Result<json::Value> {
        json::Object out;
        for (const char* key : {"case",
                                "salt",
                                "manifest_salt",
                                "chain_handle_salt",
                                "chain_commitment_salt",
                                "patient_seed",
                                "sealing_seed"}) {
            out.set(key, hex(random_id<Hash32>(node.random)));
        }
        return json::Value(std::move(out));
    }));
    json::Reader reader(kept, "draw");
    Draw out;
    MN_TRY(out.case_id, read_hex<CaseId>(reader, "case"));
    MN_TRY(out.salt, read_hash(reader, "salt"));
    MN_TRY(out.manifest_salt, read_hash(reader, "manifest_salt"));
    MN_TRY(out.chain_handle_salt, read_hash(reader, "chain_handle_salt"));
    MN_TRY(out.chain_commitment_salt, read_hash(reader, "chain_commitment_salt"));
    MN_TRY(const Hash32 patient, read_hash(reader, "patient_seed"));
    MN_TRY(const Hash32 sealing, read_hash(reader, "sealing_seed"));
    MN_TRY(out.patient_seed, Secret<32>::from(patient.view()));
    MN_TRY(out.sealing_seed, Secret<32>::from(sealing.view()));
    return out;
}

/// Seals and stores with randomness of the draw: a repeat makes the same object.
Result<storage::Deposit> store(NodeState& node, const Draw& draw, std::string_view canonical) {
    SeedStream random(draw.sealing_seed.clone());
    storage::MemorySource plain(bytes_of(canonical));
    const crypto::X25519PublicKey own = crypto::x25519_public_of(node.keys.sealing);
    return storage::deposit(*node.objects, plain, std::span(&own, 1), random);
}

Manifest manifest_of(const Draw& draw,
                     const storage::Deposit& deposit,
                     BytesView header,
                     std::string_view canonical) {
    Manifest out;
    out.salt = draw.manifest_salt;
    out.objects.push_back(
        {.media_type = std::string(kPhenopacketMediaType),
         .root = deposit.object.root,
         .sealed_size_bytes = deposit.object.size_bytes,
         .plain_size_bytes = canonical.size(),
         .plain_commitment = commit_to_plaintext(draw.manifest_salt, bytes_of(canonical)),
         .key_commitment = commit_to_key(draw.manifest_salt, header)});
    return out;
}

Result<clinical::CaseVector> vector_of(const Clinic& clinic, std::string_view canonical) {
    MN_TRY(const clinical::ParsedCase parsed, clinical::parse_phenopacket(canonical));
    return clinic.profile.case_vector(clinical::observed_terms(parsed.value));
}

Result<CaseRow> make_row(NodeState& node,
                         const Draw& draw,
                         std::string_view canonical,
                         std::uint64_t leaf_index,
                         const storage::Deposit& deposit) {
    MN_TRY(const Clinic* clinic, node.need_clinic());
    MN_TRY(clinical::CaseVector vector, vector_of(*clinic, canonical));
    Bytes header = storage::encode_header(deposit.header);
    std::string manifest = write_manifest(manifest_of(draw, deposit, header, canonical));
    return CaseRow{.id = draw.case_id,
                   .root = deposit.object.root,
                   .header = std::move(header),
                   .manifest = std::move(manifest),
                   .profile = clinic->profile.id(),
                   .vector = std::move(vector.entries),
                   .stored = node.clock.now(),
                   .leaf_index = leaf_index};
}

/// Queues the registration; nothing in a home without a chain.
Result<void> queue_registration(NodeState& node, const Draw& draw, const CaseRow& row) {
    if (!node.chain) {
        return {};
    }
    const OnChainName name{
        .handle = case_handle_on_chain(draw.chain_handle_salt, row.id),
        .commitment = commit_to_manifest(draw.chain_commitment_salt, manifest_id(row.manifest))};
    MN_DO(node.database->insert_case_on_chain(
        row.id, name, draw.chain_handle_salt, draw.chain_commitment_salt));
    return node.chain->outbox().enqueue(ItemKind::register_case,
                                        "register/" + hex(name.handle),
                                        write_register_item({name.handle, name.commitment}));
}

Result<json::Value> keep_case(NodeState& node, Journal::Run& run, const std::string& canonical) {
    MN_TRY(const Draw draw, draw_once(node, run));
    MN_TRY(const storage::Deposit deposit, store(node, draw, canonical));
    const Hash32 commitment = commit_to_case(draw.salt, draw.case_id);
    MN_TRY(const Logged logged, log_event(node, run, "deposited", [&]() -> Result<EventDraft> {
               json::Object data;
               data.set("commitment", hex(commitment));
               data.set("root", hex_of(deposit.object.root));
               return EventDraft{
                   EventKind::case_deposited, node.name(), std::nullopt, std::move(data)};
           }));
    MN_TRY(const CaseRow row, make_row(node, draw, canonical, logged.index, deposit));
    MN_DO(node.database->insert_case(row, draw.patient_seed, commitment, draw.salt));
    MN_DO(queue_registration(node, draw, row));
    json::Object out;
    out.set("case", hex_of(row.id));
    out.set("root", hex_of(row.root));
    out.set("manifest", hex(manifest_id(row.manifest)));
    out.set("leaf", logged.index);
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Value> case_add(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "case.add");
    MN_TRY(const std::string text, reader.string("phenopacket"));
    MN_DO(reader.finish());
    MN_TRY(const Intake intake, take_in(node, text));
    json::Object input;
    input.set("case", intake.canonical);
    const std::string key = hex(intake.seen_before);
    const Act act{.kind = "case.add",
                  .key = key,
                  .input = std::move(input),
                  .when_done = WhenDone::give_stored,
                  .identity = key};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return keep_case(node, run, intake.canonical);
    }));
    if (!outcome.is_repeat) {
        node.metrics->count_deposit();
    }
    json::Value out = outcome.value;
    out.as_object()->set("status", outcome.is_repeat ? "existing" : "stored");
    out.as_object()->set("removed", strings_json(intake.removed));
    out.as_object()->set("unknown_terms", strings_json(intake.unknown_terms));
    return out;
}

Result<void> resume_deposit(NodeState& node, const std::string& key, const json::Value& input) {
    json::Reader reader(input, "case.add");
    MN_TRY(const std::string canonical, reader.string("case"));
    const Act act{.kind = "case.add",
                  .key = key,
                  .input = input,
                  .when_done = WhenDone::give_stored,
                  .identity = key};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return keep_case(node, run, canonical);
    }));
    return {};
}

}  // namespace mednexus::service::internal
