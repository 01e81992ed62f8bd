/// The operator operation "match": make the query, log, ask every peer, check, merge, log, bundle.
#include <algorithm>

#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::int64_t kRequestLifeSeconds = 900;
constexpr std::int64_t kTopDefault = 10;
constexpr std::string_view kNotice =
    "scores computed in the clear: each institution saw the query vector";

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

Result<std::string> sign_request(const NodeState& node,
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
    for (const Card& peer : node.directory->peers()) {
        out.recipients.push_back(peer.name);
    }
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

/// What one peer said.
struct PeerAnswer {
    PeerOutcome outcome;
    std::optional<Answer> answer;
    std::optional<LogEvidence> evidence;
};

Failure lied(const Card& peer, const std::string& what) {
    return fail(Kind::corrupt, "match: " + peer.name + ": " + what);
}

/// The answer is for this request and its owner logged the decision and the answer.
Result<void> check_answer(const PeerAnswer& given, const Card& peer, const MatchCall& call) {
    const Answer& answer = *given.answer;
    if (answer.institution != peer.name || answer.job != call.request.request.job ||
        answer.request != call.request.digest || answer.profile != call.request.profile ||
        answer.query_commitment != call.request.request.object) {
        return lied(peer, "its answer is for another request");
    }
    if (answer.opened.size() > call.request.top) {
        return lied(peer, "its answer opens more slots than were asked for");
    }
    if (const auto checked = check_evidence(*given.evidence, peer); !checked) {
        return lied(peer, checked.error().what);
    }
    if (given.evidence->leaves.size() != 2) {
        return lied(peer, "its evidence is not the two leaves of an answer");
    }
    MN_TRY(const Event event, parse_event(given.evidence->leaves[1].entry));
    MN_TRY(const MatchAnsweredData logged, parse_match_answered(event));
    if (logged.answer != digest_of(to_json(answer))) {
        return lied(peer, "its log names another answer");
    }
    return {};
}

Result<PeerAnswer> read_answer(const json::Value& value, const Card& peer, const MatchCall& call) {
    json::Reader reader(value, "match");
    PeerAnswer out;
    MN_TRY(const json::Value* answer, reader.object("answer"));
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_DO(reader.finish());
    MN_TRY(out.answer, parse_answer(*answer));
    MN_TRY(out.evidence, parse_evidence(*evidence));
    MN_DO(check_answer(out, peer, call));
    out.outcome = {peer.name, "answered", out.answer->count, out.answer->permitted};
    return out;
}

/// Asks one peer and keeps what it said. Errors: unavailable; corrupt: it answered falsely.
Result<PeerAnswer> ask_peer(NodeState& node,
                            Journal::Run& run,
                            const Card& peer,
                            const json::Value& body,
                            const MatchCall& call) {
    MN_TRY(const json::Value said, run.step("peer." + peer.name, [&]() -> Result<json::Value> {
        auto answer = node.peers.call({peer.name, peer.endpoint, peer.tls_pin}, "match", body);
        if (!answer && answer.error().kind == Kind::denied) {
            json::Object out;
            out.set("denied", answer.error().what);
            return json::Value(std::move(out));
        }
        if (answer) {
            MN_TRY([[maybe_unused]] const PeerAnswer checked, read_answer(*answer, peer, call));
        }
        return answer;
    }));
    if (said.as_object() != nullptr && said.as_object()->find("denied") != nullptr) {
        return PeerAnswer{{peer.name, "denied", 0, 0}, std::nullopt, std::nullopt};
    }
    return read_answer(said, peer, call);
}

/// busy and unavailable: the peer is away; what else goes wrong is its own error.
bool is_away(Kind kind) noexcept {
    return kind == Kind::unavailable || kind == Kind::busy;
}

Result<std::vector<PeerAnswer>> ask_all(NodeState& node,
                                        Journal::Run& run,
                                        const Question& question,
                                        const json::Value& body,
                                        const MatchCall& call) {
    std::vector<PeerAnswer> out;
    std::string missing;
    for (const std::string& name : call.request.recipients) {
        MN_TRY(const Card peer, node.directory->card(name));
        auto answer = ask_peer(node, run, peer, body, call);
        if (!answer && !is_away(answer.error().kind)) {
            return fail_in("match: " + name, answer.error());
        }
        if (!answer) {
            missing += " " + name;
            answer = PeerAnswer{{name, "unavailable", 0, 0}, std::nullopt, std::nullopt};
        }
        out.push_back(std::move(*answer));
    }
    if (!missing.empty() && !question.allow_missing) {
        return fail(Kind::unavailable, "match: no answer from" + missing);
    }
    return out;
}

MatchResult merge(const NodeState& node,
                  const MatchCall& call,
                  const std::vector<PeerAnswer>& said) {
    std::vector<Answer> answers;
    MatchResult out;
    for (const PeerAnswer& one : said) {
        out.peers.push_back(one.outcome);
        if (one.answer) {
            answers.push_back(*one.answer);
        }
    }
    out.job = call.request.request.job;
    out.requester = node.name();
    out.purpose = call.request.request.purpose;
    out.profile = call.request.profile;
    out.query_commitment = call.request.request.object;
    out.request = call.request.digest;
    out.top = call.request.top;
    out.ranking = merge_answers(answers, call.request.top);
    return out;
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

Result<EventDraft> result_event(const NodeState& node,
                                const MatchCall& call,
                                const std::vector<PeerAnswer>& said,
                                const MatchResult& result) {
    MatchResultData data;
    for (const PeerAnswer& one : said) {
        if (one.answer) {
            data.answers.push_back({one.outcome.institution, digest_of(to_json(*one.answer))});
        }
    }
    data.query_commitment = call.request.request.object;
    data.request = call.request.digest;
    data.result = digest_of(to_json(result));
    return EventDraft{
        EventKind::match_result, node.name(), call.request.request.job, to_json(data)};
}

/// The roster: every card on file and our own.
std::vector<std::string> roster_cards(const NodeState& node) {
    std::vector<Card> cards = node.directory->peers();
    cards.push_back(node.directory->own());
    std::sort(
        cards.begin(), cards.end(), [](const Card& a, const Card& b) { return a.name < b.name; });
    std::vector<std::string> out;
    for (const Card& card : cards) {
        out.push_back(card.note);
    }
    return out;
}

/// The bundle, checked as any reader would before it leaves this house.
Result<std::string> bundle_of(const NodeState& node,
                              const MatchCall& call,
                              const std::vector<PeerAnswer>& said,
                              const MatchResult& result,
                              const LogEvidence& own) {
    BundleParts parts;
    parts.cards = roster_cards(node);
    parts.request = call.request.note;
    parts.result = result;
    parts.evidence.push_back(own);
    for (const PeerAnswer& one : said) {
        if (one.answer) {
            parts.answers.push_back(*one.answer);
            parts.evidence.push_back(*one.evidence);
        }
    }
    std::sort(
        parts.evidence.begin(),
        parts.evidence.end(),
        [](const LogEvidence& a, const LogEvidence& b) { return a.institution < b.institution; });
    MN_TRY(std::string bundle, make_bundle(parts, node.keys.log));
    MN_TRY(const VerificationReport report, verify_bundle(bundle, std::nullopt));
    if (report.verdict == VerificationVerdict::refused) {
        return fail(Kind::internal, "match: the bundle does not verify: " + words_of(report));
    }
    return bundle;
}

json::Value answer_for_operator(const MatchResult& result, const std::string& bundle) {
    json::Array ranking;
    for (const Ranked& one : result.ranking) {
        json::Object place;
        place.set("institution", one.institution);
        place.set("handle", one.handle);
        place.set("score", one.score);
        ranking.emplace_back(std::move(place));
    }
    json::Array peers;
    for (const PeerOutcome& one : result.peers) {
        json::Object peer;
        peer.set("name", one.institution);
        peer.set("outcome", one.outcome);
        peer.set("counted", one.count);
        peer.set("permitted", one.permitted);
        peers.emplace_back(std::move(peer));
    }
    json::Object out;
    out.set("job", result.job);
    out.set("ranking", std::move(ranking));
    out.set("peers", std::move(peers));
    out.set("bundle", bundle);
    out.set("notice", kNotice);
    return out;
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
    MN_TRY(const std::vector<PeerAnswer> said, ask_all(node, run, question, body, call));
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
