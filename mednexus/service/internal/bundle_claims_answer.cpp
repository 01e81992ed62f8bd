/// Claims about each answer by itself: what its owner logged, decided, and opened.
#include <algorithm>
#include <set>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

namespace {

Problem problem_with_answer(const BundleFacts& facts, const Answer& answer) {
    const SignedRequest& request = facts.request;
    if (answer.request != request.digest || answer.job != request.request.job ||
        answer.profile != request.profile || answer.query_commitment != request.request.object) {
        return "the answer is to another request";
    }
    const LeafFact& leaf = facts.leaf_of(answer.institution, EventKind::match_answered);
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
    if (!decision.granted || !grants_by(decision.rules, job_rules(decision.basis()))) {
        return "the decision does not grant the request by every rule of a job";
    }
    return std::nullopt;
}

Problem problem_with_decision(const BundleFacts& facts, const Answer& answer) {
    const LeafFact& leaf = facts.leaf_of(answer.institution, EventKind::decision);
    const LeafFact& answered = facts.leaf_of(answer.institution, EventKind::match_answered);
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

}  // namespace

Problem problem_with_answers(const BundleFacts& facts) {
    return first_problem(facts, &problem_with_answer);
}

Problem problem_with_decisions(const BundleFacts& facts) {
    return first_problem(facts, &problem_with_decision);
}

Problem problem_with_slots(const BundleFacts& facts) {
    return first_problem(facts, &problem_with_opened);
}

Problem problem_with_one_answer(const BundleFacts& facts, const Answer& answer) {
    if (Problem problem = problem_with_checkpoint_of(facts, answer.institution)) {
        return problem;
    }
    if (Problem problem = problem_with_leaves_of(facts, answer.institution)) {
        return problem;
    }
    for (auto* const problem_with :
         {&problem_with_answer, &problem_with_decision, &problem_with_opened}) {
        if (Problem problem = problem_with(facts, answer)) {
            return problem;
        }
    }
    return std::nullopt;
}

}  // namespace mednexus::service::internal
