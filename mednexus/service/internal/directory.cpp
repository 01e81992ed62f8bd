#include "mednexus/service/internal/directory.hpp"

#include <algorithm>
#include <mutex>

namespace mednexus::service::internal {

namespace {

bool share_a_key(const Card& a, const Card& b) {
    return a.identity.key == b.identity.key || a.log.key == b.log.key ||
           a.identity.key == b.log.key || a.log.key == b.identity.key ||
           a.sealing_key == b.sealing_key || a.tls_pin == b.tls_pin;
}

}  // namespace

Result<void> Directory::check_new(const Card& card) const {
    if (card.name == own_.name || share_a_key(card, own_)) {
        return fail(Kind::conflict, "peer: the card has this institution's own name or key");
    }
    const std::shared_lock lock(mutex_);
    for (const auto& [name, known] : cards_) {
        if (name == card.name && known.digest != card.digest) {
            return fail(Kind::conflict, "peer " + name + ": another card is on file");
        }
        if (name != card.name && share_a_key(card, known)) {
            return fail(Kind::conflict, "peer " + card.name + ": has a key of " + name);
        }
    }
    return {};
}

void Directory::add(Card card) {
    const std::unique_lock lock(mutex_);
    cards_.insert_or_assign(card.name, std::move(card));
}

Result<Card> Directory::card(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    const auto at = cards_.find(name);
    if (at == cards_.end()) {
        return fail(Kind::not_found, "peer: no card of this name is on file");
    }
    return at->second;
}

Result<std::string> Directory::name_by_pin(const Hash32& tls_pin) const {
    const std::shared_lock lock(mutex_);
    const auto at = std::find_if(cards_.begin(), cards_.end(), [&](const auto& entry) {
        return entry.second.tls_pin == tls_pin;
    });
    if (at == cards_.end()) {
        return fail(Kind::denied, "peer: no card on file has this TLS key");
    }
    return at->first;
}

std::vector<Card> Directory::peers() const {
    const std::shared_lock lock(mutex_);
    std::vector<Card> out;
    for (const auto& [name, card] : cards_) {
        out.push_back(card);
    }
    return out;
}

void Directory::add(Agreement agreement) {
    const std::unique_lock lock(mutex_);
    agreements_.insert_or_assign(agreement.id, std::move(agreement));
}

Result<Agreement> Directory::agreement(std::string_view id) const {
    const std::shared_lock lock(mutex_);
    const auto at = agreements_.find(id);
    if (at == agreements_.end()) {
        return fail(Kind::not_found, "agreement: none of this id is on file");
    }
    return at->second;
}

std::vector<Agreement> Directory::agreements() const {
    const std::shared_lock lock(mutex_);
    std::vector<Agreement> out;
    for (const auto& [id, agreement] : agreements_) {
        out.push_back(agreement);
    }
    return out;
}

std::vector<AgreementEvidence> Directory::agreements_with(std::string_view peer) const {
    std::vector<crypto::NoteVerifier> known{own_.identity};
    if (const auto card = this->card(peer)) {
        known.push_back(card->identity);
    }
    std::vector<AgreementEvidence> out;
    for (const Agreement& one : agreements()) {
        if (std::find(one.parties.begin(), one.parties.end(), peer) == one.parties.end()) {
            continue;
        }
        out.push_back({.id = one.id,
                       .parties = one.parties,
                       .signed_by = signers_of(one, known),
                       .purposes = one.purposes,
                       .jurisdictions = one.jurisdictions,
                       .period = one.period});
    }
    return out;
}

void Directory::set_consent(const CaseId& id, std::string consent_id, ConsentEvidence evidence) {
    const std::unique_lock lock(mutex_);
    consents_.insert_or_assign(id, CaseConsent{std::move(consent_id), std::move(evidence)});
}

void Directory::revoke(const CaseId& id, std::string_view consent_id) {
    const std::unique_lock lock(mutex_);
    const auto at = consents_.find(id);
    if (at != consents_.end() && at->second.id == consent_id) {
        at->second.evidence.is_revoked = true;
    }
}

void Directory::forget(const CaseId& id) {
    const std::unique_lock lock(mutex_);
    consents_.erase(id);
}

std::optional<ConsentEvidence> Directory::consent(const CaseId& id) const {
    return consents(std::span(&id, 1)).front();
}

Result<std::string> Directory::consent_id(const CaseId& id) const {
    const std::shared_lock lock(mutex_);
    const auto at = consents_.find(id);
    if (at == consents_.end()) {
        return fail(Kind::not_found, "consent: none is on file for this case");
    }
    return at->second.id;
}

std::vector<std::optional<ConsentEvidence>> Directory::consents(std::span<const CaseId> ids) const {
    const std::shared_lock lock(mutex_);
    std::vector<std::optional<ConsentEvidence>> out;
    out.reserve(ids.size());
    for (const CaseId& id : ids) {
        const auto at = consents_.find(id);
        out.push_back(at == consents_.end() ? std::nullopt : std::optional(at->second.evidence));
    }
    return out;
}

ConsentEvidence evidence_of(const Consent& consent) {
    return {.is_signature_valid = true,
            .is_revoked = false,
            .purposes = consent.purposes,
            .recipients = consent.recipients,
            .jurisdictions = consent.jurisdictions,
            .period = consent.period};
}

}  // namespace mednexus::service::internal
