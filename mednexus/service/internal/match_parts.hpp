#pragma once
/// What both sides of a match share. docs/formats/mnx.md; docs/api.md, peer operation "match".
#include <string>
#include <vector>

#include "mednexus/service/bundle.hpp"
#include "mednexus/service/internal/node_state.hpp"
#include "mednexus/service/records.hpp"

namespace mednexus::service::internal {

/// How long a request lives, and what is kept for it can be fetched.
inline constexpr std::int64_t kMatchLifeSeconds = 900;

/// The body of the peer operation "match".
struct MatchCall {
    SignedRequest request;
    std::string outputs;               ///< the computing node's signed note
    std::vector<std::string> indexes;  ///< signed notes, sorted by owner
    LogEvidence registered;            ///< the requester's leaf match.requested
};

[[nodiscard]] json::Value write_match_call(const MatchCall& call);
/// Errors   invalid: form; a request of another kind
[[nodiscard]] Result<MatchCall> parse_match_call(const json::Value& body);

/// What a member answers: its record, what it says of its slots, and its log.
struct PeerAnswer {
    Answer answer;
    std::vector<Hash32> leaves;         ///< of all slot records, in their order
    std::vector<SlotRecord> permitted;  ///< in their order
    LogEvidence evidence;
};

[[nodiscard]] json::Value write_peer_answer(const PeerAnswer& answer);
/// Errors   invalid
[[nodiscard]] Result<PeerAnswer> parse_peer_answer(const json::Value& value);

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
