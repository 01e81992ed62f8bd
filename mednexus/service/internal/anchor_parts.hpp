#pragma once
/// What both sides of `bundle.anchor` share. docs/api.md, peer operation "anchored".
#include "mednexus/service/internal/match_parts.hpp"

namespace mednexus::service::internal {

/// Some leaves of a log under a checkpoint that is anchored.
struct AnchoredEvidence {
    LogEvidence evidence;
    std::vector<CertifiedBatch> batches;  ///< certified ones in which these leaves lie
    std::uint64_t block = 0;
    Hash32 transaction;
};

/// The item of the outbox that anchors a checkpoint.
struct AnchorQueued {
    std::string key;
    ledger::Checkpoint checkpoint;
};

/// Queues the newest checkpoint of this node's log for the chain. Needs: node.chain.
[[nodiscard]] Result<AnchorQueued> queue_anchor(NodeState& node);

/// These leaves under the first checkpoint that covers them and the certificates of their batches,
/// and whose anchor is deep. When there is none, one is queued. Needs: indexes are not empty.
///
/// Errors   busy: the anchor is not deep yet; denied: the contract refuses it; unavailable: no
///          chain, or as ChainLink::turn
[[nodiscard]] Result<AnchoredEvidence> anchored_evidence(NodeState& node,
                                                         const std::vector<std::uint64_t>& indexes);

[[nodiscard]] json::Value write_anchored(const AnchoredEvidence& anchored);
/// Errors: invalid.
[[nodiscard]] Result<AnchoredEvidence> parse_anchored(const json::Value& value);

/// How large a tree must be to hold these leaves and the certificates of the batches in which they
/// lie. Needs: indexes are not empty. Errors: io, corrupt.
[[nodiscard]] Result<std::uint64_t> size_with_certificates(
    const NodeState& node, const std::vector<std::uint64_t>& indexes);

/// This node's certified batches in which these leaves lie, as far as the tree of this checkpoint
/// holds their certificates. Errors: io, corrupt.
[[nodiscard]] Result<std::vector<CertifiedBatch>> batches_covering(
    const NodeState& node,
    const ledger::Checkpoint& checkpoint,
    const std::vector<std::uint64_t>& indexes);

/// The anchor of exactly one checkpoint, on the chain as this node reads it.
struct AnchorSearch {
    enum class State : std::uint8_t {
        absent,  ///< of this size and root there is none
        young,   ///< in a block that is not deep yet
        deep
    };

    State state = State::absent;
    AnchorView view;  ///< unless absent
};

/// Errors: invalid: the checkpoint is none; io.
[[nodiscard]] Result<AnchorSearch> search_anchor(const ChainLink& chain,
                                                 const LogEvidence& evidence,
                                                 const ChainEvidence& seen);

/// Headers and receipts for checkpoints whose anchors are deep: from the oldest anchor's block to
/// the newest block, or as far as a bundle holds.
///
/// Shape    one receipt for each of `evidence`, in its order
/// Errors   not_found: the chain that this node reads has no deep anchor of one of them, by name;
///          busy: the chain changed while it was read; conflict: the anchors are too far apart;
///          else as chain::Client
[[nodiscard]] Result<BundleAnchors> read_anchors(const ChainLink& chain,
                                                 const std::vector<LogEvidence>& evidence,
                                                 const ChainEvidence& seen);

}  // namespace mednexus::service::internal
