#pragma once
/// Log leaves as typed values. Source: docs/formats/event.md. Threads: plain data and functions.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/policy.hpp"
#include "mednexus/service/purpose.hpp"

namespace mednexus::service {

inline constexpr std::size_t kEventSizeBytesMax = 65535;

/// The kinds of docs/formats/event.md section 2, written with '.' for '_' between their words.
enum class EventKind : std::uint8_t {
    home_created,
    peer_recorded,
    agreement_recorded,
    case_deposited,
    case_erased,
    consent_recorded,
    consent_revoked,
    decision,
    plaintext_read,
    share_released,
    share_received,
    match_requested,
    match_answered,
    match_result,
    match_scored,
    index_published,
    refused,
    consortium_recorded,
    consortium_keyed,
    consortium_ended,
    log_dispersed
};

/// "match.requested". Errors of the inverse: invalid.
[[nodiscard]] std::string_view name_of(EventKind kind) noexcept;
[[nodiscard]] Result<EventKind> parse_event_kind(std::string_view name);

struct Event {
    std::string id;  ///< 32 hex digits
    UnixTime time;
    EventKind kind = EventKind::home_created;
    std::string actor;
    std::optional<std::string> job;  ///< 32 hex digits
    json::Object data;
};

/// The exact bytes of the leaf. Errors: invalid when over 65,535 bytes or an id is no id.
[[nodiscard]] Result<Bytes> write_event(const Event& event);

/// Refuses everything that write_event would not have written. Errors: invalid, "event: rule".
[[nodiscard]] Result<Event> parse_event(BytesView leaf);

// --- data of the kinds that others than the writer read ---

struct RuleRecord {
    std::string rule;
    Outcome outcome = Outcome::fails;
    friend bool operator==(const RuleRecord&, const RuleRecord&) = default;
};

[[nodiscard]] std::vector<RuleRecord> rule_records_of(const Verdict& verdict);

/// True when exactly these rules were decided, in this order, and each holds.
[[nodiscard]] bool grants_by(const std::vector<RuleRecord>& rules,
                             std::span<const std::string_view> names) noexcept;

/// A decision about one object.
struct DecisionData {
    ReleaseKind release = ReleaseKind::break_glass;
    std::string requester;
    Purpose purpose = Purpose::clinical_care;
    bool granted = false;
    std::vector<RuleRecord> rules;
    Hash32 commitment;
    std::optional<ChainEvidence> chain{};  ///< the block it rests on; its rules follow from it

    [[nodiscard]] Basis basis() const noexcept { return chain ? Basis::chain : Basis::files; }
};

/// A decision about all slots of a match (release is opening_share).
struct MatchDecisionData {
    std::string requester;
    Purpose purpose = Purpose::clinical_care;
    bool granted = false;
    std::vector<RuleRecord> rules;
    Hash32 request;  ///< digest of the signed request's text
    std::uint64_t count = 0;
    std::uint64_t permitted = 0;
    Hash32 slots_root;
    std::optional<ChainEvidence> chain{};  ///< as in DecisionData

    [[nodiscard]] Basis basis() const noexcept { return chain ? Basis::chain : Basis::files; }
};

/// A decision to give a share of a consortium's key, or a lift key (release is lift_key).
struct LiftDecisionData {
    std::string requester;
    bool granted = false;
    std::vector<RuleRecord> rules;
    Hash32 consortium;                     ///< digest of the document
    std::optional<ChainEvidence> chain{};  ///< as in DecisionData

    [[nodiscard]] Basis basis() const noexcept { return chain ? Basis::chain : Basis::files; }
};

/// A case that was handed over.
struct ShareReleasedData {
    Hash32 commitment;
    Hash32 decision;  ///< digest of the decision leaf's bytes
    Purpose purpose = Purpose::clinical_care;
    std::string recipient;
    ObjectRoot root;  ///< of the sealed body
};

/// A question, before its encrypted query leaves the house.
struct MatchRequestedData {
    Hash32 consortium;  ///< digest of the document
    std::uint64_t epoch = 0;
    Hash32 profile;
    Purpose purpose = Purpose::clinical_care;
    Hash32 query;  ///< blob: the encrypted query
    Hash32 query_commitment;
    std::vector<std::string> recipients;  ///< sorted
    std::uint64_t top = 0;
};

struct MatchAnsweredData {
    Hash32 answer;    ///< digest of the answer record
    Hash32 decision;  ///< digest of the decision leaf's bytes
    Hash32 request;
    std::uint64_t count = 0;
    std::uint64_t permitted = 0;
};

struct MatchResultData {
    struct AnswerRef {
        std::string institution;
        Hash32 answer;
        friend bool operator==(const AnswerRef&, const AnswerRef&) = default;
    };

    std::vector<AnswerRef> answers;  ///< sorted by institution
    Hash32 query_commitment;
    Hash32 request;
    Hash32 result;  ///< digest of the result record
};

/// What a computing node computed for a job.
struct MatchScoredData {
    Hash32 outputs;  ///< digest of the outputs document
};

/// What another institution gave that is not what it must be.
struct RefusedData {
    std::string subject;  ///< the institution
    std::string rule;     ///< words of a-z with '.' or '_' between them, e.g. "lift.differs"
    Hash32 object;        ///< what it was about: a blob, or the digest of a document
};

[[nodiscard]] json::Object to_json(const DecisionData& data);
[[nodiscard]] json::Object to_json(const MatchDecisionData& data);
[[nodiscard]] json::Object to_json(const LiftDecisionData& data);
[[nodiscard]] json::Object to_json(const ShareReleasedData& data);
[[nodiscard]] json::Object to_json(const MatchRequestedData& data);
[[nodiscard]] json::Object to_json(const MatchAnsweredData& data);
[[nodiscard]] json::Object to_json(const MatchResultData& data);
[[nodiscard]] json::Object to_json(const MatchScoredData& data);
[[nodiscard]] json::Object to_json(const RefusedData& data);

// Each refuses an event of another kind and unknown or missing members. Errors: invalid.
[[nodiscard]] Result<DecisionData> parse_decision(const Event& event);
[[nodiscard]] Result<LiftDecisionData> parse_lift_decision(const Event& event);
[[nodiscard]] Result<ShareReleasedData> parse_share_released(const Event& event);
[[nodiscard]] Result<MatchDecisionData> parse_match_decision(const Event& event);
[[nodiscard]] Result<MatchRequestedData> parse_match_requested(const Event& event);
[[nodiscard]] Result<MatchAnsweredData> parse_match_answered(const Event& event);
[[nodiscard]] Result<MatchResultData> parse_match_result(const Event& event);
[[nodiscard]] Result<MatchScoredData> parse_match_scored(const Event& event);
[[nodiscard]] Result<RefusedData> parse_refused(const Event& event);

}  // namespace mednexus::service
