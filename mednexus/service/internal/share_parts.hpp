#pragma once
/// The body of the peer operation "share". docs/api.md.
#include <string>

#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

struct ShareDelivery {
    std::string request;   ///< the recipient's own signed note
    std::string header;    ///< hex of the Crypt4GH header for its sealing key
    std::string manifest;  ///< canonical JSON
    LogEvidence evidence;  ///< the owner's leaves: decision, share.released
};

[[nodiscard]] inline json::Value write_delivery(const ShareDelivery& delivery) {
    json::Object out;
    out.set("request", delivery.request);
    out.set("header", delivery.header);
    out.set("manifest", delivery.manifest);
    out.set("evidence", write_evidence(delivery.evidence));
    return out;
}

/// Errors: invalid.
[[nodiscard]] inline Result<ShareDelivery> parse_delivery(const json::Value& body) {
    json::Reader reader(body, "share");
    ShareDelivery out;
    MN_TRY(out.request, reader.string("request"));
    MN_TRY(out.header, reader.string("header"));
    MN_TRY(out.manifest, reader.string("manifest"));
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_DO(reader.finish());
    MN_TRY(out.evidence, parse_evidence(*evidence));
    return out;
}

/// The two leaves of a hand-over are about this request, this body and this recipient.
/// Shape    evidence: checked, the owner's; root: of the body, as the manifest names it
/// Errors   corrupt: the rule that does not hold
[[nodiscard]] Result<void> check_hand_over(const LogEvidence& evidence,
                                           const SignedRequest& request,
                                           const ObjectRoot& root);

}  // namespace mednexus::service::internal
