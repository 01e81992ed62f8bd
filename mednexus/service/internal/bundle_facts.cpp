#include "mednexus/service/internal/bundle_facts.hpp"

#include <algorithm>
#include <set>

#include "mednexus/codec/note.hpp"

namespace mednexus::service::internal {

namespace {

/// Reads the cards; a signature that does not hold is a finding, a wrong form an error.
Result<void> read_cards(BundleFacts& facts) {
    std::string last;
    for (const std::string& note : facts.bundle.parts.cards) {
        auto card = parse_card(note);
        if (!card && card.error().kind != Kind::denied) {
            return tl::unexpected(card.error());
        }
        if (!card) {
            facts.card_problem = card.error().what;
            continue;
        }
        if (card->name <= last) {
            facts.card_problem = "the cards are not sorted by name, or one name stands twice";
        }
        last = card->name;
        facts.cards.insert_or_assign(card->name, *std::move(card));
    }
    return {};
}

Result<void> read_documents(BundleFacts& facts) {
    const BundleParts& parts = facts.bundle.parts;
    MatchDocuments& out = facts.documents;
    MN_TRY(out.consortium, parse_consortium(parts.consortium));
    MN_TRY(out.keys, parse_keys(parts.keys));
    for (const std::string& note : parts.indexes) {
        MN_TRY(IndexDocument index, parse_index(note));
        out.indexes.push_back(std::move(index));
    }
    MN_TRY(out.outputs, parse_outputs(parts.outputs));
    MN_TRY(facts.request, parse_request(parts.request));
    return {};
}

Result<void> read_headers(BundleFacts& facts) {
    if (!facts.bundle.parts.anchors) {
        return {};
    }
    for (const Bytes& rlp : facts.bundle.parts.anchors->headers) {
        MN_TRY(const chain::Header header, chain::parse_header(rlp));
        facts.headers.push_back(header);
    }
    return {};
}

/// One key under two names would let one party speak as two.
bool has_shared_key(const BundleFacts& facts) {
    std::set<crypto::Ed25519PublicKey> keys;
    return !std::all_of(facts.cards.begin(), facts.cards.end(), [&](const auto& one) {
        const Card& card = one.second;
        return keys.insert(card.identity.key).second && keys.insert(card.log.key).second;
    });
}

}  // namespace

Result<PartyFact> read_party(const LogEvidence& evidence) {
    PartyFact out;
    out.checkpoint_note = evidence.checkpoint;
    MN_TRY(const codec::Note note, codec::parse_note(evidence.checkpoint));
    MN_TRY(out.checkpoint, ledger::parse_checkpoint_text(note.text));
    for (const LogLeaf& leaf : evidence.leaves) {
        MN_TRY(Event event, parse_event(leaf.entry));
        out.leaves.push_back({leaf, std::move(event)});
    }
    return out;
}

const LeafFact* PartyFact::only(EventKind kind) const {
    const LeafFact* found = nullptr;
    for (const LeafFact& one : leaves) {
        if (one.event.kind != kind) {
            continue;
        }
        if (found != nullptr) {
            return nullptr;
        }
        found = &one;
    }
    return found;
}

const Card* BundleFacts::card_of(std::string_view name) const {
    const auto found = cards.find(name);
    return found == cards.end() ? nullptr : &found->second;
}

const PartyFact* BundleFacts::party_of(std::string_view name) const {
    const auto found = parties.find(name);
    return found == parties.end() ? nullptr : &found->second;
}

const LeafFact& BundleFacts::leaf_of(std::string_view institution, EventKind kind) const {
    return *party_of(institution)->only(kind);
}

Result<BundleFacts> read_bundle_facts(std::string_view text) {
    BundleFacts facts;
    MN_TRY(facts.bundle, parse_bundle(text));
    MN_TRY(facts.manifest, parse_document(facts.bundle.manifest, kManifestKind));
    MN_DO(read_documents(facts));
    MN_DO(read_cards(facts));
    if (!facts.card_problem && has_shared_key(facts)) {
        facts.card_problem = "one key stands in two places of the cards";
    }
    for (const LogEvidence& evidence : facts.bundle.parts.evidence) {
        MN_TRY(facts.parties[evidence.institution], read_party(evidence));
    }
    MN_DO(read_headers(facts));
    return facts;
}

}  // namespace mednexus::service::internal
