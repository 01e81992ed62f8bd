/// Operations on cards and agreements, and reading all documents when the home is opened.
#include <algorithm>

#include "mednexus/core/log.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_index.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

json::Value names_json(const std::vector<std::string>& names) {
    json::Array out;
    for (const std::string& name : names) {
        out.emplace_back(name);
    }
    return out;
}

json::Value card_json(const Card& card) {
    json::Object out;
    out.set("name", card.name);
    out.set("legal_name", card.legal_name);
    out.set("jurisdiction", card.jurisdiction);
    out.set("endpoint", card.endpoint);
    out.set("digest", hex(card.digest));
    return out;
}

Result<json::Value> keep_card(NodeState& node, Journal::Run& run, const Card& card) {
    MN_TRY(
        const Logged logged, log_event(node, run, "recorded", [&]() -> Result<EventDraft> {
            json::Object data;
            data.set("card", hex(card.digest));
            data.set("name", card.name);
            return EventDraft{EventKind::peer_recorded, node.name(), std::nullopt, std::move(data)};
        }));
    MN_DO(node.disk->write("peers/" + card.name + ".note", bytes_of(card.note)));
    node.directory->add(card);
    json::Object out;
    out.set("name", card.name);
    out.set("digest", hex(card.digest));
    out.set("leaf", logged.index);
    return json::Value(std::move(out));
}

Result<json::Value> keep_agreement(NodeState& node, Journal::Run& run, const Agreement& agreement) {
    MN_TRY(const Logged logged, log_event(node, run, "recorded", [&]() -> Result<EventDraft> {
               json::Object data;
               data.set("agreement", hex(agreement.digest));
               data.set("parties", names_json(agreement.parties));
               return EventDraft{
                   EventKind::agreement_recorded, node.name(), std::nullopt, std::move(data)};
           }));
    MN_DO(node.disk->write("agreements/" + agreement.id + ".note", bytes_of(agreement.note)));
    node.directory->add(agreement);
    json::Object out;
    out.set("id", agreement.id);
    out.set("digest", hex(agreement.digest));
    out.set("leaf", logged.index);
    return json::Value(std::move(out));
}

/// The outcome with `status` "recorded", or "existing" for a repeat.
json::Value with_status(const Journal::Outcome& outcome) {
    json::Value out = outcome.value;
    out.as_object()->set("status", outcome.is_repeat ? "existing" : "recorded");
    return out;
}

/// Ours and those of all peers.
std::vector<crypto::NoteVerifier> known_keys(const NodeState& node) {
    std::vector<crypto::NoteVerifier> out{node.directory->own().identity};
    for (const Card& card : node.directory->peers()) {
        out.push_back(card.identity);
    }
    return out;
}

/// Joins the new signatures to the ones on file. Errors: conflict: one id, two texts.
Result<Agreement> merge_known(NodeState& node, Agreement agreement) {
    const auto known = node.directory->agreement(agreement.id);
    if (!known) {
        return agreement;
    }
    MN_TRY(const std::string merged, merge_notes(known->note, agreement.note));
    return parse_agreement(merged);
}

Result<void> load_cards(NodeState& node) {
    MN_TRY(const auto names, node.disk->list("peers"));
    for (const std::string& name : names) {
        MN_TRY(const Bytes raw, node.disk->read("peers/" + name, kDocumentSizeBytesMax));
        auto card = parse_card(text_of(raw));
        if (!card) {
            return fail(Kind::corrupt, "home: peers/" + name + ": " + card.error().what);
        }
        MN_DO(node.directory->check_new(*card));
        node.directory->add(std::move(*card));
    }
    return {};
}

Result<void> load_agreements(NodeState& node) {
    MN_TRY(const auto names, node.disk->list("agreements"));
    for (const std::string& name : names) {
        MN_TRY(const Bytes raw, node.disk->read("agreements/" + name, kDocumentSizeBytesMax));
        auto agreement = parse_agreement(text_of(raw));
        if (!agreement) {
            return fail(Kind::corrupt, "home: agreements/" + name + ": " + agreement.error().what);
        }
        node.directory->add(std::move(*agreement));
    }
    return {};
}

/// A consent whose document does not hold stays on file as one that permits nothing.
ConsentEvidence load_consent(NodeState& node, const ConsentRow& row) {
    const auto checked = [&]() -> Result<ConsentEvidence> {
        MN_TRY(const Secret<32> seed, node.database->patient_seed_of(row.case_id));
        MN_TRY(const Bytes raw,
               node.disk->read("consents/" + row.id + ".note", kDocumentSizeBytesMax));
        MN_TRY(const Consent consent,
               parse_consent(text_of(raw), derive_consent_signer(seed, row.id).verifier()));
        if (consent.case_id != row.case_id || consent.id != row.id) {
            return fail(Kind::denied, "consent: is for another case");
        }
        ConsentEvidence out = evidence_of(consent);
        MN_TRY(out.on_chain_name, node.database->consent_on_chain(row.id));
        return out;
    }();
    if (!checked) {
        log(LogLevel::warning, "consent.unreadable", {{"consent", row.id}});
        return {};
    }
    ConsentEvidence out = *checked;
    out.is_revoked = row.is_revoked;
    return out;
}

}  // namespace

