/// Claims about a chain: checkpoints that were anchored on it, decisions that rest on it.
#include <algorithm>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

namespace {

/// The anchors of one institution among the events of a receipt.
std::vector<chain::Anchored> anchors_of(const std::vector<chain::EventLog>& events,
                                        const chain::Address& contract,
                                        const std::string& institution) {
    chain::Deployment at;  // the other three contracts are not looked at
    at.anchors = contract;
    const Hash32 id = chain::institution_id(institution);
    std::vector<chain::Anchored> out;
    for (const chain::EventLog& event : events) {
        const auto parsed = chain::parse_event(at, event);
        const auto* anchored = parsed ? std::get_if<chain::Anchored>(&*parsed) : nullptr;
        if (anchored != nullptr && anchored->institution == id) {
            out.push_back(*anchored);
        }
    }
    return out;
}

Problem problem_with_receipt(const BundleFacts& facts, const AnchorReceipt& receipt) {
    const PartyFact* const party = facts.party_of(receipt.institution);
    if (party == nullptr) {
        return "an anchor without a checkpoint in this bundle";
    }
    const auto events =
        chain::verify_receipt(receipt.proof, facts.headers.at(receipt.header).receipts_root);
    if (!events) {
        return events.error().what;
    }
    const auto anchors =
        anchors_of(*events, facts.bundle.parts.anchors->contract, receipt.institution);
    if (anchors.empty()) {
        return "the receipt holds no anchor of this institution by the contract";
    }
    const ledger::Checkpoint& checkpoint = party->checkpoint;
    const bool is_there = std::any_of(anchors.begin(), anchors.end(), [&](const auto& one) {
        return one.size == checkpoint.size && one.root == checkpoint.root;
    });
    return is_there ? Problem() : Problem("another state of the log was anchored");
}

bool is_linked(const std::vector<chain::Header>& headers) {
    return std::adjacent_find(headers.begin(), headers.end(), [](const auto& a, const auto& b) {
               return b.ref.parent != a.ref.hash;
           }) == headers.end();
}

/// The decisions of all answers; those that cannot be read are decisions.first's to refuse.
template <typename Look>
Problem first_of_decisions(const BundleFacts& facts, Look look) {
    for (const Answer& answer : facts.bundle.parts.answers) {
        const PartyFact* const party = facts.party_of(answer.institution);
        const LeafFact* const leaf = party == nullptr ? nullptr : party->only(EventKind::decision);
        if (leaf == nullptr) {
            continue;
        }
        const auto decision = parse_match_decision(leaf->event);
        if (!decision || !decision->granted) {
            continue;
        }
        if (Problem problem = look(*decision)) {
            return answer.institution + ": " + *problem;
        }
    }
    return std::nullopt;
}

}  // namespace

Problem problem_with_anchors(const BundleFacts& facts) {
    const BundleAnchors& anchors = *facts.bundle.parts.anchors;
    if (!is_linked(facts.headers)) {
        return "a header does not name the one before it";
    }
    for (const AnchorReceipt& receipt : anchors.receipts) {
        if (Problem problem = problem_with_receipt(facts, receipt)) {
            return receipt.institution + ": " + *problem;
        }
    }
    for (const auto& [institution, party] : facts.parties) {
        if (institution == facts.compute()) {
            continue;  // what it signed is fixed by the members' logs
        }
        const bool has_receipt =
            std::any_of(anchors.receipts.begin(),
                        anchors.receipts.end(),
                        [&name = institution](const auto& one) { return one.institution == name; });
        if (!has_receipt) {
            return institution + ": no anchor of its checkpoint";
        }
    }
    return std::nullopt;
}

Problem problem_with_trusted_block(const BundleFacts& facts, const ledger::PolicyChain& chain) {
    const BundleAnchors& anchors = *facts.bundle.parts.anchors;
    if (anchors.chain_id != chain.chain_id) {
        return "the anchors are on chain " + std::to_string(anchors.chain_id) +
               ", the policy names " + std::to_string(chain.chain_id);
    }
    if (anchors.contract != chain.anchor) {
        return "the anchors are of another contract than the policy's";
    }
    const auto trusted =
        std::find_if(facts.headers.begin(), facts.headers.end(), [&](const chain::Header& one) {
            return one.ref.hash == chain.trusted_block;
        });
    if (trusted == facts.headers.end()) {
        return "the policy's trusted block is not among the headers";
    }
    const auto at = static_cast<std::uint64_t>(trusted - facts.headers.begin());
    for (const AnchorReceipt& receipt : anchors.receipts) {
        if (receipt.header > at) {
            return receipt.institution + ": anchored after the policy's trusted block";
        }
    }
    return std::nullopt;
}

bool names_a_chain(const BundleFacts& facts) {
    return first_of_decisions(facts,
                              [](const MatchDecisionData& decision) {
                                  return decision.chain ? Problem("it does") : Problem();
                              })
        .has_value();
}

Problem problem_with_chain_of_decisions(const BundleFacts& facts, std::uint64_t chain_id) {
    return first_of_decisions(facts, [&](const MatchDecisionData& decision) -> Problem {
        if (!decision.chain) {
            return "its decision names no block of a chain";
        }
        if (decision.chain->chain_id != chain_id) {
            return "its decision rests on chain " + std::to_string(decision.chain->chain_id) +
                   ", the policy names " + std::to_string(chain_id);
        }
        return std::nullopt;
    });
}

}  // namespace mednexus::service::internal
