/// The claims of a bundle in their order, and what rests on what.
#include "mednexus/service/internal/bundle_claims.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own claims

namespace {

constexpr std::string_view kNoPolicy = "no trust policy was given";

using Policy = std::optional<ledger::TrustPolicy>;

/// One bundle under verification.
class BundleVerification {
public:
    BundleVerification(BundleFacts facts, const Policy& policy)
        : facts_(std::move(facts)), policy_(&policy) {}

    [[nodiscard]] VerificationReport run() &&;

private:
    void decide(std::string_view claim,
                const ClaimNames& grounds,
                Problem (*problem_with)(const BundleFacts&),
                std::string detail) {
        claims_.decide(
            claim, grounds, [&] { return problem_with(facts_); }, std::move(detail));
    }

    void decide_signers();
    void decide_roster();
    void decide_logs();
    void decide_documents();
    void decide_request();
    void decide_outputs();
    void decide_answers();
    void decide_result();
    void decide_chain();
    void decide_anchors();
    void decide_trusted_block();
    void decide_basis();

    [[nodiscard]] const ledger::PolicyChain* policy_chain() const {
        return *policy_ && (*policy_)->chain ? &*(*policy_)->chain : nullptr;
    }

    [[nodiscard]] std::string lacks_chain() const {
        return std::string(*policy_ ? "the policy names no chain" : kNoPolicy);
    }

    [[nodiscard]] std::vector<std::string> not_shown() const;

