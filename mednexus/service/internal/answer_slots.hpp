#pragma once
/// The slots of an answer to a match: one for each case that the owner holds.
#include <cstdint>
#include <vector>

#include "mednexus/service/internal/match_parts.hpp"

namespace mednexus::service::internal {

/// One slot's case, salt and decision.
struct Slot {
    CaseId case_id;
    SlotRecord record;
    Hash32 salt;
};

[[nodiscard]] Result<std::vector<Slot>> decide_slots(const NodeState& node,
                                                     const ReleaseRequest& request,
                                                     const Evidence& evidence,
                                                     const std::vector<CaseId>& ids,
                                                     const Hash32& seed);

[[nodiscard]] std::vector<SlotRecord> records_of(const std::vector<Slot>& slots);
[[nodiscard]] std::uint64_t permitted_count(const std::vector<Slot>& slots);

/// Slots as a step keeps them: the seed, and for each case the rules that failed.
[[nodiscard]] json::Value slots_json(const Hash32& seed, const std::vector<Slot>& slots);
/// Errors: corrupt, invalid.
[[nodiscard]] Result<std::vector<Slot>> parse_slots(const json::Value& value);

/// Scores the permitted slots of the cases in `slots` and gives the best `top`.
[[nodiscard]] Result<std::vector<OpenedSlot>> open_slots(NodeState& node,
                                                         const Release& release,
                                                         const MatchCall& call,
                                                         const Evidence& evidence,
                                                         const std::vector<Slot>& slots);

}  // namespace mednexus::service::internal
