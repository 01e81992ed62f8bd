#pragma once
/// An honest document of each kind, to be bent and signed again by the tests of documents.
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/documents_index.hpp"
#include "mednexus/service/session_part.hpp"

namespace mednexus::service::internal {

inline constexpr UnixTime kNow{1'790'000'000};
inline const std::string kId(32, 'a');

inline crypto::NoteSigner signer(const std::string& name, const std::string& label = "keys") {
    const Hash32 seed = crypto::sha256(bytes_of(label + name));
    return {.name = name, .seed = *crypto::Ed25519Seed::from(seed.view())};
}

/// One kind of document: an honest one, who signs it, and its reader.
struct DocumentKind {
    std::string name;
    std::string note;
    std::vector<std::string> signers;
    std::function<Result<void>(std::string_view)> read;
    std::size_t size_bytes_max = kDocumentSizeBytesMax;
};

template <typename T>
[[nodiscard]] inline Result<void> drop(const Result<T>& result) {
    return result ? Result<void>() : tl::unexpected(result.error());
}

inline DocumentKind card() {
    Card card;
    card.name = "north.example";
    card.legal_name = "Hospital North";
    card.jurisdiction = "DE";
    card.endpoint = "https://127.0.0.1:8443";
    return {"institution",
            *make_card(card, signer("north.example"), signer("north.example/log")),
            {"north.example", "north.example/log"},
            [](std::string_view note) { return drop(parse_card(note)); }};
}

inline DocumentKind agreement() {
    const std::string text =
        *write_agreement_text({.id = kId,
                               .parties = {"south.example", "north.example"},
                               .purposes = {Purpose::general_research, Purpose::clinical_care},
                               .jurisdictions = {"FR", "DE"},
                               .period = {kNow, {kNow.seconds + 100}},
                               .terms = {},
                               .digest = {},
                               .note = {}});
    return {"agreement",
            crypto::make_signed_note(signer("north.example"), text),
            {"north.example"},
            [](std::string_view note) -> Result<void> {
                MN_TRY(const Agreement read, parse_agreement(note));
                const auto known = signer("north.example").verifier();
                if (signers_of(read, std::span(&known, 1)).size() != 1) {
                    return fail(Kind::denied, "agreement: nobody signed");
                }
                return {};
            }};
}

inline DocumentKind consent() {
    const crypto::NoteSigner key = signer("consent/" + kId);
    return {"consent",
            *make_consent({.id = kId,
                           .case_id = {},
                           .purposes = {Purpose::general_research},
                           .recipients = {"north.example"},
                           .jurisdictions = {"DE"},
                           .period = {kNow, {kNow.seconds + 100}}},
                          key),
            {key.name},
            [](std::string_view note) {
                return drop(parse_consent(note, signer("consent/" + kId).verifier()));
            }};
}

inline DocumentKind revocation() {
    const crypto::NoteSigner key = signer("consent/" + kId);
    return {"consent-revocation",
            *make_revocation({.consent_id = kId, .case_id = {}, .revoked = kNow}, key),
            {key.name},
            [](std::string_view note) {
                return drop(parse_revocation(note, signer("consent/" + kId).verifier()));
            }};
}

inline SignedRequest request_value() {
    SignedRequest out;
    out.request = {.kind = ReleaseKind::opening_share,
                   .requester = "north.example",
                   .job = kId,
                   .purpose = Purpose::disease_specific,
                   .object = {},
                   .expires = {kNow.seconds + 900},
                   .reason = ""};
    out.issued = kNow;
    out.recipients = {"west.example", "south.example"};
    out.top = 10;
    out.opening = OpeningTerms{.consortium = crypto::sha256(bytes_of("consortium")),
                               .data_root = crypto::sha256(bytes_of("data")),
                               .epoch = 3,
                               .opening_key = crypto::sha256(bytes_of("opening key")),
                               .outputs = crypto::sha256(bytes_of("outputs")),
                               .query = crypto::sha256(bytes_of("query")),
                               .query_proof = crypto::sha256(bytes_of("proof"))};
    return out;
}

inline DocumentKind request() {
    return {"release-request",
            *make_request(request_value(), signer("north.example")),
            {"north.example"},
            [](std::string_view note) -> Result<void> {
                MN_TRY(const SignedRequest read, parse_request(note));
                if (!read.is_signature_valid) {
                    return fail(Kind::denied, "release-request: not signed by its key");
                }
                return {};
            }};
}

inline Consortium consortium_value() {
    Consortium out;
    out.id = kId;
    out.compute = {"compute.example", crypto::sha256(bytes_of("compute"))};
    out.members = {{"south.example", crypto::sha256(bytes_of("south"))},
                   {"north.example", crypto::sha256(bytes_of("north"))}};
    out.profile = crypto::sha256(bytes_of("profile"));
    out.ring = crypto::sha256(bytes_of("ring"));
    out.period = {kNow, {kNow.seconds + 100}};
    return out;
}

inline const std::vector<crypto::NoteVerifier>& member_keys() {
    static const std::vector<crypto::NoteVerifier> kKeys{signer("north.example").verifier(),
                                                         signer("south.example").verifier()};
    return kKeys;
}

inline std::string signed_by_members(const std::string& text) {
    return codec::write_note({text,
                              {crypto::sign_note(signer("north.example"), text),
                               crypto::sign_note(signer("south.example"), text)}});
}

inline DocumentKind consortium() {
    return {"consortium",
            signed_by_members(*write_consortium_text(consortium_value())),
            {"north.example", "south.example"},
            [](std::string_view note) -> Result<void> {
                MN_TRY(const Consortium read, parse_consortium(note));
                if (signers_of_note(read.note, member_keys()).size() != 2) {
                    return fail(Kind::denied, "consortium: not signed by all");
                }
                return {};
            }};
}

inline SessionKeys keys_value() {
    SessionKeys out;
    out.compute = consortium_value().compute;
    out.consortium = parse_consortium(consortium().note)->digest;
    out.evaluation_keys = crypto::sha256(bytes_of("evaluation"));
    out.public_key = crypto::sha256(bytes_of("public"));
    out.session = crypto::sha256(bytes_of("session"));
    return out;
}

inline DocumentKind session_keys() {
    return {"keys",
            signed_by_members(*write_keys_text(keys_value())),
            {"north.example", "south.example"},
            [](std::string_view note) -> Result<void> {
                MN_TRY(const SessionKeys read, parse_keys(note));
                return check_keys(read, *parse_consortium(consortium().note), member_keys());
            }};
}

inline Hash32 hash_named(const std::string& name) {
    return crypto::sha256(bytes_of(name));
}

inline PartHashes parts_named(const std::string& name) {
    PartHashes out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = hash_named(name + std::to_string(i));
    }
    return out;
}

inline IndexDocument index_value() {
    IndexDocument out;
    out.batches = {
        {std::string(32, 'b'), hash_named("key 2"), parts_named("s2"), parts_named("l2")},
        {std::string(32, 'a'), hash_named("key 1"), parts_named("s1"), parts_named("l1")}};
    out.consortium = parse_consortium(consortium().note)->digest;
    out.lift_keys = {{hash_named("key 1"), hash_named("lift 1")},
                     {hash_named("key 2"), hash_named("lift 2")}};
    out.owner = "north.example";
    out.serial = 3;
    out.session = hash_named("session");
    return out;
}

inline DocumentKind index_document() {
    return {"index",
            *make_index(index_value(), signer("north.example")),
            {"north.example"},
            [](std::string_view note) -> Result<void> {
                MN_TRY(const IndexDocument read, parse_index(note));
                return check_signature(read, signer("north.example").verifier());
            },
            kIndexSizeBytesMax};
}

inline OutputsDocument outputs_value() {
    OutputsDocument out;
    out.compute = "compute.example";
    out.indexes = {{"north.example", hash_named("index n")},
                   {"south.example", hash_named("index s")}};
    out.job = kId;
    out.query = hash_named("query");
    out.session = hash_named("session");
    out.sums = {hash_named("sum 1"), hash_named("sum 2")};
    return out;
}

inline DocumentKind outputs_document() {
    return {"outputs",
            *make_outputs(outputs_value(), signer("compute.example")),
            {"compute.example"},
            [](std::string_view note) -> Result<void> {
                MN_TRY(const OutputsDocument read, parse_outputs(note));
                return check_signature(read, signer("compute.example").verifier());
            },
            kIndexSizeBytesMax};
}

inline DocumentKind session_part() {
    SessionPart part;
    part.consortium = crypto::sha256(bytes_of("consortium"));
    part.founding = kId;
    part.given = crypto::sha256(bytes_of("given"));
    part.member = "north.example";
    part.round = SessionRound::one_reveal;
    part.said = {crypto::sha256(bytes_of("nonce")), crypto::sha256(bytes_of("share"))};
    return {"session-part",
            *make_session_part(part, signer("north.example")),
            {"north.example"},
            [](std::string_view note) {
                return drop(parse_session_part(note, signer("north.example").verifier()));
            }};
}

inline std::vector<DocumentKind> all_kinds() {
    return {card(),
            agreement(),
            consent(),
            revocation(),
            request(),
            consortium(),
            session_keys(),
            session_part(),
            index_document(),
            outputs_document()};
}

/// Another text under the signatures of those who signed the first.
inline std::string resigned(const DocumentKind& kind,
                            const std::string& text,
                            const std::string& label = "keys") {
    codec::Note note{text, {}};
    for (const std::string& name : kind.signers) {
        note.signatures.push_back(crypto::sign_note(signer(name, label), text));
    }
    return codec::write_note(note);
}

inline json::Object body_of(const DocumentKind& kind) {
    const auto document = parse_document(kind.note, kind.name);
    EXPECT_TRUE(document) << kind.name;
    return *document->body.as_object();
}

inline std::string with_body(const DocumentKind& kind, const json::Object& body) {
    return resigned(kind, write_document_text(kind.name, json::Value(body)));
}

inline void expect_refused(const DocumentKind& kind,
                           const std::string& note,
                           Kind as,
                           const char* why) {
    const auto read = kind.read(note);
    ASSERT_FALSE(read) << kind.name << ": " << why;
    EXPECT_EQ(read.error().kind, as) << kind.name << ": " << why << ": " << read.error().what;
}

}  // namespace mednexus::service::internal
