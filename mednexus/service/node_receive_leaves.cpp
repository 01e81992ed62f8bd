/// What the owner's log must say of a case that is handed over.
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/share_parts.hpp"

namespace mednexus::service::internal {

namespace {

Failure lied(const std::string& what) {
    return fail(Kind::corrupt, "share: the owner's log: " + what);
}

Result<void> check_decision(const Event& event, const SignedRequest& request) {
    const auto decision = parse_decision(event);
    if (!decision) {
        return lied(decision.error().what);
    }
    if (decision->release != ReleaseKind::rewrap || !decision->granted ||
        !grants_by(decision->rules, rules_of_case(decision->basis()))) {
        return lied("the decision does not grant a case by every rule");
    }
    if (decision->requester != request.request.requester ||
        decision->purpose != request.request.purpose ||
        decision->commitment != request.request.object) {
        return lied("the decision is about another requester, purpose or case");
    }
    if (event.time > request.request.expires) {
        return lied("the decision was made after the request had expired");
    }
    return {};
}

Result<void> check_release(const Event& event,
                           const Hash32& decision,
                           const SignedRequest& request,
                           const ObjectRoot& root) {
    const auto released = parse_share_released(event);
    if (!released) {
        return lied(released.error().what);
    }
    if (released->recipient != request.request.requester ||
        released->purpose != request.request.purpose ||
        released->commitment != request.request.object) {
        return lied("the release is to another recipient, or of another purpose or case");
    }
    if (released->root != root) {
        return lied("the release is of another body");
    }
    if (released->decision != decision) {
        return lied("the release names another decision");
    }
    return {};
}

}  // namespace

Result<void> check_hand_over(const LogEvidence& evidence,
                             const SignedRequest& request,
                             const ObjectRoot& root) {
    if (evidence.leaves.size() != 2) {
        return lied("not a decision and a release");
    }
    const LogLeaf& first = evidence.leaves[0];
    const LogLeaf& second = evidence.leaves[1];
    const auto decision = parse_event(first.entry);
    const auto released = parse_event(second.entry);
    if (!decision || !released) {
        return lied("a leaf that is no event");
    }
    if (decision->job != request.request.job || released->job != request.request.job) {
        return lied("a leaf of another job");
    }
    if (first.index >= second.index) {
        return lied("the case was released before the decision");
    }
    MN_DO(check_decision(*decision, request));
    return check_release(*released, crypto::sha256(first.entry), request, root);
}

}  // namespace mednexus::service::internal
