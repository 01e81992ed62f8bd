/// A match, its beginning: the query, what is drawn for it, and its ciphertext.
#include "mednexus/compute/query_proof.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/match_steps.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

namespace {

Result<std::vector<std::int8_t>> query_vector(NodeState& node,
                                              Journal::Run& run,
                                              const Question& question) {
    MN_TRY(const Clinic* clinic, node.need_clinic());
    clinical::CaseVector vector;
    if (question.case_id) {
        MN_DO(need_not_erased(node, *question.case_id));
        MN_TRY(const CaseRow row, node.database->find_case(*question.case_id));
        MN_TRY(const OpenedCase opened, read_for_job(node, run, row, run.id()));
        vector = clinic->profile.query_vector(clinical::observed_terms(opened.value));
    } else {
        MN_TRY(const clinical::ParsedCase parsed,
               clinical::parse_phenopacket(question.phenopacket));
        vector = clinic->profile.query_vector(clinical::observed_terms(parsed.value));
    }
    if (vector.terms_used == 0) {
        return fail(Kind::invalid, "match: the case has no observed term that the release knows");
    }
    return std::move(vector.entries);
}

/// Whether the job's rules hold in the other direction, as if the member asked us.
/// Errors   denied: by which rules; unavailable: as evidence_for_release
Result<void> need_may_be_asked(NodeState& node, const std::string& member, Purpose purpose) {
    MN_TRY(Evidence evidence, evidence_for_release(node, member));
    evidence.is_request_signature_valid = true;  // we ask
    evidence.replay = Replay::fresh;
    const Verdict verdict = decide_job({.kind = ReleaseKind::opening_share,
                                        .requester = member,
                                        .job = "",
                                        .purpose = purpose,
                                        .object = {},
                                        .expires = evidence.now,
                                        .reason = ""},
                                       evidence);
    return verdict.is_permitted()
               ? Result<void>()
               : Result<void>(
                     fail(Kind::denied,
                          "match: " + member + " may not be asked: " + explain_denial(verdict)));
}

/// A score opens with the shares of all members, so all are asked, or nobody.
Result<std::vector<std::string>> recipients_of(NodeState& node,
                                               const Keyed& epoch,
                                               Purpose purpose) {
    std::vector<std::string> out = epoch.consortium.member_names();
    std::erase(out, node.name());
    for (const std::string& member : out) {
        MN_DO(need_may_be_asked(node, member, purpose));
    }
    return out;
}

std::string hex_of_vector(const std::vector<std::int8_t>& vector) {
    Bytes out;
    for (const std::int8_t entry : vector) {
        out.push_back(static_cast<std::uint8_t>(entry));
    }
    return codec::to_hex(out);
}

/// The step is sealed as a whole in the database.
json::Value json_of(const PreparedQuery& prepared) {
    json::Object out;
    out.set("vector", hex_of_vector(prepared.vector));
    out.set("salt", hex(prepared.salt));
    out.set("query_seed", codec::to_hex(prepared.query_seed.reveal()));
    out.set("opening_seed", codec::to_hex(prepared.opening_seed.reveal()));
    out.set("recipients", texts_of(prepared.recipients));
    out.set("until", to_rfc3339(prepared.until));
    out.set("session", hex(prepared.session));
    return json::Value(std::move(out));
}

Result<Secret<32>> read_seed(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::string text, reader.string(key));
    MN_TRY(const Bytes raw, codec::parse_hex(text));
    return Secret<32>::from(raw);
}

Result<PreparedQuery> parse_prepared(const json::Value& value) {
    json::Reader reader(value, "query");
    PreparedQuery out;
    MN_TRY(const std::string vector, reader.string("vector"));
    MN_TRY(const Bytes entries, codec::parse_hex(vector));
    for (const std::uint8_t entry : entries) {
        out.vector.push_back(static_cast<std::int8_t>(entry));
    }
    MN_TRY(out.salt, read_hash(reader, "salt"));
    MN_TRY(out.query_seed, read_seed(reader, "query_seed"));
    MN_TRY(out.opening_seed, read_seed(reader, "opening_seed"));
    MN_TRY(out.recipients, reader.strings("recipients"));
    MN_TRY(out.until, read_time(reader, "until"));
    MN_TRY(out.session, read_hash(reader, "session"));
    MN_DO(reader.finish());
    return out;
}

}  // namespace

Result<PreparedQuery> prepare_query(NodeState& node,
                                    Journal::Run& run,
                                    const Keyed& epoch,
                                    const Question& question) {
    MN_TRY(const json::Value kept, run.step("query", [&]() -> Result<json::Value> {
        PreparedQuery out;
        MN_TRY(out.recipients, recipients_of(node, epoch, question.purpose));
        MN_TRY(out.vector, query_vector(node, run, question));
        out.salt = random_id<Hash32>(node.random);
        node.random.fill(out.query_seed.mutable_reveal());
        node.random.fill(out.opening_seed.mutable_reveal());
        out.until = {node.clock.now().seconds + kMatchLifeSeconds};
        out.session = epoch.keys.session;
        return json_of(out);
    }));
    return parse_prepared(kept);
}

Result<QueryBlobs> keep_query_blobs(NodeState& node,
                                    const Keyed& epoch,
                                    const PreparedQuery& prepared,
                                    const std::string& job) {
    const std::string& compute = epoch.consortium.compute.name;
    MN_TRY(const Bytes raw,
           fetch_blob(node, compute, epoch.keys.public_key, audience_of(epoch.consortium)));
    MN_TRY(const compute::PublicKey key, compute::PublicKey::parse(*node.ring, raw));
    MN_TRY(const compute::Vector vector,
           compute::Vector::make(epoch.consortium.profile, prepared.vector));
    MN_TRY(const Bytes query, compute::encrypt_query(*node.ring, key, prepared.query_seed, vector));
    QueryBlobs out;
    MN_TRY(out.query, node.blobs->keep(query, match_audience(node, "query/" + job, {compute})));
    MN_TRY(const Bytes proof,
           compute::prove_query(
               *node.ring, key, prepared.query_seed, vector, use_of_query(node.name(), job)));
    MN_TRY(out.query_proof,
           node.blobs->keep(proof, match_audience(node, "proof/" + job, prepared.recipients)));
    const Bytes opening_key = compute::make_requester_key(*node.ring, prepared.opening_seed);
    MN_TRY(
        out.opening_key,
        node.blobs->keep(opening_key, match_audience(node, "opening/" + job, prepared.recipients)));
    return out;
}

}  // namespace mednexus::service::internal
