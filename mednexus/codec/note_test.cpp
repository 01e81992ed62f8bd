#include "mednexus/codec/note.hpp"

#include <gtest/gtest.h>

#include "mednexus/codec/base64.hpp"

namespace mednexus::codec {
namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";

// golang.org/x/mod/sumdb/note, and C2SP signed-note: the sample that the Go reference accepts.
const std::string kSample =
    "This is an example message.\n\n\xE2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

std::string line(std::string_view name, std::string_view base64) {
    return std::string(kDash) + std::string(name) + " " + std::string(base64) + "\n";
}

bool refuses(std::string_view raw) {
    const auto note = parse_note(raw);
    EXPECT_TRUE(note || note.error().kind == Kind::invalid);
    return !note;
}

TEST(Note, ReadsTheSampleOfTheSpecification) {
    const auto note = parse_note(kSample);
    ASSERT_TRUE(note) << note.error().what;
    EXPECT_EQ(note->text, "This is an example message.\n");
    ASSERT_EQ(note->signatures.size(), 1U);
    EXPECT_EQ(note->signatures[0].name, "example.com/foo");
    EXPECT_EQ(note->signatures[0].key_id, 0x530d903aU);
    EXPECT_EQ(note->signatures[0].signature.size(), 64U);
    EXPECT_EQ(write_note(*note), kSample);
}

TEST(Note, SplitsAtTheLastBlankLine) {
    const std::string signature = line("a", "AAAAAAE=");
    for (const std::string text : {"x\n\ny\n", "x\n\n", "\n", "x\n\n\xE2\x80\x94 a AAAAAAE=\n"}) {
        const auto note = parse_note(text + "\n" + signature);
        ASSERT_TRUE(note) << text;
        EXPECT_EQ(note->text, text);
        EXPECT_EQ(note->signatures.size(), 1U);
        EXPECT_EQ(write_note(*note), text + "\n" + signature);
    }
}

TEST(Note, KeepsManySignaturesInTheirOrder) {
    std::string raw = "t\n\n";
    for (std::size_t i = 0; i < kNoteSignaturesMax; ++i) {
        raw += line("key" + std::to_string(i), "AAAAAAE=");
    }
    const auto note = parse_note(raw);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->signatures[63].name, "key63");
    EXPECT_EQ(write_note(*note), raw);
    EXPECT_TRUE(refuses(raw + line("one-more", "AAAAAAE=")));
}

TEST(Note, RefusesWhatIsNoNote) {
    const std::string good = line("a", "AAAAAAE=");
    ASSERT_FALSE(refuses("t\n\n" + good));
    EXPECT_TRUE(refuses(""));
    EXPECT_TRUE(refuses("t\n"));
    EXPECT_TRUE(refuses("t\n\n"));
    EXPECT_TRUE(refuses("t\n" + good));                               // no blank line
    EXPECT_TRUE(refuses("t\n\n" + good.substr(0, good.size() - 1)));  // no final LF
    EXPECT_TRUE(refuses("t\n\n" + good + "\n"));                      // blank line at the end
    EXPECT_TRUE(refuses("t\n\n" + good + "x\n"));                     // foreign line
    EXPECT_TRUE(refuses("t\n\n- a AAAAAAE=\n"));                      // hyphen
    EXPECT_TRUE(refuses("t\n\n\xE2\x80\x93 a AAAAAAE=\n"));           // en dash
    EXPECT_TRUE(
        refuses("t\n\n\xE2\x80\x94"
                "a AAAAAAE=\n"));                                // no space
    EXPECT_TRUE(refuses("t\n\n" + std::string(kDash) + "a\n"));  // no signature
    EXPECT_TRUE(refuses("t\n\n" + line("", "AAAAAAE=")));        // no name
    EXPECT_TRUE(refuses("t\n\n" + line("a b", "AAAAAAE=")));     // space in the name
    EXPECT_TRUE(refuses("t\n\n" + line("a+b", "AAAAAAE=")));     // plus in the name
}

TEST(Note, RefusesBadBase64) {
    for (const std::string_view base64 :
         {"", "AAAA", "AAAAAA==", "AAAAAAE", "AAAAAAF=", "AAAAAAE= ", "AAAA AAE=", "AAAAAAE-"}) {
        EXPECT_TRUE(refuses("t\n\n" + line("a", base64))) << base64;
    }
}

TEST(Note, RefusesControlCharactersAndForeignEncodings) {
    const std::string good = line("a", "AAAAAAE=");
    for (const std::string text :
         {"t\r\n", "t\t\n", "\x01\n", "\xFF\n", "\xC3\n", "\xED\xA0\x80\n"}) {
        EXPECT_TRUE(refuses(text + "\n" + good));
    }
    EXPECT_TRUE(refuses(std::string("t\0\n\n", 4) + good));
    EXPECT_TRUE(refuses("t\n\n" + line("a\r", "AAAAAAE=")));
}

TEST(Note, RefusesMoreThanItsSize) {
    const std::string good = line("a", "AAAAAAE=");
    const std::size_t room = kNoteSizeBytesMax - good.size() - 2;
    EXPECT_FALSE(refuses(std::string(room, 'x') + "\n\n" + good));
    EXPECT_TRUE(refuses(std::string(room + 1, 'x') + "\n\n" + good));
}

TEST(Note, NamesHoldNoSpaceOfUnicodeNoPlusAndNoControl) {
    for (const std::string_view name : {"a",
                                        "example.com/log",
                                        "Klinikum-S\xC3\xBC"
                                        "d",
                                        "\xE2\x80\x8B",
                                        "\xE2\x82\xAC"}) {
        EXPECT_TRUE(is_note_name(name)) << name;
    }
    for (const std::string_view name : {"",
                                        " ",
                                        "a b",
                                        "a+b",
                                        "a\tb",
                                        "a\n",
                                        "\x7F",
                                        "a\xC2\x85",
                                        "a\xC2\xA0z",
                                        "\xE1\x9A\x80",
                                        "\xE2\x80\x80",
                                        "x\xE2\x80\x8A",
                                        "\xE2\x80\xA8",
                                        "\xE2\x80\xA9",
                                        "\xE2\x80\xAF",
                                        "\xE2\x81\x9F",
                                        "\xE3\x80\x80",
                                        "\xFF",
                                        "\xE2\x80"}) {
        EXPECT_FALSE(is_note_name(name)) << name;
    }
}

TEST(NoteDeathTest, WritesNothingThatItWouldNotRead) {
    EXPECT_DEATH((void)write_note({.text = "no line feed", .signatures = {}}), "text");
    EXPECT_DEATH((void)write_note({.text = "tab\t\n", .signatures = {}}), "text");
    const Note bad_name{.text = "t\n",
                        .signatures = {{.name = "a b", .key_id = 1, .signature = {1}}}};
    EXPECT_DEATH((void)write_note(bad_name), "name");
}

}  // namespace
}  // namespace mednexus::codec
