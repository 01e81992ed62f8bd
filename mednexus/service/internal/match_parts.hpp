#pragma once
/// What both sides of a match share. docs/formats/mnx.md; docs/api.md, peer operation "match".
#include <string>
#include <vector>

#include "mednexus/service/bundle.hpp"
#include "mednexus/service/internal/node_state.hpp"
#include "mednexus/service/records.hpp"

namespace mednexus::service::internal {

/// The body of the peer operation "match".
struct MatchCall {
    SignedRequest request;
    std::vector<std::int8_t> vector;
    Hash32 salt;  ///< of the query commitment
};

[[nodiscard]] json::Value write_match_call(const MatchCall& call);
/// Errors   invalid: format, another profile than the request's, a vector that is not the one the
///          request commits to
[[nodiscard]] Result<MatchCall> parse_match_call(const json::Value& body);

/// The leaves under one checkpoint of this node's log.
[[nodiscard]] Result<LogEvidence> evidence_of_log(const NodeState& node,
                                                  const std::vector<std::uint64_t>& indexes);

/// The same under a checkpoint that it signed before.
[[nodiscard]] Result<LogEvidence> evidence_under(const NodeState& node,
                                                 const std::string& checkpoint_note,
                                                 const std::vector<std::uint64_t>& indexes);

[[nodiscard]] json::Value write_evidence(const LogEvidence& evidence);
/// Errors: invalid.
[[nodiscard]] Result<LogEvidence> parse_evidence(const json::Value& value);

/// The decisions among these leaves rest on the chain that this home rests on; a home without one
/// takes any. Else one institution could lower all others to what files alone say.
/// Errors   denied: on files alone, or on another chain; invalid: a leaf is no event
[[nodiscard]] Result<void> need_own_chain(const NodeState& node, const LogEvidence& evidence);

/// Every leaf is in the log that the card names. Errors: corrupt.
[[nodiscard]] Result<void> check_evidence(const LogEvidence& evidence, const Card& card);

}  // namespace mednexus::service::internal
