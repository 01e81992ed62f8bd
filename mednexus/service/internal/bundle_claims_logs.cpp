/// Claims about who signed and what stands in the logs.
#include <algorithm>
#include <set>

#include "mednexus/codec/note.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

namespace {

/// The kinds of leaf that this institution must show, each once.
std::vector<EventKind> leaf_kinds_of(const BundleFacts& facts, std::string_view institution) {
    if (institution == facts.requester()) {
        return {EventKind::match_requested, EventKind::match_result};
    }
    if (institution == facts.compute()) {
        return {EventKind::match_scored};
    }
    return {EventKind::decision, EventKind::match_answered};
}

Problem problem_with_leaf(const PartyFact& party, const LeafFact& one) {
    const auto included =
        merkle::verify_inclusion(ledger::kRfc6962,
                                 {.index = one.leaf.index,
                                  .tree_size = party.checkpoint.size,
                                  .leaf_hash = ledger::kRfc6962.leaf(one.leaf.entry),
                                  .root = party.checkpoint.root},
                                 one.leaf.proof);
    if (included) {
        return std::nullopt;
    }
    return "leaf " + std::to_string(one.leaf.index) + " is not in the tree of " +
           std::to_string(party.checkpoint.size) + " entries: " + included.error().what;
}

bool is_ascending(const std::vector<LeafFact>& leaves) {
    return std::adjacent_find(
               leaves.begin(), leaves.end(), [](const LeafFact& a, const LeafFact& b) {
                   return a.leaf.index >= b.leaf.index;
               }) == leaves.end();
}

std::set<std::string> institutions_needed(const BundleFacts& facts) {
    std::set<std::string> needed{facts.requester(), facts.compute()};
    for (const Answer& answer : facts.bundle.parts.answers) {
        needed.insert(answer.institution);
    }
    return needed;
}

}  // namespace

Problem problem_with_cards(const BundleFacts& facts) {
    return facts.card_problem;
}

Problem problem_with_manifest_signature(const BundleFacts& facts) {
    const Card* card = facts.card_of(facts.requester());
    if (card == nullptr) {
        return "the requester has no card";
    }
    if (facts.manifest.note.signatures.size() != 1) {
        return "not exactly one signature";
    }
    const auto signed_by = crypto::verify_note(facts.manifest.note, std::span(&card->log, 1));
    return signed_by ? Problem() : Problem(signed_by.error().what);
}

Problem problem_with_manifest_digests(const BundleFacts& facts) {
    const auto expected = manifest_text(facts.bundle.parts);
    if (!expected) {
        return expected.error().what;
    }
    if (*expected == facts.manifest.note.text) {
        return std::nullopt;
    }
    const auto parsed = json::parse(std::string_view(*expected).substr(expected->find('\n') + 1));
    for (const auto& [key, value] : parsed->as_object()->members()) {
        const json::Object* manifest = facts.manifest.body.as_object();
        const json::Value* listed = manifest == nullptr ? nullptr : manifest->find(key);
        if (listed == nullptr || !(*listed == value)) {
            return "the manifest does not list these " + key;
        }
    }
    return "the manifest lists more than the parts";
}

Hash32 roster_of(const BundleFacts& facts) {
    std::vector<Hash32> digests;
    for (const auto& [name, card] : facts.cards) {
        digests.push_back(card.digest);
    }
    return roster_hash(digests);
}

Problem problem_with_checkpoint_of(const BundleFacts& facts, const std::string& institution) {
    const Card* const card = facts.card_of(institution);
    const PartyFact* const party = facts.party_of(institution);
    if (card == nullptr || party == nullptr) {
        return "has no card, or no evidence of its log";
    }
    const auto opened = ledger::open_checkpoint(party->checkpoint_note, card->log);
    return opened ? Problem() : Problem(opened.error().what);
}

Problem problem_with_checkpoints(const BundleFacts& facts) {
    for (const auto& [institution, party] : facts.parties) {
        if (Problem problem = problem_with_checkpoint_of(facts, institution)) {
            return institution + ": " + *problem;
        }
    }
    return std::nullopt;
}

Problem problem_with_logs(const BundleFacts& facts, const ledger::TrustPolicy& policy) {
    for (const auto& [institution, party] : facts.parties) {
        const auto trusted = ledger::open_trusted_checkpoint(policy, party.checkpoint_note);
        if (!trusted) {
            return institution + ": " + trusted.error().what;
        }
        if (trusted->log != facts.card_of(institution)->log) {
            return institution + ": the policy lists another key for this log";
        }
    }
    return std::nullopt;
}

Problem problem_with_leaves_of(const BundleFacts& facts, const std::string& institution) {
    const PartyFact* const found = facts.party_of(institution);
    if (found == nullptr) {
        return "no evidence of its log";
    }
    const PartyFact& party = *found;
    const auto kinds = leaf_kinds_of(facts, institution);
    for (const EventKind kind : kinds) {
        if (party.only(kind) == nullptr) {
            return "not exactly one leaf " + std::string(name_of(kind));
        }
    }
    if (party.leaves.size() != kinds.size()) {
        return "leaves that do not belong here";
    }
    if (!is_ascending(party.leaves)) {
        return "leaves not in ascending order, or one index twice";
    }
    for (const LeafFact& one : party.leaves) {
        if (one.event.job != facts.bundle.parts.result.job) {
            return "a leaf of another job";
        }
        if (Problem problem = problem_with_leaf(party, one)) {
            return problem;
        }
    }
    return std::nullopt;
}

Problem problem_with_leaves(const BundleFacts& facts) {
    const std::set<std::string> needed = institutions_needed(facts);
    for (const std::string& institution : needed) {
        if (Problem problem = problem_with_leaves_of(facts, institution)) {
            return institution + ": " + *problem;
        }
    }
    return facts.parties.size() == needed.size()
               ? Problem()
               : "evidence of an institution that has no part in the match";
}

}  // namespace mednexus::service::internal
