#pragma once
/// Operations of the encrypted index: those of an owner, and those of a computing node for the
/// members of a consortium. docs/api.md has their fields.
#include "mednexus/service/internal/consortia.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

// --- a computing node, for members (node_compute.cpp, node_compute_index.cpp, …_score.cpp) ---

inline constexpr std::size_t kLiftsPerCallMax = 4;  ///< batches of one compute.index

[[nodiscard]] Result<json::Value> compute_epoch(NodeState& node,
                                                const std::string& peer,
                                                const json::Value& body);
[[nodiscard]] Result<json::Value> compute_index(NodeState& node,
                                                const std::string& peer,
                                                const json::Value& body);
[[nodiscard]] Result<json::Value> compute_publish(NodeState& node,
                                                  const std::string& peer,
                                                  const json::Value& body);
[[nodiscard]] Result<json::Value> compute_score(NodeState& node,
                                                const std::string& peer,
                                                const json::Value& body);

/// The active epoch of which the peer is a member.
/// Errors   unavailable: no keys of a consortium of this peer are here; denied: the session is
///          another one than theirs, or has ended
[[nodiscard]] Result<Keyed> session_for(const NodeState& node,
                                        std::string_view peer,
                                        const Hash32& session);

// --- an owner (node_index_sync.cpp) ---

/// No agreement names the computing node of a consortium on file, and no case goes to it, whatever
/// its card says. Errors   denied
[[nodiscard]] Result<void> need_no_computing_node(const NodeState& node,
                                                  std::span<const std::string> names);

/// Brings the index of the active consortium up to date, and publishes it.
[[nodiscard]] Result<json::Value> index_sync(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> index_status(NodeState& node, const json::Value& arguments);

/// index.sync when something changed since the last index, not more often than IndexTurns lets.
[[nodiscard]] Result<void> index_turn(NodeState& node);

/// What became of a case's place in the encrypted index, as a list for the outcome of case.erase.
/// Asked while its rows are there.
[[nodiscard]] Result<json::Value> index_traces(NodeState& node, const CaseId& case_id);
/// The stages of case.erase that these traces make now.
[[nodiscard]] Result<json::Array> index_stages(const NodeState& node, const json::Value& traces);

/// For tests: what an open node holds.
[[nodiscard]] NodeState& state_of(Node& node);

}  // namespace mednexus::service::internal
