/// Claims about the result package: its slots, and that it repeats what the other parts say.
#include <algorithm>
#include <set>

#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

namespace {

const Answer* answer_of(const BundleFacts& facts, std::string_view institution) {
    const auto& answers = facts.bundle.parts.answers;
    const auto found = std::find_if(answers.begin(), answers.end(), [&](const Answer& one) {
        return one.institution == institution;
    });
    return found == answers.end() ? nullptr : &*found;
}

bool has_batch(const BundleFacts& facts, const std::string& owner, const std::string& batch) {
    const IndexDocument* const index = facts.documents.index_of(owner);
    return index != nullptr && std::any_of(index->batches.begin(),
                                           index->batches.end(),
                                           [&](const IndexBatch& one) { return one.id == batch; });
}

Problem problem_with_slot(const BundleFacts& facts, const Answer& answer, const RankedSlot& slot) {
    const SlotRecord& record = slot.record;
    if (!record.permitted) {
        return "was ranked although it was denied";
    }
    if (std::binary_search(answer.closed.begin(), answer.closed.end(), record.slot)) {
        return "was ranked although its owner closed it";
    }
    if (!has_batch(facts, slot.institution, record.batch)) {
        return "sits in no batch of its owner's index";
    }
    const auto included = merkle::verify_inclusion(ledger::kRfc6962,
                                                   {.index = record.slot,
                                                    .tree_size = answer.count,
                                                    .leaf_hash = slot_leaf(record),
                                                    .root = answer.slots_root},
                                                   slot.proof);
    return included ? Problem() : Problem("is not in the slots root of the decision");
}

/// Slots, places and handles of one owner that were seen; each may come once. Handles are equal
/// where commitments are: a handle is their beginning.
struct Seen {
    std::set<std::uint64_t> slots;
    std::set<std::string> handles;
    std::set<std::pair<std::string, std::uint32_t>> places;

    [[nodiscard]] Problem take(const SlotRecord& record) {
        if (!slots.insert(record.slot).second) {
            return "was ranked twice";
        }
        if (!handles.insert(record.handle()).second) {
            return "has the handle of another";
        }
        return places.emplace(record.batch, record.position).second
                   ? Problem()
                   : Problem("sits in the place of another");
    }
};

/// In words; nothing when the package repeats this.
Problem problem_with_terms_of_package(const BundleFacts& facts) {
    const ResultPackage& result = facts.bundle.parts.result;
    const SignedRequest& request = facts.request;
    const bool is_same =
        result.job == request.request.job && result.requester == request.request.requester &&
        result.purpose == request.request.purpose && result.profile == request.profile &&
        result.query_commitment == request.request.object && result.request == request.digest &&
        result.top == request.top;
    return is_same ? Problem() : Problem("the result is about another request");
}

std::uint32_t own_repetitions(const BundleFacts& facts) {
    for (const CheckedBy& one : facts.bundle.parts.result.checks) {
        if (one.institution == facts.requester()) {
            return one.linear_repetitions;
        }
    }
    return 0;
}

Problem problem_with_ranking(const BundleFacts& facts) {
    const auto& ranking = facts.bundle.parts.result.ranking;
    if (ranking.size() != ranking_length(facts.bundle.parts.answers, facts.request.top)) {
        return "the ranking is not as long as the permitted slots make it";
    }
    const bool is_ordered =
        std::adjacent_find(
            ranking.begin(), ranking.end(), [](const RankedSlot& a, const RankedSlot& b) {
                return !is_ranked_before(a, b);
            }) == ranking.end();
    return is_ordered ? Problem() : Problem("the ranking is not in order");
}

}  // namespace

std::uint64_t ranking_length(const std::vector<Answer>& answers, std::uint64_t top) {
    std::uint64_t opened = 0;
    for (const Answer& answer : answers) {
        opened += answer.count - not_permitted_of(answer);
    }
    return std::min(opened, top);
}

std::vector<CheckedBy> checks_of(const BundleFacts& facts, std::uint32_t own_repetitions) {
    std::vector<CheckedBy> out{{facts.requester(), own_repetitions}};
    for (const Answer& answer : facts.bundle.parts.answers) {
        out.push_back({answer.institution, answer.checks.linear_repetitions});
    }
    std::sort(out.begin(), out.end(), [](const CheckedBy& a, const CheckedBy& b) {
        return a.institution < b.institution;
    });
    return out;
}

std::vector<DecidedBy> decisions_of(const BundleFacts& facts) {
    std::vector<DecidedBy> out;
    for (const Answer& answer : facts.bundle.parts.answers) {
        DecidedBy one{.institution = answer.institution,
                      .count = answer.count,
                      .not_permitted = not_permitted_of(answer),
                      .permitted = answer.permitted,
                      .rules = {}};
        const auto decision =
            parse_match_decision(facts.leaf_of(answer.institution, EventKind::decision).event);
        for (const RuleRecord& rule : decision->rules) {
            one.rules.push_back(rule.rule);
        }
        out.push_back(std::move(one));
    }
    return out;
}

Problem problem_with_slots(const BundleFacts& facts) {
    std::map<std::string, Seen> seen;
    for (const RankedSlot& slot : facts.bundle.parts.result.ranking) {
        const Answer* const answer = answer_of(facts, slot.institution);
        if (answer == nullptr) {
            return slot.institution + ": ranked, but did not answer";
        }
        Problem problem = problem_with_slot(facts, *answer, slot);
        if (!problem) {
            problem = seen[slot.institution].take(slot.record);
        }
        if (problem) {
            return slot.institution + ": slot " + std::to_string(slot.record.slot) + " " + *problem;
        }
    }
    return std::nullopt;
}

Problem problem_with_package(const BundleFacts& facts) {
    const ResultPackage& result = facts.bundle.parts.result;
    if (Problem problem = problem_with_terms_of_package(facts)) {
        return problem;
    }
    if (result.computation != computation_of(facts.documents)) {
        return "the result misreports what was computed";
    }
    if (result.checks != checks_of(facts, own_repetitions(facts))) {
        return "the result misreports who checked the outputs";
    }
    if (result.decisions != decisions_of(facts)) {
        return "the result misreports what was decided";
    }
    return problem_with_ranking(facts);
}

}  // namespace mednexus::service::internal
