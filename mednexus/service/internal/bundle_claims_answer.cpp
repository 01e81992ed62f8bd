/// Claims about each answer by itself: what its owner logged, checked and decided.
#include <algorithm>

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

bool is_of_batch(const Opening& opening, const OpenedBatch& batch) {
    return opening.batch == batch.batch && opening.owner == batch.owner;
}

Problem problem_with_checks(const BundleFacts& facts, const Answer& answer) {
    const OpeningTerms& terms = *facts.request.opening;
    if (answer.outputs != terms.outputs || answer.checks.data_root != terms.data_root) {
        return "checked other outputs, or on another data root";
    }
    if (answer.checks.query_proof != terms.query_proof) {
        return "checked another proof of the query";
    }
    const std::vector<OpenedBatch> batches = opened_batches(facts.documents, facts.requester());
    if (!std::equal(answer.openings.begin(),
                    answer.openings.end(),
                    batches.begin(),
                    batches.end(),
                    &is_of_batch)) {
        return "its shares are not one for each batch that is opened";
    }
    return std::nullopt;
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

Problem problem_with_output_checks(const BundleFacts& facts) {
    if (Problem problem = first_problem(facts, &problem_with_checks)) {
        return problem;
    }
    const auto& answers = facts.bundle.parts.answers;
    for (const Answer& answer : answers) {
        const bool is_same =
            std::equal(answer.openings.begin(),
                       answer.openings.end(),
                       answers.front().openings.begin(),
                       [](const Opening& a, const Opening& b) { return a.finished == b.finished; });
        if (!is_same) {
            return answer.institution + ": derived other finished scores than " +
                   answers.front().institution;
        }
    }
    return std::nullopt;
}

Problem problem_with_one_answer(const BundleFacts& facts, const Answer& answer) {
    if (Problem problem = problem_with_checkpoint_of(facts, answer.institution)) {
        return problem;
    }
    if (Problem problem = problem_with_leaves_of(facts, answer.institution)) {
        return problem;
    }
    for (auto* const problem_with :
         {&problem_with_answer, &problem_with_checks, &problem_with_decision}) {
        if (Problem problem = problem_with(facts, answer)) {
            return problem;
        }
    }
    return std::nullopt;
}

}  // namespace mednexus::service::internal
