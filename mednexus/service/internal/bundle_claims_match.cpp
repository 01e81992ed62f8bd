/// Claims about the match as a whole: request, completeness, result.
#include <algorithm>

#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

namespace {

bool is_asked(const BundleFacts& facts, const std::string& institution) {
    const auto& asked = facts.request.recipients;
    return std::find(asked.begin(), asked.end(), institution) != asked.end();
}

const Answer* answer_of(const BundleFacts& facts, std::string_view institution) {
    const auto& answers = facts.bundle.parts.answers;
    const auto found = std::find_if(answers.begin(), answers.end(), [&](const Answer& one) {
        return one.institution == institution;
    });
    return found == answers.end() ? nullptr : &*found;
}

PeerOutcome outcome_from(const Answer& answer) {
    return {.institution = answer.institution,
            .outcome = "answered",
            .count = answer.count,
            .permitted = answer.permitted};
}

bool is_silent(const PeerOutcome& peer) {
    return peer.outcome != "answered";
}

Problem problem_with_peer(const BundleFacts& facts,
                          const PeerOutcome& peer,
                          const std::string& institution) {
    const Answer* answer = answer_of(facts, institution);
    const PeerOutcome silent{
        .institution = institution, .outcome = peer.outcome, .count = 0, .permitted = 0};
    const bool is_right =
        answer == nullptr ? is_silent(peer) && peer == silent : peer == outcome_from(*answer);
    return is_right ? Problem() : Problem("the result misreports " + institution);
}

}  // namespace

Problem problem_with_request(const BundleFacts& facts) {
    const ReleaseRequest& request = facts.request.request;
    const Card* card = facts.card_of(request.requester);
    if (card == nullptr || request.requester != facts.requester()) {
        return "the requester has no card, or is not the result's";
    }
    if (facts.request.requester_key != card->identity || !facts.request.is_signature_valid) {
        return "not signed by the identity key of the requester's card";
    }
    if (request.kind != ReleaseKind::opening_share || facts.request.top == 0) {
        return "not a request for a match";
    }
    if (is_asked(facts, request.requester)) {
        return "the requester asks itself";
    }
    return std::nullopt;
}

Problem problem_with_query(const BundleFacts& facts) {
    const LeafFact& leaf = facts.leaf_of(facts.requester(), EventKind::match_requested);
    const auto logged = parse_match_requested(leaf.event);
    if (!logged) {
        return logged.error().what;
    }
    const SignedRequest& request = facts.request;
    if (logged->request != request.digest || logged->query_commitment != request.request.object ||
        logged->profile != request.profile || logged->purpose != request.request.purpose ||
        logged->recipients != request.recipients || logged->top != request.top) {
        return "the leaf match.requested is about another request";
    }
    const LeafFact& result = facts.leaf_of(facts.requester(), EventKind::match_result);
    return leaf.leaf.index < result.leaf.index ? Problem()
                                               : "the result was logged before the request";
}

std::vector<std::string> silent_peers(const BundleFacts& facts) {
    std::vector<std::string> out;
    for (const PeerOutcome& peer : facts.bundle.parts.result.peers) {
        if (is_silent(peer) && answer_of(facts, peer.institution) == nullptr) {
            out.push_back(peer.institution);
        }
    }
    return out;
}

Problem problem_with_completeness(const BundleFacts& facts) {
    for (const Answer& answer : facts.bundle.parts.answers) {
        if (!is_asked(facts, answer.institution)) {
            return answer.institution + " answered without being asked";
        }
    }
    const std::vector<std::string> silent = silent_peers(facts);
    for (const std::string& institution : facts.request.recipients) {
        const bool is_named = std::binary_search(silent.begin(), silent.end(), institution);
        if (answer_of(facts, institution) == nullptr && !is_named) {
            return "no answer of " + institution;
        }
    }
    return std::nullopt;
}

Problem problem_with_merge(const BundleFacts& facts) {
    const MatchResult& result = facts.bundle.parts.result;
    const SignedRequest& request = facts.request;
    if (result.job != request.request.job || result.requester != request.request.requester ||
        result.purpose != request.request.purpose || result.profile != request.profile ||
        result.query_commitment != request.request.object || result.request != request.digest ||
        result.top != request.top) {
        return "the result is about another request";
    }
    if (result.peers.size() != request.recipients.size()) {
        return "the result does not list the institutions that were asked";
    }
    for (std::size_t i = 0; i < result.peers.size(); ++i) {
        if (Problem problem = problem_with_peer(facts, result.peers[i], request.recipients[i])) {
            return problem;
        }
    }
    return result.ranking == merge_answers(facts.bundle.parts.answers, result.top)
               ? Problem()
               : "the ranking is not the merge of the answers";
}

Problem problem_with_result_leaf(const BundleFacts& facts) {
    const LeafFact& leaf = facts.leaf_of(facts.requester(), EventKind::match_result);
    const auto logged = parse_match_result(leaf.event);
    if (!logged) {
        return logged.error().what;
    }
    std::vector<MatchResultData::AnswerRef> answers;
    for (const Answer& answer : facts.bundle.parts.answers) {
        answers.push_back({answer.institution, digest_of(to_json(answer))});
    }
    if (logged->result != digest_of(to_json(facts.bundle.parts.result)) ||
        logged->request != facts.request.digest ||
        logged->query_commitment != facts.request.request.object || logged->answers != answers) {
        return "the leaf match.result is about another result";
    }
    return std::nullopt;
}

}  // namespace mednexus::service::internal
