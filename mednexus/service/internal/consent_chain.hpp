#pragma once
/// What consents say on chain. docs/formats/chain.md section 3.
#include <optional>
#include <string>

#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

/// Signs the grant with the consent's own account and queues it. Gives its name on chain; empty in
/// a home without a chain.
[[nodiscard]] Result<std::optional<OnChainName>> queue_grant(NodeState& node,
                                                             const Consent& consent,
                                                             const Hash32& document,
                                                             const Secret<32>& patient_seed,
                                                             const Hash32& salt,
                                                             UnixTime expires);

/// Signs and queues a revocation. Gives the item's name; empty when the consent never was to stand
/// on chain.
[[nodiscard]] Result<std::optional<std::string>> queue_revocation(NodeState& node,
                                                                  const std::string& consent_id,
                                                                  const Secret<32>& patient_seed);

/// Goes on with a revocation that a crash left open: of the consent that was meant then, which need
/// not be the newest of its case now.
[[nodiscard]] Result<void> resume_revocation(NodeState& node,
                                             const std::string& consent_id,
                                             const json::Value& input);

/// The document's end and up to 30 days more. docs/formats/chain.md section 3.
[[nodiscard]] UnixTime blurred_expiry(UnixTime end, Random& random);

}  // namespace mednexus::service::internal