Result<json::Value> peer_add(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "peer.add");
    MN_TRY(const std::string note, reader.string("card"));
    MN_DO(reader.finish());
    MN_TRY(const Card card, parse_card(note));
    MN_DO(node.directory->check_new(card));
    const Act act{.kind = "peer.add", .key = card.name, .input = note};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return keep_card(node, run, card);
    }));
    return with_status(outcome);
}

Result<json::Value> peer_list(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "peer.list").finish());
    json::Array peers;
    for (const Card& card : node.directory->peers()) {
        peers.push_back(card_json(card));
    }
    json::Object out;
    out.set("peers", std::move(peers));
    return json::Value(std::move(out));
}

Result<json::Value> agreement_propose(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "agreement.propose");
    Agreement agreement;
    MN_TRY(agreement.id, string_or(reader, "id", fresh_id(node.random)));
    MN_TRY(agreement.parties, reader.strings("parties"));
    MN_TRY(agreement.purposes, read_purpose_list(reader));
    MN_TRY(agreement.jurisdictions, reader.strings("jurisdictions"));
    MN_TRY(agreement.period, read_period(reader));
    MN_TRY(agreement.terms, read_hash(reader, "terms"));
    MN_DO(reader.finish());
    MN_DO(need_no_computing_node(node, agreement.parties));
    MN_TRY(const std::string text, write_agreement_text(agreement));
    const std::string note = crypto::make_signed_note(node.keys.identity, text);
    json::Object out;
    out.set("id", agreement.id);
    MN_TRY(const std::string checked, sign_agreement(note, node.keys.identity));
    out.set("note", checked);
    return json::Value(std::move(out));
}

Result<json::Value> agreement_sign(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "agreement.sign");
    MN_TRY(const std::string note, reader.string("note"));
    MN_DO(reader.finish());
    MN_TRY(const Agreement agreement, parse_agreement(note));
    MN_DO(need_no_computing_node(node, agreement.parties));
    MN_TRY(const std::string signed_note, sign_agreement(note, node.keys.identity));
    json::Object out;
    out.set("id", agreement.id);
    out.set("note", signed_note);
    return json::Value(std::move(out));
}

Result<json::Value> agreement_add(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "agreement.add");
    MN_TRY(const std::string note, reader.string("note"));
    MN_DO(reader.finish());
    MN_TRY(Agreement given, parse_agreement(note));
    MN_DO(need_no_computing_node(node, given.parties));
    MN_TRY(const Agreement agreement, merge_known(node, std::move(given)));
    const std::vector<std::string> signers = signers_of(agreement, known_keys(node));
    if (std::find(signers.begin(), signers.end(), node.name()) == signers.end()) {
        return fail(Kind::denied,
                    "agreement " + agreement.id +
                        ": not signed by this institution, or a known signature is false");
    }
    const Act act{.kind = "agreement.add",
                  .key = agreement.id + hex(crypto::sha256(bytes_of(agreement.note))),
                  .input = agreement.note};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return keep_agreement(node, run, agreement);
    }));
    json::Value out = with_status(outcome);
    out.as_object()->set("signed_by", names_json(signers));
    return out;
}

Result<json::Value> agreement_list(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "agreement.list").finish());
    const std::vector<crypto::NoteVerifier> keys = known_keys(node);
    json::Array list;
    for (const Agreement& one : node.directory->agreements()) {
        json::Object entry;
        entry.set("id", one.id);
        entry.set("digest", hex(one.digest));
        entry.set("parties", names_json(one.parties));
        entry.set("signed_by", names_json(signers_of(one, keys)));
        entry.set("purposes", list_of(one.purposes));
        entry.set("jurisdictions", names_json(one.jurisdictions));
        entry.set("from", to_rfc3339(one.period.from));
        entry.set("until", to_rfc3339(one.period.until));
        list.emplace_back(std::move(entry));
    }
    json::Object out;
    out.set("agreements", std::move(list));
    return json::Value(std::move(out));
}

Result<void> load_documents(NodeState& node) {
    MN_DO(load_cards(node));
    MN_DO(load_agreements(node));
    MN_TRY(const std::vector<ConsentRow> consents, node.database->list_consents());
    for (const ConsentRow& row : consents) {
        node.directory->set_consent(row.case_id, row.id, load_consent(node, row));
    }
    return {};
}

}  // namespace mednexus::service::internal
