/// Cards and agreements.
#include <algorithm>

#include "mednexus/service/documents.hpp"
#include "mednexus/service/internal/document_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::size_t kLegalNameBytesMax = 200;
constexpr std::size_t kEndpointBytesMax = 200;

bool is_legal_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= kLegalNameBytesMax &&
           std::none_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
           });
}

bool is_endpoint(std::string_view url) noexcept {
    return url.starts_with("https://") && url.size() > 8 && url.size() <= kEndpointBytesMax &&
           std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<Card> read_card(const json::Value& body) {
    json::Reader reader(body, "institution");
    Card card;
    MN_TRY(card.name, read_checked(reader, "name", &is_institution_name));
    MN_TRY(card.legal_name, read_checked(reader, "legal_name", &is_legal_name));
    MN_TRY(card.jurisdiction, read_checked(reader, "jurisdiction", &is_jurisdiction));
    MN_TRY(card.endpoint, read_checked(reader, "endpoint", &is_endpoint));
    MN_TRY(card.identity, read_vkey(reader, "identity_vkey", card.name));
    MN_TRY(card.log, read_vkey(reader, "log_vkey", card.name + "/log"));
    MN_TRY(const Hash32 sealing, read_hash(reader, "sealing_key"));
    MN_TRY(card.sealing_key, crypto::X25519PublicKey::from(sealing.view()));
    MN_TRY(card.tls_pin, read_hash(reader, "tls_pin"));
    MN_TRY(const std::string account, reader.string("account"));
    MN_TRY(card.account, codec::parse_hex_as<chain::Address>(account));
    MN_DO(reader.finish());
    return card;
}

Result<Agreement> read_agreement(const json::Value& body) {
    json::Reader reader(body, "agreement");
    Agreement out;
    MN_TRY(out.id, read_checked(reader, "id", &is_document_id));
    MN_TRY(out.parties, read_list(reader, "parties", &is_institution_name));
    MN_TRY(out.purposes, read_purposes(reader));
    MN_TRY(out.jurisdictions, read_list(reader, "jurisdictions", &is_jurisdiction));
    MN_TRY(out.period, read_period(reader));
    MN_TRY(out.terms, read_hash(reader, "terms"));
    MN_DO(reader.finish());
    if (out.parties.size() < 2) {
        return fail(Kind::invalid, "agreement.parties: two or more are needed");
    }
    return out;
}

}  // namespace

Result<std::string> make_card(const Card& card,
                              const crypto::NoteSigner& identity,
                              const crypto::NoteSigner& log) {
    json::Object body;
    body.set("name", card.name);
    body.set("legal_name", card.legal_name);
    body.set("jurisdiction", card.jurisdiction);
    body.set("endpoint", card.endpoint);
    body.set("identity_vkey", crypto::write_vkey(identity.verifier()));
    body.set("log_vkey", crypto::write_vkey(log.verifier()));
    body.set("sealing_key", codec::to_hex_0x(card.sealing_key.view()));
    body.set("tls_pin", hex(card.tls_pin));
    body.set("account", codec::to_hex_0x(card.account.view()));
    const json::Value value(std::move(body));
    MN_TRY(const Card checked, read_card(value));
    const std::string text = write_document_text("institution", value);
    return codec::write_note({text, {sign_note(identity, text), sign_note(log, text)}});
}

Result<Card> parse_card(std::string_view note) {
    MN_TRY(const Document document, parse_document(note, "institution"));
    MN_TRY(Card card, read_card(document.body));
    const std::array<crypto::NoteVerifier, 2> keys{card.identity, card.log};
    MN_DO(signed_by_all(document.note, keys, "institution"));
    if (document.note.signatures.size() != keys.size()) {  // no bundle could ever hold it
        return fail(Kind::denied, "institution: carries other signatures than its own two");
    }
    card.digest = document.digest;
    card.note = note;
    return card;
}

Result<std::string> write_agreement_text(Agreement agreement) {
    json::Object body;
    body.set("id", agreement.id);
    body.set("parties", list_of(std::move(agreement.parties)));
    body.set("purposes", list_of(agreement.purposes));
    body.set("jurisdictions", list_of(std::move(agreement.jurisdictions)));
    body.set("from", to_rfc3339(agreement.period.from));
    body.set("until", to_rfc3339(agreement.period.until));
    body.set("terms", hex(agreement.terms));
    const json::Value value(std::move(body));
    MN_TRY(const Agreement checked, read_agreement(value));
    return write_document_text("agreement", value);
}

Result<Agreement> parse_agreement(std::string_view note) {
    MN_TRY(const Document document, parse_document(note, "agreement"));
    MN_TRY(Agreement out, read_agreement(document.body));
    out.digest = document.digest;
    out.note = note;
    return out;
}

Result<std::string> sign_agreement(std::string_view note, const crypto::NoteSigner& signer) {
    MN_TRY(const Agreement agreement, parse_agreement(note));
    const auto& parties = agreement.parties;
    if (std::find(parties.begin(), parties.end(), signer.name) == parties.end()) {
        return fail(Kind::denied, "agreement: this institution is no party");
    }
    MN_TRY(const codec::Note parsed, codec::parse_note(note));
    return merge_notes(note, crypto::make_signed_note(signer, parsed.text));
}

Result<std::string> merge_notes(std::string_view a, std::string_view b) {
    MN_TRY(codec::Note out, codec::parse_note(a));
    MN_TRY(const codec::Note more, codec::parse_note(b));
    if (out.text != more.text) {
        return fail(Kind::conflict, "note: the two texts differ");
    }
    for (const codec::NoteSignature& signature : more.signatures) {
        const bool is_there = std::any_of(
            out.signatures.begin(), out.signatures.end(), [&](const codec::NoteSignature& one) {
                return one.name == signature.name && one.key_id == signature.key_id;
            });
        if (!is_there) {
            out.signatures.push_back(signature);
        }
    }
    return codec::write_note(out);
}

std::vector<std::string> signers_of(const Agreement& agreement,
                                    std::span<const crypto::NoteVerifier> known) {
    auto note = codec::parse_note(agreement.note);
    if (!note) {
        return {};
    }
    auto signers = crypto::verify_note(*note, known);
    if (!signers) {
        return {};
    }
    std::vector<std::string> out;
    for (const std::size_t index : *signers) {
        out.push_back(known[index].name);
    }
    return out;
}

}  // namespace mednexus::service
