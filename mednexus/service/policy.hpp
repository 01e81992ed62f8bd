#pragma once
/// The rules by which a key moves or data is revealed. Pure: evidence comes in, a verdict that
/// names every rule goes out; nothing here reads a clock, a file or a key. See
/// docs/formats/policy.md. Threads: free functions over plain data.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/purpose.hpp"

namespace mednexus::service {

/// A request whose end is further away than this is refused, whatever it says of its beginning.
inline constexpr std::int64_t kRequestLifeSecondsMax = 3600;

/// What decisions rest on: signed files alone, or these and a chain (a home with [chain]).
enum class Basis : std::uint8_t { files, chain };

/// The rules of a job, in the order in which they are decided: what a granted decision in a log
/// must list, all of them and no other. decide_job() stops when it and this table disagree.
[[nodiscard]] std::span<const std::string_view> job_rules(Basis basis) noexcept;

/// The rules of one case's consent, in their order; decide_slot() keeps to them in the same way.
[[nodiscard]] std::span<const std::string_view> consent_rules(Basis basis) noexcept;

/// The rules of decide() about one case that leaves the house: those of the job, then those of the
/// consent.
[[nodiscard]] std::vector<std::string_view> rules_of_case(Basis basis);

/// The rules of taking part in a consortium's keys (ReleaseKind::lift_key), in their order.
[[nodiscard]] std::span<const std::string_view> lift_key_rules(Basis basis) noexcept;

/// Every act that moves a key or reveals data (ARCHITECTURE, invariant 1). Closed on purpose.
enum class ReleaseKind : std::uint8_t {
    rewrap,          ///< a case's header is sealed for another institution
    opening_share,   ///< scores of own cases are opened to a requester
    lift_key,        ///< shares of a consortium's key, and lift keys, are given to its members
    model_key,       ///< not built yet: refused by rule
    contact,         ///< not built yet: refused by rule
    plaintext_read,  ///< the owner's own staff reads a case
    break_glass      ///< not built yet: refused by rule
};

[[nodiscard]] std::string_view name_of(ReleaseKind kind) noexcept;
/// Errors: invalid.
[[nodiscard]] Result<ReleaseKind> parse_release_kind(std::string_view name);

/// First and last moment, both included.
struct Period {
    UnixTime from;
    UnixTime until;

    [[nodiscard]] bool holds_at(UnixTime now) const noexcept { return from <= now && now <= until; }
};

/// What is asked.
struct ReleaseRequest {
    ReleaseKind kind = ReleaseKind::break_glass;
    std::string requester;  ///< card name of the institution that asks
    std::string job;        ///< 32 hex digits, single-use
    Purpose purpose = Purpose::clinical_care;
    Hash32 object;  ///< what would be opened: a case id, or a query commitment
    UnixTime expires;
    std::string reason;  ///< for plaintext_read: why, in the words of who reads
};

enum class Replay : std::uint8_t { fresh, same_content, other_content };

/// An agreement between institutions, after its signatures were checked against the cards.
struct AgreementEvidence {
    std::string id;
    std::vector<std::string> parties;
    std::vector<std::string> signed_by;  ///< parties whose signature holds
    std::vector<Purpose> purposes;
    std::vector<std::string> jurisdictions;
    Period period;
};

/// The block that a decision rests on. docs/formats/chain.md section 4.
struct ChainEvidence {
    std::uint64_t chain_id = 0;
    std::uint64_t block = 0;
    Hash32 hash;
    UnixTime time;

