#pragma once
/// The slots of an answer to a match: one for each case that sits in the owner's index.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "mednexus/compute/scorer.hpp"
#include "mednexus/service/internal/consortia.hpp"
#include "mednexus/service/internal/match_documents.hpp"
#include "mednexus/service/internal/match_parts.hpp"

namespace mednexus::service::internal {

/// One slot's case, salt and decision.
struct Slot {
    CaseId case_id;
    SlotRecord record;
    Hash32 salt;
};

/// Decides every case of our own index, and counts an opening of each that is permitted.
/// Source: docs/formats/policy.md, "Budget". Errors   as consents_of; busy, io
[[nodiscard]] Result<std::vector<Slot>> decide_slots(NodeState& node,
                                                     const Consortium& consortium,
                                                     const IndexDocument& own,
                                                     const ReleaseRequest& request,
                                                     const Evidence& evidence,
                                                     const Hash32& seed);

[[nodiscard]] std::vector<SlotRecord> records_of(const std::vector<Slot>& slots);
[[nodiscard]] std::uint64_t permitted_count(const std::vector<Slot>& slots);

/// Slots as a step keeps them: the seed, and for each case its place and the rules that failed.
[[nodiscard]] json::Value slots_json(const Hash32& seed, const std::vector<Slot>& slots);
/// Errors: corrupt, invalid.
[[nodiscard]] Result<std::vector<Slot>> parse_slots(const json::Value& value);

/// Slots that were permitted, and are not any more: a consent revoked, or a case erased, since the
/// decision. Ascending. Errors   as consents_of
[[nodiscard]] Result<std::vector<std::uint64_t>> closed_since(NodeState& node,
                                                              const ReleaseRequest& request,
                                                              const Evidence& evidence,
                                                              const std::vector<Slot>& slots);

/// The slots of one batch that open: permitted, and not closed since.
[[nodiscard]] compute::SlotMask open_slots_of(const std::vector<Slot>& slots,
                                              const std::vector<std::uint64_t>& closed,
                                              const std::string& batch,
                                              std::uint32_t positions);

}  // namespace mednexus::service::internal
