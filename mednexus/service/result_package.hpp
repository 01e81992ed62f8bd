#pragma once
/// The result of a match as it is shown: what was computed, on which data, by whom, what was
/// checked and decided, the ranking, and what is not proven. Source: docs/formats/mnx.md sections 6
/// and 10. Threads: plain data and functions.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/documents_index.hpp"
#include "mednexus/service/purpose.hpp"
#include "mednexus/service/records.hpp"

namespace mednexus::service {

/// What a match does not prove, in the words of the format; every package lists exactly these.
[[nodiscard]] std::span<const std::string_view> match_not_proven() noexcept;

struct Computation {
    std::uint64_t batches = 0;
    std::string compute;  ///< name of the computing node
    Hash32 consortium;    ///< digest; so keys and outputs
    Hash32 data_root;
    std::uint32_t epoch = 0;
    std::vector<OwnedIndex> indexes;  ///< sorted by owner
    Hash32 keys;
    Hash32 outputs;
    Hash32 query;  ///< blob
    Hash32 ring;
    Hash32 session;
    friend bool operator==(const Computation&, const Computation&) = default;
};

/// Who checked the outputs itself, with how many repetitions.
struct CheckedBy {
    std::string institution;
    std::uint32_t linear_repetitions = 0;
    friend bool operator==(const CheckedBy&, const CheckedBy&) = default;
};

/// What one member decided about its cases.
struct DecidedBy {
    std::string institution;
    std::uint64_t count = 0;
    std::uint64_t not_permitted = 0;  ///< slots that gave no score
    std::uint64_t permitted = 0;
    std::vector<std::string> rules;  ///< of the job; each held
    friend bool operator==(const DecidedBy&, const DecidedBy&) = default;
};

struct RankedSlot {
    std::string institution;
    std::vector<Hash32> proof;  ///< of the record in the owner's slots root
    SlotRecord record;
    std::int64_t score = 0;
    friend bool operator==(const RankedSlot&, const RankedSlot&) = default;
};

/// Score descending, handle ascending, institution ascending.
[[nodiscard]] bool is_ranked_before(const RankedSlot& a, const RankedSlot& b);

struct ResultPackage {
    std::string job;
    std::string requester;
    Purpose purpose = Purpose::clinical_care;
    Hash32 profile;
    std::uint64_t top = 0;
    Hash32 query_commitment;
    Hash32 request;
    Computation computation;
    std::vector<CheckedBy> checks;     ///< one for each member, sorted
    std::vector<DecidedBy> decisions;  ///< one for each member but the requester, sorted
    std::vector<RankedSlot> ranking;   ///< best first
};

/// Slots that gave no score: those that were denied, and those that were closed after the decision.
[[nodiscard]] std::uint64_t not_permitted_of(const Answer& answer) noexcept;

[[nodiscard]] json::Value to_json(const ResultPackage& package);
/// Errors   invalid
[[nodiscard]] Result<ResultPackage> parse_result_package(const json::Value& value);

}  // namespace mednexus::service
