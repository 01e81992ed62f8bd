/// Blobs of others, and what is done when something of theirs is not what it must be.
#include "mednexus/core/log.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

Failure refuse(NodeState& node, RefusedData refused, std::optional<std::string> job) {
    const auto logged =
        log_event_now(node, {EventKind::refused, node.name(), std::move(job), to_json(refused)});
    if (!logged) {
        return Failure(logged.error());
    }
    log(LogLevel::warning, "refused", {{"subject", refused.subject}, {"rule", refused.rule}});
    return fail(Kind::corrupt, refused.subject + ": " + refused.rule + ": " + hex(refused.object));
}

Result<Bytes> fetch_blob(NodeState& node,
                         std::string_view peer,
                         const Hash32& hash,
                         const Audience& audience) {
    MN_TRY(const bool is_here, node.blobs->has(hash));
    if (is_here) {
        MN_DO(node.blobs->show(hash, audience));
        return node.blobs->get(hash);
    }
    MN_TRY(const Card card, node.directory->card(peer));
    MN_TRY(Bytes blob, node.peers.get_blob({card.name, card.endpoint, card.tls_pin}, hash));
    if (crypto::sha256(blob) != hash) {
        return refuse(node, {card.name, "blob.hash", hash}, std::nullopt);
    }
    MN_TRY([[maybe_unused]] const Hash32 kept, node.blobs->keep(blob, audience));
    return blob;
}

}  // namespace mednexus::service::internal
