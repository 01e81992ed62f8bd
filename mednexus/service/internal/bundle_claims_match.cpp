/// Claims about the match itself: request, decisions, answers, result.
#include <algorithm>
#include <set>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

namespace {

const LeafFact& leaf_of(const BundleFacts& facts, std::string_view institution, EventKind kind) {
    return *facts.party_of(institution)->only(kind);  // leaves.included is proven before
}

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

Problem problem_with_answer(const BundleFacts& facts, const Answer& answer) {
    const SignedRequest& request = facts.request;
    if (answer.request != request.digest || answer.job != request.request.job ||
        answer.profile != request.profile || answer.query_commitment != request.request.object) {
        return "the answer is to another request";
    }
    const LeafFact& leaf = leaf_of(facts, answer.institution, EventKind::match_answered);
    const auto logged = parse_match_answered(leaf.event);
    if (!logged) {
        return logged.error().what;
    }
    if (logged->answer != digest_of(to_json(answer))) {
        return "the answer is not the one that its owner logged";
    }
    if (logged->request != request.digest || logged->count != answer.count ||
        logged->permitted != answer.permitted) {
        return "the leaf match.answered is about another request or other counts";
    }
    return std::nullopt;
}

Problem problem_with_grant(const SignedRequest& request, const MatchDecisionData& decision) {
    if (decision.request != request.digest || decision.requester != request.request.requester ||
        decision.purpose != request.request.purpose) {
        return "the decision is about another request";
    }
    if (!decision.granted || !grants_by(decision.rules, kJobRules)) {
        return "the decision does not grant the request by every rule of a job";
    }
    return std::nullopt;
}

Problem problem_with_decision(const BundleFacts& facts, const Answer& answer) {
    const LeafFact& leaf = leaf_of(facts, answer.institution, EventKind::decision);
    const LeafFact& answered = leaf_of(facts, answer.institution, EventKind::match_answered);
    const auto decision = parse_match_decision(leaf.event);
    if (!decision) {
        return decision.error().what;
    }
    if (Problem problem = problem_with_grant(facts.request, *decision)) {
        return problem;
    }
    if (leaf.leaf.index >= answered.leaf.index) {
        return "the answer was logged before the decision";
    }
    if (leaf.event.time > facts.request.request.expires) {
        return "the decision was made after the request had expired";
    }
    if (parse_match_answered(answered.event)->decision != crypto::sha256(leaf.leaf.entry)) {
        return "the answer names another decision";
    }
    if (decision->count != answer.count || decision->permitted != answer.permitted ||
        decision->slots_root != answer.slots_root) {
        return "the decision is about other slots";
    }
    return std::nullopt;
}

Problem problem_with_slot(const Answer& answer, const OpenedSlot& opened) {
    const std::string slot = "slot " + std::to_string(opened.record.slot);
    if (!opened.record.permitted) {
        return slot + " was opened although it was denied";
    }
    const Hash32 leaf =
        ledger::kRfc6962.leaf(bytes_of(json::write_canonical(to_json(opened.record))));
    const auto included = merkle::verify_inclusion(ledger::kRfc6962,
                                                   {.index = opened.record.slot,
                                                    .tree_size = answer.count,
                                                    .leaf_hash = leaf,
                                                    .root = answer.slots_root},
                                                   opened.proof);
    return included ? Problem() : Problem(slot + " is not in the slots root of the decision");
}

bool is_best_first(const std::vector<OpenedSlot>& opened) {
    return std::adjacent_find(
               opened.begin(), opened.end(), [](const OpenedSlot& a, const OpenedSlot& b) {
                   return a.score < b.score || (a.score == b.score && a.handle() >= b.handle());
               }) == opened.end();
}

Problem problem_with_opened(const BundleFacts& facts, const Answer& answer) {
    if (answer.opened.size() > std::min<std::uint64_t>(answer.permitted, facts.request.top)) {
        return "more slots were opened than permitted or asked for";
    }
    std::set<std::uint64_t> slots;
    std::set<std::string> handles;  // equal where commitments are: a handle is their beginning
    for (const OpenedSlot& opened : answer.opened) {
        if (!slots.insert(opened.record.slot).second) {
            return "slot " + std::to_string(opened.record.slot) + " was opened twice";
        }
        if (!handles.insert(opened.handle()).second) {
            return "slot " + std::to_string(opened.record.slot) + " has the handle of another";
        }
        if (Problem problem = problem_with_slot(answer, opened)) {
            return problem;
        }
    }
    return is_best_first(answer.opened) ? Problem() : "the opened slots are not in order";
}

/// The first problem of any answer, with its institution.
Problem first_problem(const BundleFacts& facts,
                      Problem (*problem_with)(const BundleFacts&, const Answer&)) {
    for (const Answer& answer : facts.bundle.parts.answers) {
        if (Problem problem = problem_with(facts, answer)) {
            return answer.institution + ": " + *problem;
        }
    }
    return std::nullopt;
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
    const LeafFact& leaf = leaf_of(facts, facts.requester(), EventKind::match_requested);
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
    const LeafFact& result = leaf_of(facts, facts.requester(), EventKind::match_result);
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

Problem problem_with_answers(const BundleFacts& facts) {
    return first_problem(facts, &problem_with_answer);
}

Problem problem_with_decisions(const BundleFacts& facts) {
    return first_problem(facts, &problem_with_decision);
}

Problem problem_with_slots(const BundleFacts& facts) {
    return first_problem(facts, &problem_with_opened);
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
    const LeafFact& leaf = leaf_of(facts, facts.requester(), EventKind::match_result);
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
