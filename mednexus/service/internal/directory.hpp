#pragma once
/// What is known of others and of patients' wishes: cards, agreements, consents. Filled when the
/// home is opened, and as documents arrive. Threads: safe; everything is handed out as copies.
#include <map>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "mednexus/service/documents.hpp"

namespace mednexus::service::internal {

class Directory {
public:
    explicit Directory(Card own) : own_(std::move(own)) {}

    /// This institution's own card.
    [[nodiscard]] const Card& own() const noexcept { return own_; }

    /// Errors   conflict: another card of this name, or one of these keys, is on file
    [[nodiscard]] Result<void> check_new(const Card& card) const;
    void add(Card card);
    /// Errors: not_found.
    [[nodiscard]] Result<Card> card(std::string_view name) const;
    /// Errors: denied.
    [[nodiscard]] Result<std::string> name_by_pin(const Hash32& tls_pin) const;
    /// Sorted by name; without our own.
    [[nodiscard]] std::vector<Card> peers() const;

    void add(Agreement agreement);
    /// Errors: not_found.
    [[nodiscard]] Result<Agreement> agreement(std::string_view id) const;
    [[nodiscard]] std::vector<Agreement> agreements() const;
    /// Those that name the peer and us, with the signatures that hold.
    [[nodiscard]] std::vector<AgreementEvidence> agreements_with(std::string_view peer) const;

    /// The newest consent of a case takes the place of the one before.
    void set_consent(const CaseId& id, std::string consent_id, ConsentEvidence evidence);
    /// A newer consent of the case stays as it is.
    void revoke(const CaseId& id, std::string_view consent_id);
    /// As if no consent of the case had ever been given.
    void forget(const CaseId& id);
    [[nodiscard]] std::optional<ConsentEvidence> consent(const CaseId& id) const;
    /// Errors: not_found.
    [[nodiscard]] Result<std::string> consent_id(const CaseId& id) const;
    /// One for each id, in their order.
    [[nodiscard]] std::vector<std::optional<ConsentEvidence>> consents(
        std::span<const CaseId> ids) const;

private:
    struct CaseConsent {
        std::string id;
        ConsentEvidence evidence;
    };

    const Card own_;
    mutable std::shared_mutex mutex_;
    std::map<std::string, Card, std::less<>> cards_;
    std::map<std::string, Agreement, std::less<>> agreements_;
    std::unordered_map<CaseId, CaseConsent> consents_;
};

/// What a consent document says, for decide().
[[nodiscard]] ConsentEvidence evidence_of(const Consent& consent);

}  // namespace mednexus::service::internal
