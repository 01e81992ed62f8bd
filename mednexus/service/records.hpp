#pragma once
/// The records of a match: slot, answer, result, and the digests that join them.
/// Source: docs/formats/mnx.md sections 3 to 6. Threads: plain data and functions.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/purpose.hpp"

namespace mednexus::service {

inline constexpr std::string_view kClearScoresNotice = "scores computed in the clear";
inline constexpr std::size_t kInstitutionsMax = 256;
inline constexpr std::uint64_t kSlotsMax = 1ULL << 24U;

/// SHA-256 of the canonical bytes of a record; of a leaf's bytes take crypto::sha256.
[[nodiscard]] Hash32 digest_of(const json::Value& record);

/// SHA-256("mednexus/roster/v1" LF ‖ the hex of each card's digest with LF, these lines sorted).
[[nodiscard]] Hash32 roster_hash(std::span<const Hash32> card_digests);

/// One slot's decision; the leaves of a slots root.
struct SlotRecord {
    Hash32 commitment;
    bool permitted = false;
    std::vector<std::string> rules;  ///< names of those that did not hold; empty iff permitted
    std::uint64_t slot = 0;
    friend bool operator==(const SlotRecord&, const SlotRecord&) = default;
};

[[nodiscard]] json::Value to_json(const SlotRecord& record);
[[nodiscard]] Result<SlotRecord> parse_slot_record(const json::Value& value);

/// RFC 6962 root over the canonical records; the empty tree's root for none.
/// Needs    records[i].slot == i
[[nodiscard]] Hash32 slots_root(std::span<const SlotRecord> records);
/// Errors   invalid: no such slot
[[nodiscard]] Result<std::vector<Hash32>> slot_proof(std::span<const SlotRecord> records,
                                                     std::uint64_t slot);

/// The first 32 hex digits of a slot's commitment.
[[nodiscard]] std::string handle_of(const Hash32& commitment);

struct OpenedSlot {
    SlotRecord record;
    std::vector<Hash32> proof;
    std::int64_t score = 0;

    [[nodiscard]] std::string handle() const { return handle_of(record.commitment); }
};

/// What an institution answers; its canonical bytes are what match.answered names.
struct Answer {
    std::string institution;
    std::string job;
    Hash32 profile;
    Hash32 query_commitment;
    Hash32 request;
    std::uint64_t count = 0;
    std::uint64_t permitted = 0;
    Hash32 slots_root;
    std::vector<OpenedSlot> opened;  ///< score descending, handle ascending
};

[[nodiscard]] json::Value to_json(const Answer& answer);
[[nodiscard]] Result<Answer> parse_answer(const json::Value& value);

struct Ranked {
    std::string institution;
    std::string handle;
    std::int64_t score = 0;
    friend bool operator==(const Ranked&, const Ranked&) = default;
};

/// The first `top` of all opened slots: score descending, handle ascending, institution ascending.
[[nodiscard]] std::vector<Ranked> merge_answers(std::span<const Answer> answers, std::uint64_t top);

struct PeerOutcome {
    std::string institution;
    std::string outcome;  ///< answered, denied, unavailable
    std::uint64_t count = 0;
    std::uint64_t permitted = 0;
    friend bool operator==(const PeerOutcome&, const PeerOutcome&) = default;
};

struct MatchResult {
    std::string job;
    std::string requester;
    Purpose purpose = Purpose::clinical_care;
    Hash32 profile;
    Hash32 query_commitment;
    Hash32 request;
    std::uint64_t top = 0;
    std::vector<PeerOutcome> peers;  ///< one for each asked, sorted
    std::vector<Ranked> ranking;
};

[[nodiscard]] json::Value to_json(const MatchResult& result);
[[nodiscard]] Result<MatchResult> parse_match_result_record(const json::Value& value);

}  // namespace mednexus::service
