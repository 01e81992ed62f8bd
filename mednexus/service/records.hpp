#pragma once
/// The records of a match that its members make: slots and answers, and the digests that join them.
/// Source: docs/formats/mnx.md sections 2, 4 and 5. Threads: plain data and functions.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::service {

inline constexpr std::size_t kInstitutionsMax = 256;
inline constexpr std::uint64_t kSlotsMax = 1ULL << 24U;
inline constexpr std::uint32_t kPositionsMax = 8192;        ///< slots of a batch
inline constexpr std::size_t kOpeningsOfAnswerMax = 65536;  ///< batches of all other members
inline constexpr std::uint32_t kRepetitionsMin = 2;         ///< of the linear check
inline constexpr std::uint32_t kRepetitionsMax = 16;

/// SHA-256 of the canonical bytes of a record; of a leaf's bytes take crypto::sha256.
[[nodiscard]] Hash32 digest_of(const json::Value& record);

/// SHA-256("mednexus/roster/v1" LF ‖ the hex of each card's digest with LF, these lines sorted).
[[nodiscard]] Hash32 roster_hash(std::span<const Hash32> card_digests);

/// One slot's decision; the leaves of a slots root.
struct SlotRecord {
    std::string batch;  ///< id of a batch of the owner's index
    Hash32 commitment;
    bool permitted = false;
    std::uint32_t position = 0;      ///< the slot of that batch in which the case sits
    std::vector<std::string> rules;  ///< names of those that did not hold; empty iff permitted
    std::uint64_t slot = 0;          ///< its number among the owner's records
    friend bool operator==(const SlotRecord&, const SlotRecord&) = default;

    /// The first 32 hex digits of the commitment.
    [[nodiscard]] std::string handle() const;
};

[[nodiscard]] json::Value to_json(const SlotRecord& record);
[[nodiscard]] Result<SlotRecord> parse_slot_record(const json::Value& value);

/// The RFC 6962 leaf hash of the canonical record.
[[nodiscard]] Hash32 slot_leaf(const SlotRecord& record);
/// Of all records in their order. Needs    records[i].slot == i
[[nodiscard]] std::vector<Hash32> slot_leaves(std::span<const SlotRecord> records);
/// RFC 6962 root over these leaf hashes; the empty tree's root for none.
[[nodiscard]] Hash32 slots_root(std::span<const Hash32> leaves);
/// Errors   invalid: no such slot
[[nodiscard]] Result<std::vector<Hash32>> slot_proof(std::span<const Hash32> leaves,
                                                     std::uint64_t slot);

/// What an institution says it checked of the query and of the computing node's outputs.
struct OutputChecks {
    Hash32 data_root;
    std::uint32_t linear_repetitions = 0;
    Hash32 query_proof;  ///< blob: held for the query that the sums are of
    friend bool operator==(const OutputChecks&, const OutputChecks&) = default;
};

/// One batch that was opened: whose it is, what was opened, and with which share.
struct Opening {
    std::string batch;
    Hash32 finished;  ///< blob: the finished scores as the answering institution derived them
    std::string owner;
    Hash32 share;  ///< blob: its opening share
};

/// What an institution answers; its canonical bytes are what match.answered names.
struct Answer {
    std::string institution;
    std::string job;
    Hash32 profile;
    Hash32 query_commitment;
    Hash32 request;
    Hash32 outputs;
    OutputChecks checks;
    std::uint64_t count = 0;
    std::uint64_t permitted = 0;
    Hash32 slots_root;
    std::vector<std::uint64_t>
        closed;                     ///< permitted, but closed when the share was made; ascending
    std::vector<Opening> openings;  ///< in the order of the outputs
};

[[nodiscard]] json::Value to_json(const Answer& answer);
[[nodiscard]] Result<Answer> parse_answer(const json::Value& value);

}  // namespace mednexus::service
