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
[[nodiscard]] Problem problem_with_consortium(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_keys(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_indexes(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_request(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_query(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_outputs(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_outputs_leaf(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_data_root(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_completeness(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_answers(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_output_checks(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_decisions(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_slots(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_package(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_result_leaf(const BundleFacts& facts);

/// What one institution's evidence lacks: its checkpoint's signature; its leaves, in that tree.
[[nodiscard]] Problem problem_with_checkpoint_of(const BundleFacts& facts,
                                                 const std::string& institution);
[[nodiscard]] Problem problem_with_leaves_of(const BundleFacts& facts,
                                             const std::string& institution);

/// All that a bundle will be asked about this answer: checkpoint, leaves, answer, checks, decision.
/// Its asker asks it before the answer is kept.
[[nodiscard]] Problem problem_with_one_answer(const BundleFacts& facts, const Answer& answer);

/// Whether the requester's leaf match.requested fixes what this request asks for.
[[nodiscard]] Problem problem_with_registered(const MatchRequestedData& logged,
                                              const SignedRequest& request);

/// The computing node's leaf match.scored, in its log. Its asker asks it too.
[[nodiscard]] Problem problem_with_scored_leaf(const BundleFacts& facts);

/// What a result package says of checks and decisions.
/// Needs: problem_with_one_answer() found nothing with any of the answers.
[[nodiscard]] std::vector<CheckedBy> checks_of(const BundleFacts& facts,
                                               std::uint32_t own_repetitions);
[[nodiscard]] std::vector<DecidedBy> decisions_of(const BundleFacts& facts);

/// How many slots the answers opened, at most `top`: the length of a ranking.
[[nodiscard]] std::uint64_t ranking_length(const std::vector<Answer>& answers, std::uint64_t top);

[[nodiscard]] Hash32 roster_of(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_logs(const BundleFacts& facts,
                                        const ledger::TrustPolicy& policy);

/// Of the part `anchors`. Needs: the bundle has it.
[[nodiscard]] Problem problem_with_anchors(const BundleFacts& facts);
[[nodiscard]] Problem problem_with_trusted_block(const BundleFacts& facts,
                                                 const ledger::PolicyChain& chain);

/// What is wrong with one batch: header, certificate, leaf, or its place in the checkpoint's tree.
/// Needs: cards and consortium are whole.
[[nodiscard]] Problem problem_with_batch(const BundleFacts& facts, const CertifiedBatch& batch);
/// Whether every signer of its certificate is a member of the consortium, so that it can be
/// checked.
[[nodiscard]] bool has_holders_among_members(const BundleFacts& facts, const CertifiedBatch& batch);
/// Adds the claims `availability.*` when bundle or policy speak of it.
/// Needs: the claims that they rest on are decided, `anchors.included` too when it is spoken of.
void decide_availability(const BundleFacts& facts,
                         const std::optional<ledger::TrustPolicy>& policy,
                         Claims& claims);

/// Whether a granting decision rests on a chain.
[[nodiscard]] bool names_a_chain(const BundleFacts& facts);
/// Who decided on no chain, or on another than this; in words.
[[nodiscard]] Problem problem_with_chain_of_decisions(const BundleFacts& facts,
                                                      std::uint64_t chain_id);

}  // namespace mednexus::service::internal