    bool is_of_chain_ = false;  ///< policy or bundle speak of one
    BundleFacts facts_;
    const Policy* policy_;
    Claims claims_;
};

void BundleVerification::decide_signers() {
    decide("cards.signed",
           {},
           &problem_with_cards,
           "each card is signed by its identity key and its log key");
    decide("manifest.signed",
           {"cards.signed"},
           &problem_with_manifest_signature,
           "signed by the log key of " + facts_.requester());
    decide("manifest.digests",
           {},
           &problem_with_manifest_digests,
           "every part has the digest that the manifest lists");
    decide_roster();
    decide("checkpoints.signed",
           {"cards.signed"},
           &problem_with_checkpoints,
           "each checkpoint is signed by its institution's log key");
    decide_logs();
    decide("leaves.included",
           {"checkpoints.signed"},
           &problem_with_leaves,
           "every leaf is in the tree of its checkpoint");
}

void BundleVerification::decide_roster() {
    constexpr std::string_view kClaim = "roster.trusted";
    if (claims_.lacks_ground(kClaim, {"cards.signed"})) {
        return;
    }
    if (!*policy_ || !(*policy_)->roster) {
        claims_.add(kClaim,
                    ClaimStatus::not_proven,
                    std::string(*policy_ ? "the policy names no roster" : kNoPolicy));
        return;
    }
    claims_.decide(
        kClaim,
        {},
        [&]() -> Problem {
            return *(*policy_)->roster == roster_of(facts_)
                       ? Problem()
                       : Problem("the cards are not the policy's roster");
        },
        std::to_string(facts_.cards.size()) + " cards are the policy's roster");
}

void BundleVerification::decide_logs() {
    constexpr std::string_view kClaim = "logs.trusted";
    if (claims_.lacks_ground(kClaim, {"cards.signed", "checkpoints.signed"})) {
        return;
    }
    if (!*policy_) {
        claims_.add(kClaim, ClaimStatus::not_proven, std::string(kNoPolicy));
        return;
    }
    claims_.decide(
        kClaim,
        {},
        [&] { return problem_with_logs(facts_, **policy_); },
        "the policy lists every log key, and its quorum is reached");
}

void BundleVerification::decide_documents() {
    decide("consortium.signed",
           {"cards.signed"},
           &problem_with_consortium,
           "signed by the identity keys of all " +
               std::to_string(facts_.documents.consortium.members.size()) + " members");
    decide("keys.signed",
           {"consortium.signed"},
           &problem_with_keys,
           "every member signed the keys of this epoch");
    decide("indexes.signed",
           {"keys.signed"},
           &problem_with_indexes,
           "each member signed its index of encrypted cases");
}

void BundleVerification::decide_request() {
    decide("request.signed",
           {"consortium.signed"},
           &problem_with_request,
           "signed by the identity key of " + facts_.requester());
    decide("query.committed",
           {"leaves.included", "request.signed"},
           &problem_with_query,
           "the requester logged query and terms before the result, and the request repeats them");
}

void BundleVerification::decide_outputs() {
    decide("outputs.signed",
           {"keys.signed", "request.signed"},
           &problem_with_outputs,
           "signed by the identity key of " + facts_.compute() + ", for this job and query");
    decide("outputs.logged",
           {"leaves.included", "outputs.signed"},
           &problem_with_outputs_leaf,
           facts_.compute() + " logged these outputs");
    decide("data.root",
           {"indexes.signed", "outputs.signed"},
           &problem_with_data_root,
           "the outputs are of exactly these indexes, and the request names their root");
}

void BundleVerification::decide_answers() {
    decide("answers.complete",
           {"request.signed"},
           &problem_with_completeness,
           "every member that was asked answered");
    decide("answers.logged",
           {"leaves.included", "request.signed"},
           &problem_with_answers,
           "each answer is the one that its owner logged");
    decide("outputs.checked",
           {"answers.logged", "data.root"},
           &problem_with_output_checks,
           "each member says that it checked these outputs, and all opened the same scores");
    decide("decisions.first",
           {"leaves.included", "request.signed", "answers.logged"},
           &problem_with_decisions,
           "each owner logged, before its answer, a decision that grants the request");
    decide("slots.permitted",
           {"decisions.first", "indexes.signed"},
           &problem_with_slots,
           "each ranked slot was permitted by that decision");
}

void BundleVerification::decide_result() {
    decide("result.package",
           {"answers.complete", "outputs.checked", "decisions.first"},
           &problem_with_package,
           "the package repeats what the other parts say");
    decide("result.logged",
           {"leaves.included", "request.signed"},
           &problem_with_result_leaf,
           "the requester logged this result with these answers");
}

void BundleVerification::decide_anchors() {
    constexpr std::string_view kClaim = "anchors.included";
    if (!facts_.bundle.parts.anchors) {
        claims_.add(kClaim, ClaimStatus::not_proven, "the bundle carries no anchors");
        return;
    }
    decide(kClaim,
           {"checkpoints.signed"},
           &problem_with_anchors,
           "each checkpoint is in an event of the contract, under headers linked by hash");
}

void BundleVerification::decide_trusted_block() {
    constexpr std::string_view kClaim = "anchors.trusted";
    if (!facts_.bundle.parts.anchors) {
        claims_.add(kClaim, ClaimStatus::not_proven, "the bundle carries no anchors");
        return;
    }
    if (claims_.lacks_ground(kClaim, {"anchors.included"})) {
        return;
    }
    if (policy_chain() == nullptr) {
        claims_.add(kClaim, ClaimStatus::not_proven, lacks_chain());
        return;
    }
    claims_.decide(
        kClaim,
        {},
        [&] { return problem_with_trusted_block(facts_, *policy_chain()); },
        "the policy's trusted block is one of these headers, and no anchor is later");
}

/// A decision on files alone, or on another chain, contradicts nothing: it says so itself.
void BundleVerification::decide_basis() {
    constexpr std::string_view kClaim = "decisions.on_chain";
    if (claims_.lacks_ground(kClaim, {"decisions.first"})) {
        return;
    }
    if (policy_chain() == nullptr) {
        claims_.add(kClaim, ClaimStatus::not_proven, lacks_chain());
        return;
    }
    const Problem problem = problem_with_chain_of_decisions(facts_, policy_chain()->chain_id);
    claims_.add(kClaim,
                problem ? ClaimStatus::not_proven : ClaimStatus::proven,
                problem.value_or("each granting decision names a block of the policy's chain"));
}

void BundleVerification::decide_chain() {
    const bool is_in_policy = policy_chain() != nullptr;
    const bool is_anchored = facts_.bundle.parts.anchors.has_value();
    const bool is_decided = names_a_chain(facts_);
    is_of_chain_ = is_in_policy || is_anchored || is_decided;
    if (is_in_policy || is_anchored) {
        decide_anchors();
        decide_trusted_block();
    }
    if (is_in_policy || is_decided) {
        decide_basis();
    }
}

std::vector<std::string> BundleVerification::not_shown() const {
    const auto lines = match_not_proven();
    std::vector<std::string> out(lines.begin(), lines.end());
    out.insert(out.end(),
               {"when anything happened: times are claims; order is shown inside one log, and "
                "between logs only through digests",
                "that the institutions are independent of each other",
                "that a log shows everybody the same tree, unless witnesses cosigned it",
                facts_.bundle.parts.availability
                    ? "that holders still have the shards that they signed for, and that one of "
                      "them did not lie"
                    : "that logs are available when their institution is gone: the bundle carries "
                      "no certificates of other holders"});
    if (is_of_chain_) {
        out.insert(out.end(),
                   {"that the trusted block is on the chain that others see",
                    "what the registry's administrator did: it says who may anchor under a name",
                    "that the state at a decision's block was as the owner says"});
    }
    return out;
}

VerificationReport BundleVerification::run() && {
    decide_signers();
    decide_documents();
    decide_request();
    decide_outputs();
    decide_answers();
    decide_result();
    decide_chain();
    decide_availability(facts_, *policy_, claims_);
    std::vector<std::string> not_shown_here = not_shown();
    return std::move(claims_).report(
        "bundle",
        policy_->has_value(),
        {"roster.trusted", "logs.trusted", "anchors.trusted", "decisions.on_chain"},
        std::move(not_shown_here));
}

}  // namespace

Result<VerificationReport> verify_bundle(std::string_view text, const Policy& policy) {
    MN_TRY(BundleFacts facts, read_bundle_facts(text));
    return BundleVerification(std::move(facts), policy).run();
}

}  // namespace mednexus::service
