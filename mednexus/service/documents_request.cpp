/// Release requests.
#include "mednexus/service/documents.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

json::Value json_of(const OpeningTerms& terms) {
    json::Object out;
    out.set("consortium", hex(terms.consortium));
    out.set("data_root", hex(terms.data_root));
    out.set("epoch", std::uint64_t{terms.epoch});
    out.set("opening_key", hex(terms.opening_key));
    out.set("outputs", hex(terms.outputs));
    out.set("query", hex(terms.query));
    out.set("query_proof", hex(terms.query_proof));
    return out;
}

Result<std::optional<OpeningTerms>> read_opening_terms(json::Reader& reader) {
    const json::Value* const value = reader.optional("opening");
    if (value == nullptr) {
        return std::optional<OpeningTerms>();
    }
    json::Reader terms(*value, "release-request.opening");
    OpeningTerms out;
    MN_TRY(out.consortium, read_hash(terms, "consortium"));
    MN_TRY(out.data_root, read_hash(terms, "data_root"));
    MN_TRY(const std::uint64_t epoch, read_count(terms, "epoch", kEpochMax));
    MN_TRY(out.opening_key, read_hash(terms, "opening_key"));
    MN_TRY(out.outputs, read_hash(terms, "outputs"));
    MN_TRY(out.query, read_hash(terms, "query"));
    MN_TRY(out.query_proof, read_hash(terms, "query_proof"));
    MN_DO(terms.finish());
    if (epoch == 0) {
        return fail(Kind::invalid, "release-request.opening.epoch: begins at 1");
    }
    out.epoch = static_cast<std::uint32_t>(epoch);
    return std::optional(out);
}

Result<void> check_request_shape(const SignedRequest& out, std::int64_t top) {
    const bool is_match = out.request.kind == ReleaseKind::opening_share;
    if (top < (is_match ? 1 : 0) || top > (is_match ? std::int64_t{kTopMax} : 0)) {
        return fail(Kind::invalid, "release-request.top: outside its bounds");
    }
    if (!is_match && out.profile != Hash32{}) {
        return fail(Kind::invalid, "release-request.profile: only a match has one");
    }
    if (is_match != out.opening.has_value()) {
        return fail(Kind::invalid, "release-request.opening: exactly a match has one");
    }
    const std::int64_t life = out.request.expires.seconds - out.issued.seconds;
    if (life < 0 || life > kRequestLifeSecondsMax) {
        return fail(Kind::invalid, "release-request: lives for more than an hour, or less than 0");
    }
    return {};
}

Result<SignedRequest> read_request(const json::Value& body) {
    json::Reader reader(body, "release-request");
    SignedRequest out;
    MN_TRY(const std::string kind, reader.string("kind"));
    MN_TRY(out.request.kind, parse_release_kind(kind));
    MN_TRY(out.request.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.request.object, read_hash(reader, "object"));
    MN_TRY(const std::string purpose, reader.string("purpose"));
    MN_TRY(out.request.purpose, parse_purpose(purpose));
    MN_TRY(out.profile, read_hash(reader, "profile"));
    MN_TRY(out.recipients, read_list(reader, "recipients", &is_institution_name));
    MN_TRY(out.request.requester, read_checked(reader, "requester", &is_institution_name));
    MN_TRY(out.requester_key, read_vkey(reader, "requester_key", out.request.requester));
    MN_TRY(out.issued, read_time(reader, "issued"));
    MN_TRY(out.request.expires, read_time(reader, "expires"));
    MN_TRY(const std::int64_t top, reader.integer("top"));
    MN_TRY(out.opening, read_opening_terms(reader));
    MN_DO(reader.finish());
    MN_DO(check_request_shape(out, top));
    out.top = static_cast<std::uint32_t>(top);
    return out;
}

}  // namespace

Result<std::string> make_request(const SignedRequest& request, const crypto::NoteSigner& identity) {
    json::Object body;
    body.set("kind", name_of(request.request.kind));
    body.set("job", request.request.job);
    body.set("object", hex(request.request.object));
    body.set("purpose", code_of(request.request.purpose));
    body.set("profile", hex(request.profile));
    body.set("recipients", list_of(request.recipients));
    body.set("requester", request.request.requester);
    body.set("requester_key", crypto::write_vkey(identity.verifier()));
    body.set("issued", to_rfc3339(request.issued));
    body.set("expires", to_rfc3339(request.request.expires));
    body.set("top", std::uint64_t{request.top});
    if (request.opening) {
        body.set("opening", json_of(*request.opening));
    }
    const json::Value value(std::move(body));
    MN_TRY(const SignedRequest checked, read_request(value));
    return crypto::make_signed_note(identity, write_document_text("release-request", value));
}

Result<SignedRequest> parse_request(std::string_view note) {
    MN_TRY(const Document document, parse_document(note, "release-request"));
    MN_TRY(SignedRequest out, read_request(document.body));
    const auto signers = crypto::verify_note(document.note, std::span(&out.requester_key, 1));
    out.is_signature_valid = document.note.signatures.size() == 1 && signers.has_value();
    out.digest = document.digest;
    out.note = note;
    return out;
}

}  // namespace mednexus::service
