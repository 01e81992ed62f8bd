/// Claims about the consortium's documents: who signed what was computed, and on which data.
#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

Problem problem_with_consortium(const BundleFacts& facts) {
    if (Problem problem =
            problem_with_consortium_document(facts.documents, facts.cards_by_name())) {
        return problem;
    }
    return facts.documents.consortium.has_member(facts.requester())
               ? Problem()
               : Problem("the requester is no member");
}

Problem problem_with_keys(const BundleFacts& facts) {
    return problem_with_keys_document(facts.documents, facts.cards_by_name());
}

Problem problem_with_indexes(const BundleFacts& facts) {
    return problem_with_index_documents(facts.documents, facts.cards_by_name());
}

Problem problem_with_outputs(const BundleFacts& facts) {
    const OpeningTerms& terms = *facts.request.opening;
    if (terms.outputs != facts.documents.outputs.digest) {
        return "the request is about other outputs";
    }
    const auto fault = fault_of_outputs(
        facts.documents, facts.cards_by_name(), facts.request.request.job, terms.query);
    return fault ? Problem(fault->words) : Problem();
}

Problem problem_with_outputs_leaf(const BundleFacts& facts) {
    const auto logged =
        parse_match_scored(facts.leaf_of(facts.compute(), EventKind::match_scored).event);
    if (!logged) {
        return logged.error().what;
    }
    return logged->outputs == facts.documents.outputs.digest
               ? Problem()
               : Problem(facts.compute() + " logged other outputs");
}

Problem problem_with_scored_leaf(const BundleFacts& facts) {
    for (auto* const problem_with : {&problem_with_checkpoint_of, &problem_with_leaves_of}) {
        if (Problem problem = problem_with(facts, facts.compute())) {
            return problem;
        }
    }
    return problem_with_outputs_leaf(facts);
}

Problem problem_with_data_root(const BundleFacts& facts) {
    if (const auto fault = fault_of_sums(facts.documents)) {
        return fault->words;
    }
    return data_root_of(facts.documents.indexes) == facts.request.opening->data_root
               ? Problem()
               : Problem("the request names another data root");
}

}  // namespace mednexus::service::internal