    friend bool operator==(const ChainEvidence&, const ChainEvidence&) = default;
};

/// An institution as the registry has it at that block.
struct CredentialEvidence {
    bool is_accredited = false;    ///< by a block that is deep enough
    bool is_active = false;        ///< neither suspended nor revoked
    bool is_card_current = false;  ///< the card on file is the one the registry names
    UnixTime expires;
};

/// What the chain says of one consent at that block.
struct OnChainConsent {
    bool is_granted = false;  ///< with our commitment, by a block that is deep enough
    bool is_pending = false;  ///< granted, but not deep enough yet
    bool is_revoked = false;  ///< by any block
    UnixTime expires;
};

/// Under which name, and with which commitment, a consent stands on chain.
struct OnChainName {
    Hash32 handle;
    Hash32 commitment;
};

/// The newest consent of one case.
struct ConsentEvidence {
    bool is_signature_valid = false;
    bool is_revoked = false;
    std::vector<Purpose> purposes;
    std::vector<std::string> recipients;
    std::vector<std::string> jurisdictions;
    Period period;
    std::optional<OnChainName> on_chain_name{};  ///< for who gathers evidence; no rule reads it
    std::optional<OnChainConsent> on_chain{};    ///< looked at only when Evidence has a chain
};

/// One member of a consortium.
struct MemberEvidence {
    std::string name;
    bool is_card_current = false;  ///< the card on file is the one that the document names
    bool has_signed = false;       ///< the document, by the identity key of that card
    std::vector<AgreementEvidence> agreements{};  ///< those of it and us
    CredentialEvidence credential{};              ///< looked at only when Evidence has a chain
};

/// A consortium that a key, or a share of one, would be given for.
struct ConsortiumEvidence {
    std::vector<MemberEvidence> members;   ///< all of them, with ourselves
    bool is_compute_card_current = false;  ///< of its computing node
    bool is_current = false;               ///< not ended here, and no later epoch has keys
    bool is_own_profile = false;           ///< its vector profile is ours
    bool is_own_ring = false;              ///< its ring is ours
    Period period{};
};

/// What is known when the decision is made.
struct Evidence {
    UnixTime now;                               ///< the later of the clock and the time of `chain`
    std::optional<ChainEvidence> chain{};       ///< absent: a home that rests on signed files alone
    CredentialEvidence requester_credential{};  ///< the next two: looked at only with a chain
    CredentialEvidence owner_credential{};

    [[nodiscard]] Basis basis() const noexcept { return chain ? Basis::chain : Basis::files; }

    std::string owner;  ///< card name of the institution that decides
    std::string owner_jurisdiction;
    std::optional<std::string> requester_jurisdiction;  ///< from its card; absent: no card
    bool is_request_signature_valid = false;
    Replay replay = Replay::other_content;
    bool is_own_object = false;           ///< the object belongs to the institution that decides
    std::optional<Purpose> received_for;  ///< set: it was released to it, for this purpose
    std::vector<AgreementEvidence> agreements;
    std::optional<ConsentEvidence> consent;
    std::optional<ConsortiumEvidence> consortium{};  ///< for lift_key
};

/// not_reached: a rule before it, on which it rests, failed; it counts as not permitted.
enum class Outcome : std::uint8_t { holds, fails, not_reached };

[[nodiscard]] std::string_view name_of(Outcome outcome) noexcept;

struct RuleOutcome {
    std::string rule;  ///< e.g. "consent.not_revoked"
    Outcome outcome = Outcome::fails;
    std::string words;  ///< for people
};

struct Verdict {
    ReleaseRequest request;
    std::vector<RuleOutcome> rules;

    /// True when there is at least one rule and every one holds.
    [[nodiscard]] bool is_permitted() const noexcept;
    /// Names of the rules that failed, in their order.
    [[nodiscard]] std::vector<std::string_view> failed_rules() const;
};

/// The whole decision about one object.
///
/// Shape    rules of the kind, of the request, of the agreement, then of the consent; for
///          plaintext_read: kind, reader, ownership (or receipt), reason, purpose; for lift_key:
///          lift_key_rules
/// Source   docs/formats/policy.md
[[nodiscard]] Verdict decide(const ReleaseRequest& request, const Evidence& evidence);

/// The rules that do not look at one case: for a job over many slots, decided once.
[[nodiscard]] Verdict decide_job(const ReleaseRequest& request, const Evidence& evidence);

/// The rules of one slot's consent, for a job whose decide_job permitted.
[[nodiscard]] std::vector<RuleOutcome> decide_slot(const ReleaseRequest& request,
                                                   const Evidence& job,
                                                   const std::optional<ConsentEvidence>& consent);

/// A requester's own share of an opening, in which no case of its own opens.
/// Shape    kind.supported, own.institution
[[nodiscard]] Verdict decide_own_opening(const ReleaseRequest& request, const Evidence& evidence);

/// "budget.left": the rule that follows those of a slot's consent when its score would be opened.
inline constexpr std::string_view kBudgetRule = "budget.left";

/// Shape    slot: decide_slot's outcomes; is_left: an opening of the case was reserved for this job
/// (OpeningBudget), which is only asked for when all of those hold
[[nodiscard]] RuleOutcome decide_budget(std::span<const RuleOutcome> slot, bool is_left);

/// True when there is at least one rule and every one holds.
[[nodiscard]] bool all_hold(std::span<const RuleOutcome> rules) noexcept;

/// "denied: " and the failed rules, for error texts.
[[nodiscard]] std::string explain_denial(const Verdict& verdict);

}  // namespace mednexus::service
