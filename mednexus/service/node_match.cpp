/// The operator operation "match": make the query, log, ask every peer, check, merge, log, bundle.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/match_steps.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::int64_t kRequestLifeSeconds = 900;
constexpr std::int64_t kTopDefault = 10;

/// What the operator asked.
struct Question {
    std::optional<CaseId> case_id;
    std::string phenopacket;  ///< when no case is named
    Purpose purpose = Purpose::disease_specific;
    std::uint32_t top = 0;
    bool allow_missing = false;
};

Result<Question> read_question(const json::Value& arguments) {
    json::Reader reader(arguments, "match");
    Question out;
    if (reader.optional("case") != nullptr) {
        MN_TRY(out.case_id, read_hex<CaseId>(reader, "case"));
    } else {
        MN_TRY(out.phenopacket, reader.string("phenopacket"));
    }
    MN_TRY(out.purpose, read_purpose(reader));
    MN_TRY(const std::int64_t top, integer_or(reader, "top", kTopDefault));
    MN_TRY(out.allow_missing, boolean_or(reader, "allow_missing", false));
    MN_DO(reader.finish());
    if (top < 1 || top > std::int64_t{kTopMax}) {
        return fail(Kind::invalid, "match.top: 1 to 1000");
    }
    out.top = static_cast<std::uint32_t>(top);
    return out;
}

/// Same question, same key: a match that a crash left open goes on, whatever allow_missing says.
std::string key_of(const NodeState& node, const Question& question) {
    const std::string subject = question.case_id ? hex_of(*question.case_id) : question.phenopacket;
    const std::string text =
        subject + "/" + std::string(code_of(question.purpose)) + "/" + std::to_string(question.top);
    return hex(node.database->seal().mac(bytes_of("match/" + text)));
}

Result<std::vector<std::int8_t>> query_vector(NodeState& node,
                                              Journal::Run& run,
                                              const Question& question,
                                              const std::string& job) {
    MN_TRY(const Clinic* clinic, node.need_clinic());
    clinical::CaseVector vector;
    if (question.case_id) {
        MN_DO(need_not_erased(node, *question.case_id));
        MN_TRY(const CaseRow row, node.database->find_case(*question.case_id));
        MN_TRY(const OpenedCase opened, read_for_job(node, run, row, job));
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

/// Who may see the query: those that an agreement covers and, in a home with a chain, whose
/// accreditation is in force. The same rules as for their requests to us: being asked shows them
/// the vector. Errors   denied: nobody, and by which rules; unavailable: as evidence_for_release
Result<std::vector<std::string>> recipients_of(NodeState& node, Purpose purpose) {
    std::vector<std::string> out;
    std::string why = "no card of another institution is on file";
    for (const Card& peer : node.directory->peers()) {
        MN_TRY(Evidence evidence, evidence_for_release(node, peer.name));
        evidence.is_request_signature_valid = true;  // we ask
        evidence.replay = Replay::fresh;
        const ReleaseRequest asked{.kind = ReleaseKind::opening_share,
                                   .requester = peer.name,
                                   .job = "",
                                   .purpose = purpose,
                                   .object = {},
                                   .expires = evidence.now,
                                   .reason = ""};
        const Verdict verdict = decide_job(asked, evidence);
        if (verdict.is_permitted()) {
            out.push_back(peer.name);
        } else {
            why = peer.name + ": " + explain_denial(verdict);
        }
    }
    if (out.empty()) {
        return fail(Kind::denied, "match: no institution may be asked: " + why);
    }
    return out;
}

Result<std::string> sign_request(NodeState& node,
                                 const Question& question,
                                 const std::string& job,
                                 const Hash32& commitment) {
    SignedRequest out;
    out.request = {.kind = ReleaseKind::opening_share,
                   .requester = node.name(),
                   .job = job,
                   .purpose = question.purpose,
                   .object = commitment,
                   .expires = {node.clock.now().seconds + kRequestLifeSeconds},
                   .reason = ""};
    out.issued = node.clock.now();
    out.profile = node.clinic->profile.id();
    MN_TRY(out.recipients, recipients_of(node, question.purpose));
    out.top = question.top;
    return make_request(out, node.keys.identity);
}

/// The body that every peer gets, made once.
Result<json::Value> make_call(NodeState& node,
                              Journal::Run& run,
                              const Question& question,
                              const std::string& job) {
    return run.step("query", [&]() -> Result<json::Value> {
        MatchCall call;
        MN_TRY(call.vector, query_vector(node, run, question, job));
        call.salt = random_id<Hash32>(node.random);
        MN_TRY(const std::string note,
               sign_request(node, question, job, commit_to_query(call.salt, call.vector)));
        MN_TRY(call.request, parse_request(note));
        return write_match_call(call);
    });
}

Result<EventDraft> requested_event(const NodeState& node, const MatchCall& call) {
    return EventDraft{EventKind::match_requested,
                      node.name(),
                      call.request.request.job,
                      to_json(MatchRequestedData{.profile = call.request.profile,
                                                 .purpose = call.request.request.purpose,
                                                 .query_commitment = call.request.request.object,
                                                 .recipients = call.request.recipients,
                                                 .request = call.request.digest,
                                                 .top = call.request.top})};
}

/// One attempt. `has_ended` is set when a crash or an absent peer left a request that is too old.
Result<json::Value> match_once(NodeState& node,
                               Journal::Run& run,
                               const Question& question,
                               bool& has_ended) {
    const std::string job = run.id();
    MN_TRY(const json::Value body, make_call(node, run, question, job));
    MN_TRY(const MatchCall call, parse_match_call(body));
    has_ended = node.clock.now() > call.request.request.expires;
    if (has_ended) {
        return fail(Kind::denied, "match: the request ended before all had answered");
    }
    MN_TRY(const Logged requested,
           log_event(node, run, "requested", [&] { return requested_event(node, call); }));
    MN_TRY(const std::vector<PeerAnswer> said,
           ask_peers(node,
                     run,
                     question.allow_missing ? MissingPeers::allowed : MissingPeers::refused,
                     body,
                     call));
    const MatchResult result = merge(node, call, said);
    MN_TRY(const Logged logged,
           log_event(node, run, "result", [&] { return result_event(node, call, said, result); }));
    MN_TRY(const LogEvidence own, evidence_of_log(node, {requested.index, logged.index}));
    MN_TRY(const std::string bundle, bundle_of(node, call, said, result, own));
    MN_DO(node.disk->write("bundles/" + job + ".mnx", bytes_of(bundle)));
    return answer_for_operator(result, bundle);
}

}  // namespace

Result<json::Value> match(NodeState& node, const json::Value& arguments) {
    MN_TRY(const Question question, read_question(arguments));
    MN_TRY([[maybe_unused]] const Clinic* clinic, node.need_clinic());
    if (node.directory->peers().empty()) {
        return fail(Kind::unavailable, "match: no card of another institution is on file");
    }
    const std::string key = key_of(node, question);
    const Act act{.kind = "match",
                  .key = key,
                  .input = arguments,
                  .when_done = WhenDone::begin_anew,
                  .identity = key};
    bool has_ended = false;
    const auto body = [&](Journal::Run& run) { return match_once(node, run, question, has_ended); };
    auto outcome = node.journal->perform(act, body);
    if (!outcome && has_ended) {
        outcome = node.journal->perform(act, body);  // under a new job
    }
    if (!outcome) {
        return tl::unexpected(outcome.error());
    }
    node.metrics->count_match_asked();
    return outcome->value;
}

}  // namespace mednexus::service::internal
