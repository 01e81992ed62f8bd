/// A match, its end: say what was computed and decided, and put it into a bundle.
#include <algorithm>

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"
#include "mednexus/service/internal/match_steps.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kNotice =
    "scores computed under encryption: nobody but this institution saw the query or a score; what "
    "is not proven is listed in the bundle";

/// The roster: every card on file and our own, by name.
std::vector<std::string> roster_cards(const NodeState& node) {
    std::vector<std::string> out;
    for (const auto& [name, card] : cards_on_file(node)) {
        out.push_back(card.note);
    }
    return out;
}

}  // namespace

Result<ResultPackage> package_of(const NodeState& node,
                                 const Gathered& gathered,
                                 std::vector<RankedSlot> ranking) {
    const SignedRequest& request = gathered.call.request;
    BundleFacts facts;
    facts.bundle.parts.result.requester = node.name();
    for (const PeerAnswer& one : gathered.said) {
        facts.bundle.parts.answers.push_back(one.answer);
        MN_TRY(facts.parties[one.answer.institution], read_party(one.evidence));
    }
    ResultPackage out;
    out.job = request.request.job;
    out.requester = node.name();
    out.purpose = request.request.purpose;
    out.profile = request.profile;
    out.top = request.top;
    out.query_commitment = request.request.object;
    out.request = request.digest;
    out.computation = computation_of(gathered.scored.checked.documents);
    out.checks = checks_of(facts, compute::kCheckRepetitions);
    out.decisions = decisions_of(facts);
    out.ranking = std::move(ranking);
    return out;
}

EventDraft result_event(const NodeState& node,
                        const Gathered& gathered,
                        const ResultPackage& result) {
    MatchResultData data;
    for (const PeerAnswer& one : gathered.said) {
        data.answers.push_back({one.answer.institution, digest_of(to_json(one.answer))});
    }
    data.query_commitment = result.query_commitment;
    data.request = result.request;
    data.result = digest_of(to_json(result));
    return EventDraft{EventKind::match_result, node.name(), result.job, to_json(data)};
}

Result<std::string> bundle_of(const NodeState& node,
                              const Gathered& gathered,
                              const ResultPackage& result,
                              const LogEvidence& own) {
    const MatchDocuments& documents = gathered.scored.checked.documents;
    BundleParts parts;
    parts.cards = roster_cards(node);
    parts.consortium = documents.consortium.note;
    parts.keys = documents.keys.note;
    parts.indexes = gathered.scored.indexes;
    parts.outputs = documents.outputs.note;
    parts.request = gathered.call.request.note;
    parts.result = result;
    parts.evidence = {own, gathered.scored.evidence};
    for (const PeerAnswer& one : gathered.said) {
        parts.answers.push_back(one.answer);
        parts.evidence.push_back(one.evidence);
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

json::Value answer_for_operator(const ResultPackage& result, const std::string& bundle) {
    json::Array ranking;
    for (const RankedSlot& one : result.ranking) {
        json::Object place;
        place.set("institution", one.institution);
        place.set("handle", one.record.handle());
        place.set("score", one.score);
        ranking.emplace_back(std::move(place));
    }
    json::Array peers;
    for (const DecidedBy& one : result.decisions) {
        json::Object peer;
        peer.set("name", one.institution);
        peer.set("counted", one.count);
        peer.set("permitted", one.permitted);
        peer.set("not_permitted", one.not_permitted);
        peers.emplace_back(std::move(peer));
    }
    json::Object out;
    out.set("job", result.job);
    out.set("ranking", std::move(ranking));
    out.set("peers", std::move(peers));
    out.set("bundle", bundle);
    out.set("notice", kNotice);
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
