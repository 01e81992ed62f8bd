/// The signed documents: each reads back what it wrote, and refuses what has another form.
#include <gmock/gmock.h>

#include "mednexus/service/internal/test_documents.hpp"

namespace mednexus::service::internal {
namespace {

TEST(Documents, EachKindReadsBackWhatItWrote) {
    for (const DocumentKind& kind : all_kinds()) {
        const auto read = kind.read(kind.note);
        EXPECT_TRUE(read) << kind.name << ": " << read.error().what;
        EXPECT_EQ(with_body(kind, body_of(kind)), kind.note) << "the same bytes again";
    }
    const auto read = parse_request(request().note);
    EXPECT_EQ(read->recipients, (std::vector<std::string>{"south.example", "west.example"}))
        << "lists are sorted";
    EXPECT_EQ(read->request.expires, request_value().request.expires);
    EXPECT_EQ(read->top, 10U);
    EXPECT_EQ(parse_agreement(agreement().note)->parties.front(), "north.example");
    EXPECT_EQ(parse_card(card().note)->log, signer("north.example/log").verifier());
}

TEST(Documents, EachKindRefusesAMissingMember) {
    for (const DocumentKind& kind : all_kinds()) {
        const json::Object body = body_of(kind);
        for (const auto& [missing, unused] : body.members()) {
            json::Object shorter;
            for (const auto& [key, value] : body.members()) {
                if (key != missing) {
                    shorter.set(key, value);
                }
            }
            expect_refused(kind, with_body(kind, shorter), Kind::invalid, missing.c_str());
        }
    }
}

TEST(Documents, EachKindRefusesAnUnknownMember) {
    for (const DocumentKind& kind : all_kinds()) {
        json::Object body = body_of(kind);
        body.set("more", 1);
        expect_refused(kind, with_body(kind, body), Kind::invalid, "more");
    }
}

TEST(Documents, EachKindRefusesAMemberOfAnotherType) {
    for (const DocumentKind& kind : all_kinds()) {
        const json::Object honest = body_of(kind);
        for (const auto& [key, value] : honest.members()) {
            json::Object body = honest;
            body.set(key, true);
            expect_refused(kind, with_body(kind, body), Kind::invalid, key.c_str());
        }
    }
}

TEST(Documents, EachKindRefusesTextThatIsNotCanonical) {
    for (const DocumentKind& kind : all_kinds()) {
        const std::string text = codec::parse_note(kind.note)->text;
        std::string spaced = text;
        spaced.replace(spaced.find("{\""), 2, "{ \"");
        expect_refused(kind, resigned(kind, spaced), Kind::invalid, "a space");
        expect_refused(kind, resigned(kind, text + "\n"), Kind::invalid, "a line more");
        std::string twice = text;
        const std::size_t from = twice.find("{\"") + 1;
        twice.insert(from, twice.substr(from, twice.find(',') + 1 - from));
        expect_refused(kind, resigned(kind, twice), Kind::invalid, "a member twice");
    }
}

TEST(Documents, EachKindRefusesTheFirstLineOfAnother) {
    for (const DocumentKind& kind : all_kinds()) {
        const std::string text = codec::parse_note(kind.note)->text;
        const std::string rest = text.substr(text.find('\n'));
        for (const DocumentKind& other : all_kinds()) {
            if (other.name != kind.name) {
                expect_refused(kind, other.note, Kind::invalid, other.name.c_str());
                expect_refused(kind,
                               resigned(kind, "mednexus/" + other.name + "/v1" + rest),
                               Kind::invalid,
                               other.name.c_str());
            }
        }
        expect_refused(
            kind, resigned(kind, "mednexus/" + kind.name + "/v2" + rest), Kind::invalid, "v2");
        expect_refused(kind, resigned(kind, rest.substr(1)), Kind::invalid, "no first line");
    }
}

TEST(Documents, EachKindRefusesAWrongOrMissingSignature) {
    for (const DocumentKind& kind : all_kinds()) {
        const codec::Note honest = *codec::parse_note(kind.note);
        expect_refused(
            kind, resigned(kind, honest.text, "other keys"), Kind::denied, "another key");
        codec::Note flipped = honest;
        flipped.signatures[0].signature.back() ^= 1U;
        expect_refused(kind, codec::write_note(flipped), Kind::denied, "one bit");
        expect_refused(kind, honest.text, Kind::invalid, "no signature");
    }
    codec::Note half = *codec::parse_note(card().note);
    half.signatures.pop_back();
    expect_refused(card(), codec::write_note(half), Kind::denied, "one of two");
    codec::Note more = *codec::parse_note(card().note);
    more.signatures.push_back(crypto::sign_note(signer("west.example"), more.text));
    expect_refused(card(), codec::write_note(more), Kind::denied, "a third");
}

TEST(Documents, EachKindRefusesWhatIsTooLong) {
    for (const DocumentKind& kind : all_kinds()) {
        std::string text = codec::parse_note(kind.note)->text;
        text.insert(text.find('{') + 1, std::string(kind.size_bytes_max, ' '));
        const auto read = kind.read(resigned(kind, text));
        ASSERT_FALSE(read) << kind.name;
        EXPECT_THAT(
            read.error().what,
            ::testing::HasSubstr("more than " + std::to_string(kind.size_bytes_max) + " bytes"));
    }
}

}  // namespace
}  // namespace mednexus::service::internal
