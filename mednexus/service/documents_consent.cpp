/// Consents and revocations.
#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/secp256k1.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/internal/document_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

/// SHA-256(label ‖ salt ‖ content).
Hash32 salted(std::string_view label, const Hash32& salt, BytesView content) {
    Bytes data = to_bytes(label);
    append(data, salt.view());
    append(data, content);
    return crypto::sha256(data);
}

Result<CaseId> read_case_id(json::Reader& reader) {
    MN_TRY(const Hash32 raw, read_hash(reader, "case"));
    return CaseId::from(raw.view());
}

Result<Consent> read_consent(const json::Value& body, const crypto::NoteVerifier& signer) {
    json::Reader reader(body, "consent");
    Consent out;
    MN_TRY(out.id, read_checked(reader, "id", &is_document_id));
    MN_TRY(out.case_id, read_case_id(reader));
    MN_TRY(out.purposes, read_purposes(reader));
    MN_TRY(out.recipients, read_list(reader, "recipients", &is_institution_name));
    MN_TRY(out.jurisdictions, read_list(reader, "jurisdictions", &is_jurisdiction));
    MN_TRY(out.period, read_period(reader));
    MN_TRY(const crypto::NoteVerifier named, read_vkey(reader, "signer", "consent/" + out.id));
    MN_DO(reader.finish());
    if (named != signer) {
        return fail(Kind::denied, "consent: names another key than the patient's");
    }
    return out;
}

Result<Revocation> read_revocation(const json::Value& body) {
    json::Reader reader(body, "consent-revocation");
    Revocation out;
    MN_TRY(out.case_id, read_case_id(reader));
    MN_TRY(out.consent_id, read_checked(reader, "consent", &is_document_id));
    MN_TRY(out.revoked, read_time(reader, "revoked"));
    MN_DO(reader.finish());
    return out;
}

}  // namespace

crypto::NoteSigner derive_consent_signer(const Secret<32>& patient_seed,
                                         std::string_view consent_id) {
    const std::string id(consent_id);
    return {"consent/" + id, crypto::derive_key(patient_seed, "mednexus/consent/v1/" + id)};
}

Result<std::string> make_consent(const Consent& consent, const crypto::NoteSigner& signer) {
    json::Object body;
    body.set("id", consent.id);
    body.set("case", codec::to_hex_0x(consent.case_id.view()));
    body.set("purposes", list_of(consent.purposes));
    body.set("recipients", list_of(consent.recipients));
    body.set("jurisdictions", list_of(consent.jurisdictions));
    body.set("from", to_rfc3339(consent.period.from));
    body.set("until", to_rfc3339(consent.period.until));
    body.set("signer", crypto::write_vkey(signer.verifier()));
    const json::Value value(std::move(body));
    MN_TRY(const Consent checked, read_consent(value, signer.verifier()));
    return crypto::make_signed_note(signer, write_document_text("consent", value));
}

Result<Consent> parse_consent(std::string_view note, const crypto::NoteVerifier& signer) {
    MN_TRY(const Document document, parse_document(note, "consent"));
    MN_TRY(Consent out, read_consent(document.body, signer));
    MN_DO(signed_by_all(document.note, std::span(&signer, 1), "consent"));
    return out;
}

Result<std::string> make_revocation(const Revocation& revocation,
                                    const crypto::NoteSigner& signer) {
    json::Object body;
    body.set("case", codec::to_hex_0x(revocation.case_id.view()));
    body.set("consent", revocation.consent_id);
    body.set("revoked", to_rfc3339(revocation.revoked));
    const json::Value value(std::move(body));
    MN_TRY(const Revocation checked, read_revocation(value));
    return crypto::make_signed_note(signer, write_document_text("consent-revocation", value));
}

Result<Revocation> parse_revocation(std::string_view note, const crypto::NoteVerifier& signer) {
    MN_TRY(const Document document, parse_document(note, "consent-revocation"));
    MN_TRY(Revocation out, read_revocation(document.body));
    MN_DO(signed_by_all(document.note, std::span(&signer, 1), "consent-revocation"));
    return out;
}

Secret<32> derive_consent_account(const Secret<32>& patient_seed, std::string_view consent_id) {
    // The first candidate is no valid scalar with probability 2^-128.
    for (int n = 0;; ++n) {
        Secret<32> key = crypto::derive_key(
            patient_seed,
            "mednexus/consent-account/v1/" + std::string(consent_id) + "/" + std::to_string(n));
        if (crypto::is_valid_scalar(key)) {
            return key;
        }
    }
}

Hash32 commit_to_consent(const Hash32& salt, const Hash32& document) {
    return salted("mednexus/consent-commitment/v1", salt, document.view());
}

Hash32 case_handle_on_chain(const Hash32& salt, const CaseId& case_id) {
    return salted("mednexus/case-handle/v1", salt, case_id.view());
}

Hash32 commit_to_manifest(const Hash32& salt, const Hash32& manifest_id) {
    return salted("mednexus/case-commitment/v1", salt, manifest_id.view());
}

}  // namespace mednexus::service
