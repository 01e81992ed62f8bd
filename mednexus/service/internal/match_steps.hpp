#pragma once
/// What the files of the operator operation "match" share: node_match.cpp has its order.
#include <optional>
#include <string>
#include <vector>

#include "mednexus/service/internal/match_parts.hpp"

namespace mednexus::service::internal {

/// What one peer said.
struct PeerAnswer {
    PeerOutcome outcome;
    std::optional<Answer> answer;
    std::optional<LogEvidence> evidence;
};

/// All that a reader of the bundle will ask about this answer, asked before it is kept.
/// Errors: corrupt, "peer NAME: answer: ...".
[[nodiscard]] Result<void> check_answer(const Answer& answer,
                                        const LogEvidence& evidence,
                                        const Card& peer,
                                        const SignedRequest& request);

/// What to do about a peer that is away.
enum class MissingPeers : std::uint8_t { refused, allowed };

/// Asks every recipient of the call and keeps what each said; sorted by name.
///
/// Errors   corrupt: a peer answered falsely, "peer NAME: answer: ..."; unavailable: one is away
///          and may not be; a peer's own. Of several, that of the first name.
[[nodiscard]] Result<std::vector<PeerAnswer>> ask_peers(NodeState& node,
                                                        Journal::Run& run,
                                                        MissingPeers missing_peers,
                                                        const json::Value& body,
                                                        const MatchCall& call);

[[nodiscard]] MatchResult merge(const NodeState& node,
                                const MatchCall& call,
                                const std::vector<PeerAnswer>& said);

[[nodiscard]] Result<EventDraft> result_event(const NodeState& node,
                                              const MatchCall& call,
                                              const std::vector<PeerAnswer>& said,
                                              const MatchResult& result);

/// The bundle, checked as any reader would before it leaves this house.
[[nodiscard]] Result<std::string> bundle_of(const NodeState& node,
                                            const MatchCall& call,
                                            const std::vector<PeerAnswer>& said,
                                            const MatchResult& result,
                                            const LogEvidence& own);

[[nodiscard]] json::Value answer_for_operator(const MatchResult& result, const std::string& bundle);

}  // namespace mednexus::service::internal
