#pragma once
/// What a publisher, a holder and who rebuilds a log share. docs/formats/da.md; docs/api.md, peer
/// operations "da.store", "da.held", "da.shard".
#include <string>
#include <vector>

#include "mednexus/da/header.hpp"
#include "mednexus/da/roster.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

inline constexpr std::size_t kHeldBatchesAtOnceMax = 64;  ///< in one answer of "da.held"

/// The parties of an agreement, as holders in the order of their shards.
struct HolderGroup {
    Agreement agreement;
    std::vector<Card> holders;
    da::Roster roster;
};

/// Errors   denied: not in force now, or not signed by every party; not_found: no card of a party
[[nodiscard]] Result<HolderGroup> holders_of(const NodeState& node, Agreement agreement);

/// Own card, or the one on file. Errors: not_found.
[[nodiscard]] Result<Card> card_named(const NodeState& node, const std::string& name);

[[nodiscard]] inline PeerAddress address_of(const Card& card) {
    return {card.name, card.endpoint, card.tls_pin};
}

/// Asks a peer; its errors name it.
[[nodiscard]] Result<json::Value> ask_holder(const NodeState& node,
                                             const Card& holder,
                                             std::string_view operation,
                                             json::Object body);

/// A batch as it travels to its holders.
struct BatchOffer {
    std::string header;      ///< note
    std::string checkpoint;  ///< note
    Bytes blob;
};

[[nodiscard]] json::Object write_batch_offer(const BatchOffer& offer);
/// Errors: invalid.
[[nodiscard]] Result<BatchOffer> parse_batch_offer(const json::Value& body);

/// What a holder does with a batch: every rule of docs/formats/da.md section 5, then the store.
/// Gives the attestation. Errors: invalid, denied, conflict, as that section says; io, busy.
[[nodiscard]] Result<std::string> hold_batch(NodeState& node,
                                             const Card& publisher,
                                             const BatchOffer& offer);

/// The root that the range has at its end and at its beginning is that of the header.
/// Errors: invalid.
[[nodiscard]] Result<ledger::LogRange> open_blob(const da::Batch& batch, BytesView blob);

}  // namespace mednexus::service::internal
