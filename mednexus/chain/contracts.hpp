#pragma once
/// The four contracts as typed functions: calldata, events, and their own error names. See
/// docs/formats/chain.md section 1. Threads: free functions over plain data.
#include <span>
#include <string>
#include <variant>

#include "mednexus/chain/types.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::chain {

inline constexpr std::size_t kBatchMax = 64;           ///< items of one batch call
inline constexpr std::size_t kEndpointBytesMax = 256;  ///< the registry refuses longer ones

/// Where the contracts live: chain.json (docs/formats/chain.md section 2).
struct Deployment {
    std::uint64_t chain_id = 0;
    Address institutions;
    Address consents;
    Address cases;
    Address anchors;
    std::uint64_t from_block = 0;

    friend bool operator==(const Deployment&, const Deployment&) = default;
};

/// Canonical JSON and a line feed. Needs: numbers below 2^63.
[[nodiscard]] std::string write_deployment(const Deployment& deployment);
/// Errors: invalid, naming the member: also an ABI hash that is not that of this program, two
/// contracts at one address, any other text than write_deployment gives.
[[nodiscard]] Result<Deployment> parse_deployment(std::string_view text);

/// keccak256 of the card name.
[[nodiscard]] Hash32 institution_id(std::string_view card_name);

enum class Standing : std::uint8_t { none = 0, active = 1, suspended = 2, revoked = 3 };

// --- calldata ---
// Times are not negative; an endpoint above kEndpointBytesMax is the contract's to refuse.

struct Accreditation {
    Hash32 institution;
    Address account;
    Hash32 card;  ///< digest of the signed card
    std::string endpoint;
    UnixTime expires;
};

struct ConsentGrant {
    Hash32 handle;
    Hash32 commitment;
    UnixTime expires;
    std::uint32_t version = 1;
};

struct ConsentRevocation {
    Hash32 handle;
};

template <typename Message>
struct Signed {
    Message message;
    crypto::RecoverableSignature signature;
};

struct CaseEntry {
    Hash32 handle;
    Hash32 commitment;
};

/// By the administrator: who may accredit.
[[nodiscard]] Bytes add_accreditor_call(const Address& account);
[[nodiscard]] Bytes remove_accreditor_call(const Address& account);
[[nodiscard]] Bytes accredit_call(const Accreditation& accreditation);
[[nodiscard]] Bytes renew_call(const Hash32& institution, UnixTime expires);
/// `suspended`, `active` (reinstate) or `revoked`. Needs: not none.
[[nodiscard]] Bytes standing_call(const Hash32& institution, Standing standing);
[[nodiscard]] Bytes publish_card_call(const Hash32& card, std::string_view endpoint);
/// Need 1 ≤ items ≤ kBatchMax.
[[nodiscard]] Bytes grant_batch_call(std::span<const Signed<ConsentGrant>> grants);
[[nodiscard]] Bytes revoke_batch_call(std::span<const Signed<ConsentRevocation>> revocations);
[[nodiscard]] Bytes register_batch_call(std::span<const CaseEntry> cases);
[[nodiscard]] Bytes tombstone_batch_call(std::span<const Hash32> handles);
[[nodiscard]] Bytes anchor_call(std::uint64_t size, const Hash32& root);

// --- consents sign for themselves (EIP-712) ---

[[nodiscard]] Hash32 consent_handle(const Address& account);
[[nodiscard]] Hash32 grant_digest(const Deployment& at, const ConsentGrant& grant);
[[nodiscard]] Hash32 revocation_digest(const Deployment& at, const ConsentRevocation& revocation);

// --- events ---
// Times above 63 bits are given as the latest UnixTime. An endpoint is printable ASCII without
// spaces, or empty when the institution published something else.

struct InstitutionAccredited {
    Hash32 institution;
    Address account;
    Hash32 card;
    std::string endpoint;
    UnixTime expires;
};

struct InstitutionRenewed {
    Hash32 institution;
    UnixTime expires;
};

struct InstitutionStatusChanged {
    Hash32 institution;
    Standing standing = Standing::none;
};

struct CardPublished {
    Hash32 institution;
    Hash32 card;
    std::string endpoint;
};

struct ConsentGranted {
    Hash32 handle;
    Hash32 commitment;
    UnixTime expires;
    std::uint32_t version = 0;
};

struct ConsentRevoked {
    Hash32 handle;
};

struct CaseRegistered {
    Hash32 institution;
    Hash32 handle;
    Hash32 commitment;
};

struct CaseTombstoned {
    Hash32 institution;
    Hash32 handle;
};

struct Anchored {
    Hash32 institution;
    std::uint64_t size = 0;
    Hash32 root;
};

/// Events that change nothing a node decides by (accreditors, ownership).
struct OtherEvent {};

using ContractEvent = std::variant<InstitutionAccredited,
                                   InstitutionRenewed,
                                   InstitutionStatusChanged,
                                   CardPublished,
                                   ConsentGranted,
                                   ConsentRevoked,
                                   CaseRegistered,
                                   CaseTombstoned,
                                   Anchored,
                                   OtherEvent>;

/// Errors: invalid: not from one of the contracts, an unknown topic, data of another shape.
[[nodiscard]] Result<ContractEvent> parse_event(const Deployment& at, const EventLog& log);

/// "ConsentIsRevoked(0x…)" for the revert data of any of the contracts (their inherited errors,
/// Error(string) and Panic(uint256) too); "revert 0x…" with the selector for others. One line of
/// printable ASCII, whatever the contract said.
[[nodiscard]] std::string describe_revert(BytesView data);

// --- deployment ---

enum class Contract : std::uint8_t { institutions, consents, cases, anchors };

/// Creation code with its constructor argument: the administrator for institutions, else the
/// registry's address.
[[nodiscard]] Bytes creation_code(Contract contract, const Address& argument);
/// SHA-256 of the checked-in ABI file.
[[nodiscard]] Hash32 abi_hash(Contract contract);
[[nodiscard]] std::string_view name_of(Contract contract) noexcept;

}  // namespace mednexus::chain
