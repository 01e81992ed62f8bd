#pragma once
/// A bundle with all its documents read, before anything in it is believed.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/service/bundle.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/internal/match_documents.hpp"

namespace mednexus::service::internal {

struct LeafFact {
    LogLeaf leaf;
    Event event;
};

/// One institution's log evidence.
struct PartyFact {
    std::string checkpoint_note;
    ledger::Checkpoint checkpoint;
    std::vector<LeafFact> leaves;

    /// The only leaf of this kind; null when there is none or more than one.
    [[nodiscard]] const LeafFact* only(EventKind kind) const;
};

struct BundleFacts {
    Bundle bundle;
    Document manifest;
    MatchDocuments documents;
    SignedRequest request;
    std::map<std::string, Card, std::less<>> cards;
    std::optional<std::string> card_problem;  ///< then `cards` is not whole
    std::map<std::string, PartyFact, std::less<>> parties;
    std::vector<chain::Header> headers;  ///< of the part `anchors`; empty without it

    [[nodiscard]] const Card* card_of(std::string_view name) const;
    [[nodiscard]] const PartyFact* party_of(std::string_view name) const;
    /// Needs: problem_with_leaves_of() found nothing.
    [[nodiscard]] const LeafFact& leaf_of(std::string_view institution, EventKind kind) const;

    [[nodiscard]] const std::string& requester() const { return bundle.parts.result.requester; }

    [[nodiscard]] const std::string& compute() const { return documents.consortium.compute.name; }

    [[nodiscard]] CardOf cards_by_name() const {
        return [this](std::string_view name) { return card_of(name); };
    }
};

/// Errors   invalid: the checkpoint is no note, or a leaf no event
[[nodiscard]] Result<PartyFact> read_party(const LogEvidence& evidence);

/// Errors   invalid: not a bundle at all
[[nodiscard]] Result<BundleFacts> read_bundle_facts(std::string_view text);

}  // namespace mednexus::service::internal
