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

}  // namespace

Problem problem_with_registered(const MatchRequestedData& logged, const SignedRequest& request) {
    const OpeningTerms& terms = *request.opening;
    const bool is_same =
        logged.consortium == terms.consortium && logged.epoch == terms.epoch &&
        logged.query == terms.query && logged.query_commitment == request.request.object &&
        logged.profile == request.profile && logged.purpose == request.request.purpose &&
        logged.recipients == request.recipients && logged.top == request.top;
    return is_same ? Problem() : Problem("the leaf match.requested is about another request");
}

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
    return problem_with_terms(facts.documents, facts.request);
}

Problem problem_with_query(const BundleFacts& facts) {
    const LeafFact& leaf = facts.leaf_of(facts.requester(), EventKind::match_requested);
    const auto logged = parse_match_requested(leaf.event);
    if (!logged) {
        return logged.error().what;
    }
    if (Problem problem = problem_with_registered(*logged, facts.request)) {
        return problem;
    }
    const LeafFact& result = facts.leaf_of(facts.requester(), EventKind::match_result);
    return leaf.leaf.index < result.leaf.index ? Problem()
                                               : "the result was logged before the request";
}

Problem problem_with_completeness(const BundleFacts& facts) {
    for (const Answer& answer : facts.bundle.parts.answers) {
        if (!is_asked(facts, answer.institution)) {
            return answer.institution + " answered without being asked";
        }
    }
    for (const std::string& institution : facts.request.recipients) {
        if (answer_of(facts, institution) == nullptr) {
            return "no answer of " + institution;
        }
    }
    return std::nullopt;
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
