/// What each signed document refuses of its members, and what signatures make of it.
#include <gmock/gmock.h>

#include "mednexus/service/internal/test_documents.hpp"

namespace mednexus::service::internal {
namespace {

/// One member with a value of the right type that the format refuses.
struct Refusal {
    const char* member;
    json::Value value;
};

void expect_values_refused(const DocumentKind& kind, const std::vector<Refusal>& refusals) {
    for (const Refusal& one : refusals) {
        json::Object body = body_of(kind);
        EXPECT_NE(body.find(one.member), nullptr) << one.member;
        body.set(one.member, one.value);
        expect_refused(kind, with_body(kind, body), Kind::invalid, one.member);
    }
}

json::Value list(const std::vector<std::string>& items) {
    json::Array out;
    for (const std::string& item : items) {
        out.emplace_back(item);
    }
    return out;
}

std::vector<std::string> many_names() {
    std::vector<std::string> out;
    for (std::size_t i = 0; i <= kListItemsMax; ++i) {
        out.push_back("n" + std::to_string(100 + i));
    }
    return out;
}

TEST(Documents, ACardRefusesValuesAgainstItsForm) {
    const std::string other = crypto::write_vkey(signer("west.example").verifier());
    expect_values_refused(card(),
                          {{"name", "North.example"},
                           {"name", "a..b"},
                           {"name", std::string(65, 'a')},
                           {"legal_name", ""},
                           {"legal_name", std::string(201, 'x')},
                           {"jurisdiction", "de"},
                           {"jurisdiction", "DEU"},
                           {"endpoint", "http://127.0.0.1"},
                           {"endpoint", "https://"},
                           {"endpoint", "https://a b"},
                           {"identity_vkey", other},
                           {"log_vkey", other},
                           {"sealing_key", "0x" + std::string(64, 'A')},
                           {"tls_pin", "0x" + std::string(62, '0')}});
}

TEST(Documents, AnAgreementRefusesValuesAgainstItsForm) {
    expect_values_refused(agreement(),
                          {{"id", std::string(32, 'A')},
                           {"parties", list({"north.example"})},
                           {"parties", list({"south.example", "north.example"})},
                           {"parties", list({"north.example", "north.example"})},
                           {"parties", list(many_names())},
                           {"purposes", list({"DUO:0000001"})},
                           {"purposes", list({})},
                           {"jurisdictions", list({"de"})},
                           {"from", "2100-01-01T00:00:00Z"},
                           {"until", "tomorrow"},
                           {"terms", "0x"}});
}

TEST(Documents, AConsentAndItsRevocationRefuseValuesAgainstTheirForm) {
    expect_values_refused(consent(),
                          {{"id", "short"},
                           {"case", "0x00"},
                           {"purposes", list({"DUO:0000042", "DUO:0000006"})},
                           {"recipients", list({})},
                           {"recipients", list({"not a name"})},
                           {"jurisdictions", list({"Germany"})},
                           {"until", "1970-01-01T00:00:00Z"},
                           {"signer", "no key"}});
    const json::Value stranger = crypto::write_vkey(signer("consent/" + kId, "other").verifier());
    json::Object body = body_of(consent());
    body.set("signer", stranger);
    expect_refused(consent(), with_body(consent(), body), Kind::denied, "another patient's key");
    expect_values_refused(revocation(),
                          {{"case", "0x00"}, {"consent", "short"}, {"revoked", "yesterday"}});
}

TEST(Documents, ARequestRefusesValuesAgainstItsForm) {
    expect_values_refused(request(),
                          {{"kind", "everything"},
                           {"job", "1"},
                           {"object", "0x"},
                           {"purpose", "DUO:0000099"},
                           {"profile", "0x"},
                           {"recipients", list({})},
                           {"recipients", list({"b", "a"})},
                           {"requester", "west.example"},
                           {"requester_key", crypto::write_vkey(signer("west.example").verifier())},
                           {"issued", to_rfc3339({kNow.seconds + 901})},
                           {"expires", to_rfc3339({kNow.seconds + kRequestLifeSecondsMax + 1})},
                           {"top", 0},
                           {"top", 1001},
                           {"top", -1},
                           {"opening", "0x"},
                           {"opening", json::Object{}},
                           {"kind", "rewrap"}});
}

TEST(Documents, ARequestForAMatchNamesWhatItWantsOpened) {
    EXPECT_EQ(parse_request(request().note)->opening, request_value().opening);
    SignedRequest asked = request_value();
    asked.opening->epoch = 0;
    EXPECT_FALSE(make_request(asked, signer("north.example")));
    asked.opening.reset();
    EXPECT_FALSE(make_request(asked, signer("north.example")));
}

TEST(Documents, ARequestForACaseHasNeitherTopNorProfileNorOpening) {
    SignedRequest asked = request_value();
    asked.request.kind = ReleaseKind::rewrap;
    EXPECT_FALSE(make_request(asked, signer("north.example"))) << "top is not 0";
    asked.top = 0;
    EXPECT_FALSE(make_request(asked, signer("north.example"))) << "it names an opening";
    asked.opening.reset();
    EXPECT_TRUE(make_request(asked, signer("north.example")));
    asked.profile = crypto::sha256(bytes_of("profile"));
    EXPECT_FALSE(make_request(asked, signer("north.example")));
}

TEST(Documents, ASecondSignatureMakesARequestNobodys) {
    codec::Note note = *codec::parse_note(request().note);
    note.signatures.push_back(crypto::sign_note(signer("west.example"), note.text));
    const auto read = parse_request(codec::write_note(note));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->is_signature_valid);
}

TEST(Documents, AgreementsGatherTheSignaturesOfTheirPartiesOnly) {
    const std::string note = agreement().note;
    const auto both = sign_agreement(note, signer("south.example"));
    ASSERT_TRUE(both) << both.error().what;
    EXPECT_EQ(*sign_agreement(*both, signer("south.example")), *both) << "once";
    EXPECT_EQ(sign_agreement(note, signer("west.example")).error().kind, Kind::denied);
    const std::vector<crypto::NoteVerifier> known{signer("north.example").verifier(),
                                                  signer("south.example").verifier()};
    EXPECT_THAT(signers_of(*parse_agreement(*both), known),
                ::testing::ElementsAre("north.example", "south.example"));
    json::Object other = body_of(agreement());
    other.set("terms", "0x" + std::string(64, '1'));
    EXPECT_EQ(merge_notes(note, with_body(agreement(), other)).error().kind, Kind::conflict);
}

json::Value card_ref(const std::string& name, const std::string& digest) {
    json::Object out;
    out.set("card", digest);
    out.set("name", name);
    return out;
}

TEST(Documents, AConsortiumRefusesValuesAgainstItsForm) {
    const std::string digest = "0x" + std::string(64, '1');
    const json::Value north = card_ref("north.example", digest);
    const json::Value south = card_ref("south.example", digest);
    json::Array many;
    for (std::size_t i = 0; i <= kMembersMax; ++i) {
        many.push_back(card_ref("n" + std::to_string(100 + i), digest));
    }
    json::Object more = *north.as_object();
    more.set("more", 1);
    expect_values_refused(consortium(),
                          {{"compute", north},
                           {"compute", card_ref("Compute", digest)},
                           {"compute", card_ref("compute.example", "0x")},
                           {"compute", json::Value(more)},
                           {"epoch", 0},
                           {"epoch", -1},
                           {"epoch", std::int64_t{kEpochMax} + 1},
                           {"from", "2100-01-01T00:00:00Z"},
                           {"id", "short"},
                           {"members", json::Array{north}},
                           {"members", json::Array{south, north}},
                           {"members", json::Array{north, north}},
                           {"members", json::Array{json::Value("north.example"), south}},
                           {"members", json::Array{json::Value(more), south}},
                           {"members", many},
                           {"openings_max", 0},
                           {"openings_max", 129},
                           {"profile", "0x"},
                           {"ring", std::string(66, '1')},
                           {"until", "tomorrow"}});
}

TEST(Documents, KeysRefuseValuesAgainstTheirForm) {
    expect_values_refused(session_keys(),
                          {{"compute", json::Value(json::Object{})},
                           {"consortium", "0x"},
                           {"epoch", 0},
                           {"evaluation_keys", "0x" + std::string(64, 'A')},
                           {"public_key", "0x" + std::string(62, '1')},
                           {"session", ""}});
}

TEST(Documents, APartOfAKeySessionRefusesValuesAgainstItsForm) {
    const std::string hash = "0x" + std::string(64, '1');
    expect_values_refused(session_part(),
                          {{"consortium", "0x"},
                           {"founding", "short"},
                           {"given", hash + "1"},
                           {"member", "North"},
                           {"round", "three"},
                           {"round", "keys"},
                           {"round", "one"},
                           {"said", list({hash})},
                           {"said", list({hash, hash, hash})},
                           {"said", list({hash, "0x"})},
                           {"said", list({})}});
    json::Object other = body_of(session_part());
    other.set("member", "south.example");
    expect_refused(session_part(), with_body(session_part(), other), Kind::denied, "of another");
}

TEST(Documents, AConsortiumGathersTheSignaturesOfItsMembersOnly) {
    const std::string text = *write_consortium_text(consortium_value());
    const std::string one = crypto::make_signed_note(signer("north.example"), text);
    const auto both = sign_consortium(one, signer("south.example"));
    ASSERT_TRUE(both) << both.error().what;
    EXPECT_EQ(*sign_consortium(*both, signer("south.example")), *both) << "once";
    EXPECT_EQ(sign_consortium(one, signer("compute.example")).error().kind, Kind::denied)
        << "the computing node is no member";
    EXPECT_THAT(signers_of_note(*both, member_keys()),
                ::testing::ElementsAre("north.example", "south.example"));
    const Consortium read = *parse_consortium(*both);
    EXPECT_EQ(read.members.front().name, "north.example") << "members are sorted";
    EXPECT_TRUE(read.has_in_audience("compute.example"));
    EXPECT_FALSE(read.has_member("compute.example"));
    EXPECT_FALSE(read.has_in_audience("west.example"));
}

TEST(Documents, KeysOfAnotherConsortiumOrWithoutAMemberAreRefused) {
    const Consortium whole = *parse_consortium(consortium().note);
    SessionKeys keys = keys_value();
    const std::string half =
        crypto::make_signed_note(signer("north.example"), *write_keys_text(keys));
    const auto missing = check_keys(*parse_keys(half), whole, member_keys());
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, Kind::denied);
    EXPECT_THAT(missing.error().what, ::testing::HasSubstr("south.example"));
    for (int which = 0; which < 3; ++which) {
        keys = keys_value();
        keys.epoch += which == 0 ? 1U : 0U;
        keys.consortium = which == 1 ? Hash32{} : keys.consortium;
        keys.compute.card = which == 2 ? Hash32{} : keys.compute.card;
        const std::string note = signed_by_members(*write_keys_text(keys));
        EXPECT_EQ(check_keys(*parse_keys(note), whole, member_keys()).error().kind, Kind::invalid);
    }
}

}  // namespace
}  // namespace mednexus::service::internal
