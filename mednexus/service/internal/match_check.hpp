#pragma once
/// What every party of a match does before a score is opened: it checks what the computing node
/// computed, and derives itself what it will open. Source: docs/formats/mnx.md section 8,
/// docs/adr/0113-one-path-to-a-score.md.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mednexus/compute/opening.hpp"
#include "mednexus/service/internal/consortia.hpp"
#include "mednexus/service/internal/match_documents.hpp"
#include "mednexus/service/internal/match_parts.hpp"

namespace mednexus::service::internal {

/// One batch that is opened, as this party derived its scores.
struct FinishedBatch {
    OpenedBatch batch;
    Bytes finished;
    Hash32 hash;  ///< SHA-256 of `finished`
};

struct CheckedOutputs {
    MatchDocuments documents;
    Hash32 data_root;
    std::vector<FinishedBatch> batches;  ///< all but the requester's, in the order of the outputs
};

/// Outputs and indexes as somebody gave them.
struct OutputsToCheck {
    std::string given_by;  ///< an institution: named when the notes are not what was signed
    std::string requester;
    std::string job;
    Hash32 query;                       ///< the blob that was registered
    std::optional<Hash32> query_proof;  ///< a blob of the requester; none: it is ourselves
    std::string outputs;
    std::vector<std::string> indexes;
};

/// Signatures, session, job, every member's index and our own newest one; that the query is an
/// encryption; the linear check; then finishes the scores.
///
/// Errors   corrupt, logged as refused: what is not what it must be, and whose it is; unavailable:
///          the computing node is away, or a member has no index yet; invalid: form; as fetch_blob
///          of the proof
[[nodiscard]] Result<CheckedOutputs> check_outputs(NodeState& node,
                                                   const Keyed& epoch,
                                                   const OutputsToCheck& given);

/// Whose query of which job a proof is for: SHA-256("mednexus/query-proof/v1" ‖ requester ‖ 0x00 ‖
/// job).
[[nodiscard]] Hash32 use_of_query(std::string_view requester, std::string_view job);

/// This institution's opening share of each batch, for the requester's key. `open_slots` says which
/// slots of an own batch are open; others' batches are all open to a share that is not their
/// owner's.
///
/// Needs    the release is for opening_share of `object`
/// Errors   denied: it is not; not_found: our share of the epoch is gone; invalid: the key
[[nodiscard]] Result<std::vector<Bytes>> make_opening_shares(
    NodeState& node,
    const Release& release,
    const Hash32& object,
    const CheckedOutputs& checked,
    BytesView opening_key,
    const std::function<compute::SlotMask(const std::string& batch)>& open_slots);

/// Cards of everybody, our own too.
[[nodiscard]] std::map<std::string, Card, std::less<>> cards_on_file(const NodeState& node);

/// Where blobs of a match are kept: for these readers, as long as the request lives.
[[nodiscard]] Audience match_audience(const NodeState& node,
                                      const std::string& name,
                                      std::vector<std::string> readers);

}  // namespace mednexus::service::internal
