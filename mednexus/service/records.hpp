#pragma once
/// The records of a match: request, slot, answer, result, and the digests that join them.
/// Source: docs/formats/mnx.md sections 3 to 6. Threads: plain data and functions.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/purpose.hpp"

namespace mednexus::service {

inline constexpr std::string_view kClearScoresNotice = "scores computed in the clear";
inline constexpr std::uint64_t kTopMax = 1000;
inline constexpr std::size_t kInstitutionsMax = 256;
inline constexpr std::uint64_t kSlotsMax = 1ULL << 24U;

/// SHA-256 of the exact bytes of a document: a note with its signatures, canonical JSON, a leaf.
[[nodiscard]] Hash32 digest_of(std::string_view document);
[[nodiscard]] Hash32 digest_of(BytesView document);
/// Of the canonical bytes of a record.
[[nodiscard]] Hash32 digest_of(const json::Value& record);

/// SHA-256("mednexus/commitment/v1" ‖ salt ‖ case id).
[[nodiscard]] Hash32 commit_to_case(const Hash32& salt, const CaseId& id);
/// SHA-256("mednexus/query/v1" ‖ salt ‖ vector as bytes).
[[nodiscard]] Hash32 commit_to_query(const Hash32& salt, std::span<const std::int8_t> vector);

/// SHA-256("mednexus/roster/v1" LF ‖ sorted hex SHA-256 of each card note, each with LF).
[[nodiscard]] Hash32 roster_hash(std::span<const std::string> card_notes);

/// The text of a signed document: "mednexus/<kind>/v1" LF canonical JSON LF.
[[nodiscard]] std::string document_text(std::string_view kind, const json::Value& value);
/// The inverse: refuses another kind and JSON that is not canonical. Errors: invalid.
[[nodiscard]] Result<json::Value> parse_document_text(std::string_view kind, std::string_view text);

/// What a requester signs and sends (document kind "release-request").
struct MatchRequest {
    std::string job;
    std::string requester;
    std::vector<std::string> asked;  ///< sorted, each once, without the requester
    Purpose purpose = Purpose::clinical_care;
    Hash32 profile;
    Hash32 query_commitment;
    Hash32 requested;  ///< digest of the requester's leaf match.requested
    std::uint64_t top = 0;
    UnixTime issued;
    UnixTime expires;
};

[[nodiscard]] json::Value to_json(const MatchRequest& request);
[[nodiscard]] Result<MatchRequest> parse_match_request(const json::Value& value);

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
