/// A match, its end: merge what was answered, and put it into a bundle.
#include <algorithm>

#include "mednexus/service/internal/match_steps.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kNotice =
    "scores computed in the clear: each institution saw the query vector";

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

}  // namespace

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

}  // namespace mednexus::service::internal
