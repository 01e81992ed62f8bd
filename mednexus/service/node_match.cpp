/// The operator operation "match": make the query, log, have it scored, check, sign what shall be
/// opened, ask every member, open, rank, log, bundle.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/match_steps.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::int64_t kTopDefault = 10;

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
    MN_DO(reader.finish());
    if (top < 1 || top > std::int64_t{kTopMax}) {
        return fail(Kind::invalid, "match.top: 1 to 1000");
    }
    out.top = static_cast<std::uint32_t>(top);
    return out;
}

/// Same question, same key: a match that a crash left open goes on.
std::string key_of(const NodeState& node, const Question& question) {
    const std::string subject = question.case_id ? hex_of(*question.case_id) : question.phenopacket;
    const std::string text =
        subject + "/" + std::string(code_of(question.purpose)) + "/" + std::to_string(question.top);
    return hex(node.database->seal().mac(bytes_of("match/" + text)));
}

/// Errors   unavailable: no consortium is founded, or its period is over
Result<Keyed> epoch_of_match(const NodeState& node) {
    auto epoch = need_active_consortium(*node.database);
    if (!epoch && epoch.error().kind == Kind::unavailable) {
        return fail(Kind::unavailable, "match: no consortium is founded");
    }
    if (epoch && !epoch->consortium.period.holds_at(node.clock.now())) {
        return fail(Kind::unavailable, "match: it is not the time of the consortium");
    }
    return epoch;
}

/// One match under way.
class Matching {
public:
    Matching(NodeState& node, Journal::Run& run, const Question& question, const Keyed& epoch)
        : node_(node), run_(run), question_(question), epoch_(epoch) {}

    /// `has_ended` is set when a crash or an absent member left a job that is too old.
    [[nodiscard]] Result<json::Value> run(bool& has_ended);

private:
    [[nodiscard]] EventDraft requested_event(const PreparedQuery& prepared,
                                             const Hash32& query) const;
    [[nodiscard]] Result<SignedRequest> request(const PreparedQuery& prepared,
                                                const QueryBlobs& blobs,
                                                const CheckedOutputs& checked);
    [[nodiscard]] Result<json::Value> conclude(const Gathered& gathered,
                                               std::vector<RankedSlot> ranking,
                                               std::uint64_t requested);

    NodeState& node_;
    Journal::Run& run_;
    const Question& question_;
    const Keyed& epoch_;
};

EventDraft Matching::requested_event(const PreparedQuery& prepared, const Hash32& query) const {
    return EventDraft{EventKind::match_requested,
                      node_.name(),
                      run_.id(),
                      to_json(MatchRequestedData{.consortium = epoch_.consortium.digest,
                                                 .epoch = epoch_.consortium.epoch,
                                                 .profile = epoch_.consortium.profile,
                                                 .purpose = question_.purpose,
                                                 .query = query,
                                                 .query_commitment = prepared.commitment(),
                                                 .recipients = prepared.recipients,
                                                 .top = question_.top})};
}

/// Signed when the outputs are there and right: it names them.
Result<SignedRequest> Matching::request(const PreparedQuery& prepared,
                                        const QueryBlobs& blobs,
                                        const CheckedOutputs& checked) {
    MN_TRY(const json::Value kept, run_.step("request", [&]() -> Result<json::Value> {
        SignedRequest out;
        out.request = {.kind = ReleaseKind::opening_share,
                       .requester = node_.name(),
                       .job = run_.id(),
                       .purpose = question_.purpose,
                       .object = prepared.commitment(),
                       .expires = prepared.until,
                       .reason = ""};
        out.issued = node_.clock.now();
        out.profile = epoch_.consortium.profile;
        out.recipients = prepared.recipients;
        out.top = question_.top;
        out.opening = OpeningTerms{.consortium = epoch_.consortium.digest,
                                   .data_root = checked.data_root,
                                   .epoch = epoch_.consortium.epoch,
                                   .opening_key = blobs.opening_key,
                                   .outputs = checked.documents.outputs.digest,
                                   .query = blobs.query,
                                   .query_proof = blobs.query_proof};
        MN_TRY(std::string note, make_request(out, node_.keys.identity));
        return json::Value(std::move(note));
    }));
    if (kept.as_string() == nullptr) {
        return fail(Kind::corrupt, "journal: a step holds no request");
    }
    return parse_request(*kept.as_string());
}

Result<json::Value> Matching::conclude(const Gathered& gathered,
                                       std::vector<RankedSlot> ranking,
                                       std::uint64_t requested) {
    MN_TRY(const ResultPackage result, package_of(node_, gathered, std::move(ranking)));
    MN_TRY(const Logged logged, log_event(node_, run_, "result", [&]() -> Result<EventDraft> {
               return result_event(node_, gathered, result);
           }));
    MN_TRY(const LogEvidence own, evidence_of_log(node_, {requested, logged.index}));
    MN_TRY(const std::string bundle, bundle_of(node_, gathered, result, own));
    MN_DO(node_.disk->write("bundles/" + run_.id() + ".mnx", bytes_of(bundle)));
    return answer_for_operator(result, bundle);
}

Result<json::Value> Matching::run(bool& has_ended) {
    MN_TRY(const PreparedQuery prepared, prepare_query(node_, run_, epoch_, question_));
    has_ended = node_.clock.now() > prepared.until || prepared.session != epoch_.keys.session;
    if (has_ended) {
        return fail(Kind::denied, "match: the request ended before all had answered");
    }
    MN_TRY(const QueryBlobs blobs, keep_query_blobs(node_, epoch_, prepared, run_.id()));
    MN_TRY(const Logged requested, log_event(node_, run_, "requested", [&]() -> Result<EventDraft> {
               return requested_event(prepared, blobs.query);
           }));
    MN_TRY(const Scored scored, ask_compute(node_, run_, epoch_, blobs.query));
    MatchCall call;
    MN_TRY(call.request, request(prepared, blobs, scored.checked));
    call.outputs = scored.checked.documents.outputs.note;
    call.indexes = scored.indexes;
    MN_TRY(call.registered, evidence_of_log(node_, {requested.index}));
    MN_TRY(const std::vector<PeerAnswer> said, ask_members(node_, run_, call, scored.checked));
    MN_TRY(std::vector<RankedSlot> ranking,
           open_and_rank(node_, run_, call, prepared, scored.checked, said));
    return conclude({call, scored, said}, std::move(ranking), requested.index);
}

}  // namespace

Result<json::Value> match(NodeState& node, const json::Value& arguments) {
    MN_TRY(const Question question, read_question(arguments));
    MN_TRY([[maybe_unused]] const Clinic* clinic, node.need_clinic());
    MN_TRY(const Keyed epoch, epoch_of_match(node));
    const std::string key = key_of(node, question);
    const Act act{.kind = "match",
                  .key = key,
                  .input = arguments,
                  .when_done = WhenDone::begin_anew,
                  .identity = key};
    bool has_ended = false;
    const auto body = [&](Journal::Run& run) {
        return Matching(node, run, question, epoch).run(has_ended);
    };
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
