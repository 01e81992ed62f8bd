#include "mednexus/crypto/signed_note.hpp"

#include <gtest/gtest.h>

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/cursor.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {
namespace {

// golang.org/x/mod/sumdb/note, and C2SP signed-note: the sample that the Go reference accepts.
constexpr std::string_view kVkey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string kNote =
    "This is an example message.\n\n\xE2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

NoteSigner make_signer(std::string name, std::uint8_t first_byte) {
    NoteSigner out{.name = std::move(name), .seed = {}};
    out.seed.mutable_reveal()[0] = first_byte;
    return out;
}

Result<std::vector<std::size_t>> verify(const codec::Note& note,
                                        const std::vector<NoteVerifier>& known) {
    return verify_note(note, known);
}

/// A witness's line over `text`: C2SP tlog-cosignature.
codec::NoteSignature cosign(const NoteSigner& witness, std::uint64_t time, std::string_view text) {
    const std::string message =
        "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
    Bytes blob;
    codec::append_be(blob, time);
    append(blob, ed25519_sign(witness.seed, bytes_of(message)).view());
    NoteVerifier verifier = witness.verifier();
    verifier.type = NoteKeyType::cosignature;
    return {.name = witness.name, .key_id = key_id_of(verifier), .signature = blob};
}

NoteVerifier witness_key(const NoteSigner& witness) {
    NoteVerifier out = witness.verifier();
    out.type = NoteKeyType::cosignature;
    return out;
}

TEST(SignedNote, VerifiesTheSampleOfTheSpecification) {
    const auto key = parse_vkey(kVkey);
    ASSERT_TRUE(key) << key.error().what;
    EXPECT_EQ(key->name, "example.com/foo");
    EXPECT_EQ(key_id_of(*key), 0x530d903aU);
    EXPECT_EQ(write_vkey(*key), kVkey);
    const auto signers = verify(*codec::parse_note(kNote), {*key});
    ASSERT_TRUE(signers) << signers.error().what;
    EXPECT_EQ(*signers, std::vector<std::size_t>{0});
}

TEST(SignedNote, VerifiesWhatItSigned) {
    const NoteSigner signer = make_signer("clinic.example/log", 1);
    const std::string raw = make_signed_note(signer, "one\n\ntwo\n");
    const auto note = codec::parse_note(raw);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->text, "one\n\ntwo\n");
    EXPECT_TRUE(verify(*note, {signer.verifier()}));
    EXPECT_EQ(*parse_vkey(write_vkey(signer.verifier())), signer.verifier());
}

TEST(SignedNote, RefusesEveryChangedByteOfTheText) {
    const codec::Note note = *codec::parse_note(kNote);
    for (std::size_t i = 0; i < note.text.size(); ++i) {
        codec::Note bad = note;
        bad.text[i] = static_cast<char>(bad.text[i] ^ 1);
        EXPECT_EQ(verify(bad, {*parse_vkey(kVkey)}).error().kind, Kind::denied);
    }
    codec::Note longer = note;
    longer.text += "\n";
    EXPECT_FALSE(verify(longer, {*parse_vkey(kVkey)}));
}

TEST(SignedNote, RefusesEveryFlippedBitAndLengthOfTheSignature) {
    const codec::Note note = *codec::parse_note(kNote);
    for (std::size_t bit = 0; bit < 512; ++bit) {
        codec::Note bad = note;
        bad.signatures[0].signature[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_EQ(verify(bad, {*parse_vkey(kVkey)}).error().kind, Kind::denied);
    }
    for (const std::size_t size : {0U, 1U, 63U, 65U, 72U, 128U}) {
        codec::Note bad = note;
        bad.signatures[0].signature.resize(size);
        EXPECT_EQ(verify(bad, {*parse_vkey(kVkey)}).error().kind, Kind::denied);
    }
}

TEST(SignedNote, RefusesANoteWithoutAKnownKey) {
    const codec::Note note = *codec::parse_note(kNote);
    EXPECT_EQ(verify(note, {}).error().kind, Kind::denied);
    EXPECT_EQ(verify(note, {make_signer("example.com/foo", 9).verifier()}).error().what,
              "note: no signature of a known key");
    codec::Note renamed = note;
    renamed.signatures[0].name = "example.com/bar";
    EXPECT_FALSE(verify(renamed, {*parse_vkey(kVkey)}));
    codec::Note other_id = note;
    ++other_id.signatures[0].key_id;
    EXPECT_FALSE(verify(other_id, {*parse_vkey(kVkey)}));
}

TEST(SignedNote, IgnoresUnknownKeysBesideAKnownOne) {
    codec::Note note = *codec::parse_note(kNote);
    note.signatures.insert(note.signatures.begin(),
                           {.name = "stranger", .key_id = 7, .signature = {1, 2, 3}});
    const NoteSigner other = make_signer("other", 2);
    const auto signers = verify(note, {other.verifier(), *parse_vkey(kVkey)});
    ASSERT_TRUE(signers);
    EXPECT_EQ(*signers, std::vector<std::size_t>{1});
}

TEST(SignedNote, OneFalseSignatureOfAKnownKeyFailsTheWholeNote) {
    codec::Note note = *codec::parse_note(kNote);
    const NoteSigner other = make_signer("other", 2);
    note.signatures.push_back(sign_note(other, note.text));
    const std::vector<NoteVerifier> known{*parse_vkey(kVkey), other.verifier()};
    EXPECT_EQ(*verify(note, known), (std::vector<std::size_t>{0, 1}));
    note.signatures[1].signature[5] ^= 1;
    EXPECT_EQ(verify(note, known).error().what, "note: the signature of other is false");
    EXPECT_TRUE(verify(note, {known[0]}));  // to whom `other` is unknown
}

TEST(SignedNote, ASecondLineOfAKeyIsCheckedAndCountedOnce) {
    codec::Note note = *codec::parse_note(kNote);
    note.signatures.push_back(note.signatures[0]);
    EXPECT_EQ(*verify(note, {*parse_vkey(kVkey)}), std::vector<std::size_t>{0});
    note.signatures[1].signature[0] ^= 1;
    EXPECT_FALSE(verify(note, {*parse_vkey(kVkey)}));
}

TEST(SignedNote, VerifiesTimestampedCosignatures) {
    const NoteSigner log = make_signer("log", 1);
    const NoteSigner witness = make_signer("witness", 2);
    const std::string text = "log\n5\nAAAA\n";
    const codec::Note note{.text = text,
                           .signatures = {sign_note(log, text), cosign(witness, 1700000000, text)}};
    EXPECT_EQ(*verify(note, {log.verifier(), witness_key(witness)}),
              (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(*verify(note, {witness_key(witness)}), std::vector<std::size_t>{0});
}

TEST(SignedNote, RefusesACosignatureOfAnotherTimeTypeOrLength) {
    const NoteSigner witness = make_signer("witness", 2);
    const std::string text = "log\n5\nAAAA\n";
    const codec::Note note{.text = text, .signatures = {cosign(witness, 1700000000, text)}};
    codec::Note bad = note;
    bad.signatures[0].signature[7] ^= 1;
    EXPECT_FALSE(verify(bad, {witness_key(witness)}));
    bad = note;
    bad.signatures[0].signature.resize(7);
    EXPECT_FALSE(verify(bad, {witness_key(witness)}));
    bad = note;
    bad.signatures[0].key_id = key_id_of(witness.verifier());  // claims to be type 0x01
    EXPECT_FALSE(verify(bad, {witness.verifier()}));
    const codec::Note plain{.text = text, .signatures = {sign_note(witness, text)}};
    EXPECT_FALSE(verify(plain, {witness_key(witness)}));
}

TEST(Vkey, RefusesWhatIsNoKey) {
    for (const std::string_view text :
         {"",
          "+",
          "++",
          "a",
          "a+530d903a",
          "example.com/foo+530d903a+",
          "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",      // id
          "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",      // case
          "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",     // length
          "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",      // name
          "example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",      // space
          "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",                     // no name
          "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",       // base64
          "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAA==",  // longer
          "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l",      // key
          "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",      // type
          "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n"}) {
        EXPECT_EQ(parse_vkey(text).error().kind, Kind::invalid) << text;
    }
}

TEST(Vkey, ReadsAKeyWhoseBase64HoldsAPlus) {
    for (int first = 0; first < 256; ++first) {
        const NoteVerifier key = make_signer("k", static_cast<std::uint8_t>(first)).verifier();
        EXPECT_EQ(*parse_vkey(write_vkey(key)), key);
        EXPECT_EQ(*parse_vkey(write_vkey(witness_key(make_signer("k", 3)))),
                  witness_key(make_signer("k", 3)));
    }
}

}  // namespace
}  // namespace mednexus::crypto
