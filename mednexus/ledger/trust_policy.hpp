#pragma once
/// Whom a verifier believes: log keys, witnesses, the quorum among them, the roster of
/// institutions, and one block of a chain. Source: C2SP tlog-policy; docs/formats/trust-policy.md.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/secp256k1.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/ledger/checkpoint.hpp"

namespace mednexus::ledger {

inline constexpr std::size_t kPolicySizeBytesMax = 1U << 20U;
inline constexpr std::size_t kPolicyLinesMax = 4096;
inline constexpr std::size_t kPolicyNamesMax = 1024;             ///< logs, witnesses, groups: each
inline constexpr std::uint64_t kChainIdMax = (1ULL << 53U) - 1;  ///< what a bundle can hold

struct PolicyWitness {
    std::string name;  ///< opaque, meaningful inside the file only
    crypto::NoteVerifier key;
};

/// Counts as witnessed when at least `threshold` members are.
struct PolicyGroup {
    std::string name;
    std::uint32_t threshold = 1;
    std::vector<std::string> members;  ///< witnesses and groups of preceding lines
};

/// Our own lines: which contract anchors checkpoints, and one block that the reader believes in.
struct PolicyChain {
    std::uint64_t chain_id = 0;  ///< 1 to kChainIdMax
    crypto::EvmAddress anchor;
    Hash32 trusted_block;

    friend bool operator==(const PolicyChain&, const PolicyChain&) = default;
};

struct TrustPolicy {
    std::vector<crypto::NoteVerifier> logs;
    std::vector<PolicyWitness> witnesses;
    std::vector<PolicyGroup> groups;
    std::string quorum;            ///< a witness, a group, or "none"
    std::optional<Hash32> roster;  ///< our own line: the roster hash of docs/formats/mnx.md
    std::optional<PolicyChain> chain;
    std::optional<std::string> availability;  ///< our own line: the profile of docs/formats/da.md
};

/// Errors   invalid: "trust policy: line N: rule"; "trust policy: rule" for what is missing
[[nodiscard]] Result<TrustPolicy> parse_trust_policy(std::string_view text);

struct TrustedCheckpoint {
    Checkpoint checkpoint;
    crypto::NoteVerifier log;              ///< the policy's log key that signed
    std::vector<std::string> cosigned_by;  ///< names of the policy's witnesses, each key once
};

/// Opens a signed checkpoint under a policy: signed by a listed log whose name is the origin, and
/// cosigned as the quorum demands (distinct keys are counted, not names).
/// Errors   invalid: not a checkpoint; denied: no listed log signed, a listed key's signature is
///          false, quorum not reached
[[nodiscard]] Result<TrustedCheckpoint> open_trusted_checkpoint(const TrustPolicy& policy,
                                                                std::string_view signed_note);

}  // namespace mednexus::ledger
