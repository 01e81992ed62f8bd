#include "mednexus/service/session_part.hpp"

#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

struct RoundEntry {
    std::string_view name;
    std::size_t said;
};

/// By SessionRound.
constexpr std::array<RoundEntry, 12> kRounds{{{"ask", 0},
                                              {"nonce", 1},
                                              {"nonce.reveal", 1},
                                              {"one", 1},
                                              {"one.reveal", 2},
                                              {"choice", 2},
                                              {"two", 1},
                                              {"two.reveal", 2},
                                              {"test", 3},
                                              {"test.reveal", 2},
                                              {"keys", 0},
                                              {"complete", 0}}};

Result<SessionPart> read_part(const json::Value& body) {
    json::Reader reader(body, "session-part");
    SessionPart out;
    MN_TRY(out.consortium, read_hash(reader, "consortium"));
    MN_TRY(out.founding, read_checked(reader, "founding", &is_document_id));
    MN_TRY(out.given, read_hash(reader, "given"));
    MN_TRY(out.member, read_checked(reader, "member", &is_institution_name));
    MN_TRY(const std::string round, reader.string("round"));
    MN_TRY(out.round, parse_round(round));
    MN_TRY(out.said, read_hashes(reader, "said", 3));
    MN_DO(reader.finish());
    if (said_in(out.round) == 0 || out.said.size() != said_in(out.round)) {
        return fail(Kind::invalid, "session-part.said: not as many as the round has");
    }
    return out;
}

}  // namespace

std::string_view name_of(SessionRound round) noexcept {
    return kRounds.at(static_cast<std::size_t>(round)).name;
}

Result<SessionRound> parse_round(std::string_view name) {
    const auto* const at = std::find_if(
        kRounds.begin(), kRounds.end(), [&](const RoundEntry& one) { return one.name == name; });
    if (at == kRounds.end()) {
        return fail(Kind::invalid, "session: a round that does not exist");
    }
    return static_cast<SessionRound>(at - kRounds.begin());
}

SessionRound round_before(SessionRound round) noexcept {
    return static_cast<SessionRound>(static_cast<std::uint8_t>(round) - 1U);
}

std::size_t said_in(SessionRound round) noexcept {
    return kRounds.at(static_cast<std::size_t>(round)).said;
}

Result<std::string> make_session_part(const SessionPart& part, const crypto::NoteSigner& identity) {
    json::Object body;
    body.set("consortium", hex(part.consortium));
    body.set("founding", part.founding);
    body.set("given", hex(part.given));
    body.set("member", part.member);
    body.set("round", name_of(part.round));
    body.set("said", hashes_of(part.said));
    const json::Value value(std::move(body));
    MN_TRY([[maybe_unused]] const SessionPart checked, read_part(value));
    return crypto::make_signed_note(identity, write_document_text("session-part", value));
}

Result<SessionPart> parse_session_part(std::string_view note, const crypto::NoteVerifier& member) {
    MN_TRY(const Document document, parse_document(note, "session-part"));
    MN_TRY(SessionPart out, read_part(document.body));
    MN_DO(signed_by_all(document.note, std::span(&member, 1), "session-part"));
    if (out.member != member.name) {
        return fail(Kind::denied, "session-part: speaks for another institution");
    }
    out.note = note;
    return out;
}

Hash32 digest_of_parts(const std::vector<std::string>& notes) {
    json::Array list;
    for (const std::string& note : notes) {
        list.emplace_back(note);
    }
    return crypto::sha256(bytes_of(json::write_canonical(json::Value(std::move(list)))));
}

Hash32 commit_to_nonce(std::string_view member, const Hash32& consortium, const Hash32& nonce) {
    Bytes data = to_bytes(std::string_view("mednexus/session-nonce/v1"));
    append(data, bytes_of(member));
    data.push_back(0);
    append(data, consortium.view());
    append(data, nonce.view());
    return crypto::sha256(data);
}

Hash32 session_id_of(const Hash32& consortium, const std::vector<Hash32>& nonces) {
    Bytes data = to_bytes(std::string_view("mednexus/session/v1"));
    append(data, consortium.view());
    for (const Hash32& nonce : nonces) {
        append(data, nonce.view());
    }
    return crypto::sha256(data);
}

Hash32 session_nonce(const Secret<32>& share_seed, SessionRound round) {
    const Secret<32> nonce =
        crypto::derive_key(share_seed, "mednexus/session-nonce/v1/" + std::string(name_of(round)));
    return *Hash32::from(nonce.reveal());  // public once it is shown
}

}  // namespace mednexus::service
