#pragma once
/// The claims of docs/formats/mnx.md section 8, one function each. A function returns what
/// contradicts its claim, or nothing; the order and what rests on what is verify_bundle.cpp's.
#include <optional>
#include <string>

#include "mednexus/ledger/trust_policy.hpp"
#include "mednexus/service/internal/bundle_facts.hpp"
#include "mednexus/service/internal/claims.hpp"

namespace mednexus::service::internal {

[[nodiscard]] Problem problem_with_cards(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_manifest_signature(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_manifest_digests(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_checkpoints(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_leaves(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_request(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_query(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_completeness(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_answers(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_decisions(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_slots(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_merge(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_result_leaf(const BundleFacts& facts);

/// What one institution's evidence lacks: its checkpoint's signature; its two leaves, in that tree.
[[nodiscard]] Problem problem_with_checkpoint_of(const BundleFacts& facts,
                                                 const std::string& institution);
[[nodiscard]] Problem problem_with_leaves_of(const BundleFacts& facts,
                                             const std::string& institution);

/// All that a bundle will be asked about this answer: checkpoint, leaves, answer, decision, slots.
/// Its asker asks it before the answer is kept.
[[nodiscard]] Problem problem_with_one_answer(const BundleFacts& facts, const Answer& answer);

/// Institutions that were asked and, as the result says itself, did not answer; sorted.
[[nodiscard]] std::vector<std::string> silent_peers(const BundleFacts& facts);

[[nodiscard]] Hash32 roster_of(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_logs(const BundleFacts& facts,
                                        const ledger::TrustPolicy& policy);

/// Of the part `anchors`. Needs: the bundle has it.
[[nodiscard]] Problem problem_with_anchors(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_trusted_block(const BundleFacts& facts,
                                                 const ledger::PolicyChain& chain);

/// Whether a granting decision rests on a chain.
[[nodiscard]] bool names_a_chain(const BundleFacts& facts);
/// Who decided on no chain, or on another than this; in words.
[[nodiscard]] Problem problem_with_chain_of_decisions(const BundleFacts& facts,
                                                      std::uint64_t chain_id);

}  // namespace mednexus::service::internal
