/// Consortia, and the keys that their sessions made.
#include "mednexus/service/documents_consortium.hpp"

#include <algorithm>

#include "mednexus/service/documents.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

json::Value json_of(const CardRef& ref) {
    json::Object out;
    out.set("card", hex(ref.card));
    out.set("name", ref.name);
    return out;
}

Result<CardRef> parse_card_ref(const json::Value& value, const std::string& path) {
    json::Reader reader(value, path);
    CardRef out;
    MN_TRY(out.card, read_hash(reader, "card"));
    MN_TRY(out.name, read_checked(reader, "name", &is_institution_name));
    MN_DO(reader.finish());
    return out;
}

Result<CardRef> read_card_ref(json::Reader& reader, std::string_view key) {
    MN_TRY(const json::Value* value, reader.object(key));
    return parse_card_ref(*value, reader.path() + "." + std::string(key));
}

Result<std::vector<CardRef>> read_members(json::Reader& reader) {
    MN_TRY(const json::Array* list, reader.array("members"));
    const std::string path = reader.path() + ".members";
    if (list->size() < kMembersMin || list->size() > kMembersMax) {
        return fail(Kind::invalid, path + ": 2 to 16 are needed");
    }
    std::vector<CardRef> out;
    for (const json::Value& one : *list) {
        MN_TRY(CardRef member, parse_card_ref(one, path));
        if (!out.empty() && out.back().name >= member.name) {
            return fail(Kind::invalid, path + ": not sorted by name, or one stands twice");
        }
        out.push_back(std::move(member));
    }
    return out;
}

/// An integer in 1 .. max.
Result<std::uint32_t> read_from_one(json::Reader& reader, std::string_view key, std::uint32_t max) {
    MN_TRY(const std::uint64_t number, read_count(reader, key, max));
    if (number == 0) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": begins at 1");
    }
    return static_cast<std::uint32_t>(number);
}

Result<Consortium> read_consortium(const json::Value& body) {
    json::Reader reader(body, "consortium");
    Consortium out;
    MN_TRY(out.compute, read_card_ref(reader, "compute"));
    MN_TRY(out.epoch, read_from_one(reader, "epoch", kEpochMax));
    MN_TRY(out.id, read_checked(reader, "id", &is_document_id));
    MN_TRY(out.members, read_members(reader));
    MN_TRY(out.openings_max, read_from_one(reader, "openings_max", kOpeningsMax));
    MN_TRY(out.profile, read_hash(reader, "profile"));
    MN_TRY(out.ring, read_hash(reader, "ring"));
    MN_TRY(out.period, read_period(reader));
    MN_DO(reader.finish());
    if (out.has_member(out.compute.name)) {
        return fail(Kind::invalid, "consortium.compute: is a member, and holds no share");
    }
    return out;
}

Result<SessionKeys> read_keys(const json::Value& body) {
    json::Reader reader(body, "keys");
    SessionKeys out;
    MN_TRY(out.compute, read_card_ref(reader, "compute"));
    MN_TRY(out.consortium, read_hash(reader, "consortium"));
    MN_TRY(out.epoch, read_from_one(reader, "epoch", kEpochMax));
    MN_TRY(out.evaluation_keys, read_hash(reader, "evaluation_keys"));
    MN_TRY(out.public_key, read_hash(reader, "public_key"));
    MN_TRY(out.session, read_hash(reader, "session"));
    MN_DO(reader.finish());
    return out;
}

}  // namespace

bool Consortium::has_member(std::string_view name) const noexcept {
    return std::any_of(
        members.begin(), members.end(), [&](const CardRef& one) { return one.name == name; });
}

bool Consortium::has_in_audience(std::string_view name) const noexcept {
    return name == compute.name || has_member(name);
}

std::vector<std::string> Consortium::member_names() const {
    std::vector<std::string> out;
    out.reserve(members.size());
    for (const CardRef& one : members) {
        out.push_back(one.name);
    }
    return out;
}

Result<std::string> write_consortium_text(Consortium consortium) {
    std::sort(consortium.members.begin(),
              consortium.members.end(),
              [](const CardRef& a, const CardRef& b) { return a.name < b.name; });
    json::Array members;
    for (const CardRef& one : consortium.members) {
        members.push_back(json_of(one));
    }
    json::Object body;
    body.set("compute", json_of(consortium.compute));
    body.set("epoch", std::uint64_t{consortium.epoch});
    body.set("from", to_rfc3339(consortium.period.from));
    body.set("id", consortium.id);
    body.set("members", std::move(members));
    body.set("openings_max", std::uint64_t{consortium.openings_max});
    body.set("profile", hex(consortium.profile));
    body.set("ring", hex(consortium.ring));
    body.set("until", to_rfc3339(consortium.period.until));
    const json::Value value(std::move(body));
    MN_TRY([[maybe_unused]] const Consortium checked, read_consortium(value));
    return write_document_text("consortium", value);
}

Result<Consortium> parse_consortium(std::string_view note) {
    MN_TRY(const Document document, parse_document(note, "consortium"));
    MN_TRY(Consortium out, read_consortium(document.body));
    out.digest = document.digest;
    out.note = note;
    return out;
}

Result<std::string> sign_consortium(std::string_view note, const crypto::NoteSigner& signer) {
    MN_TRY(const Consortium consortium, parse_consortium(note));
    if (!consortium.has_member(signer.name)) {
        return fail(Kind::denied, "consortium: this institution is no member");
    }
    MN_TRY(const codec::Note parsed, codec::parse_note(note));
    return merge_notes(note, crypto::make_signed_note(signer, parsed.text));
}

Result<std::string> write_keys_text(const SessionKeys& keys) {
    json::Object body;
    body.set("compute", json_of(keys.compute));
    body.set("consortium", hex(keys.consortium));
    body.set("epoch", std::uint64_t{keys.epoch});
    body.set("evaluation_keys", hex(keys.evaluation_keys));
    body.set("public_key", hex(keys.public_key));
    body.set("session", hex(keys.session));
    const json::Value value(std::move(body));
    MN_TRY([[maybe_unused]] const SessionKeys checked, read_keys(value));
    return write_document_text("keys", value);
}

Result<SessionKeys> parse_keys(std::string_view note) {
    MN_TRY(const Document document, parse_document(note, "keys"));
    MN_TRY(SessionKeys out, read_keys(document.body));
    out.digest = document.digest;
    out.note = note;
    return out;
}

std::vector<std::string> signers_of_note(std::string_view note,
                                         std::span<const crypto::NoteVerifier> known) {
    const auto parsed = codec::parse_note(note);
    if (!parsed) {
        return {};
    }
    const auto signers = crypto::verify_note(*parsed, known);
    if (!signers) {
        return {};
    }
    std::vector<std::string> out;
    for (const std::size_t index : *signers) {
        out.push_back(known[index].name);
    }
    return out;
}

Result<void> check_keys(const SessionKeys& keys,
                        const Consortium& consortium,
                        std::span<const crypto::NoteVerifier> members) {
    if (keys.consortium != consortium.digest || keys.epoch != consortium.epoch ||
        keys.compute != consortium.compute) {
        return fail(Kind::invalid, "keys: of another consortium, epoch or computing node");
    }
    const std::vector<std::string> signers = signers_of_note(keys.note, members);
    for (const CardRef& member : consortium.members) {
        if (std::find(signers.begin(), signers.end(), member.name) == signers.end()) {
            return fail(Kind::denied, "keys: not signed by " + member.name);
        }
    }
    return {};
}

}  // namespace mednexus::service
