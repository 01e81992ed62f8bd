#include "mednexus/codec/base64.hpp"

#include <array>
#include <random>

#include <gtest/gtest.h>

namespace mednexus::codec {
namespace {

struct Sample {
    std::string_view plain;
    std::string_view encoded;
};

// RFC 4648 section 10.
constexpr std::array<Sample, 7> kSamples{{{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}}};

TEST(Base64, WritesAndReadsTheSamplesOfRfc4648) {
    for (const Sample& sample : kSamples) {
        EXPECT_EQ(to_base64(bytes_of(sample.plain)), sample.encoded);
        EXPECT_EQ(parse_base64(sample.encoded), to_bytes(sample.plain));
        const std::string_view bare = sample.encoded.substr(0, sample.encoded.find('='));
        EXPECT_EQ(to_base64url(bytes_of(sample.plain)), bare);
        EXPECT_EQ(parse_base64url(bare), to_bytes(sample.plain));
    }
}

TEST(Base64, AlphabetsDifferInTheLastTwoDigits) {
    const Bytes bytes{0xFB, 0xFF, 0xBF};
    EXPECT_EQ(to_base64(bytes), "+/+/");
    EXPECT_EQ(to_base64url(bytes), "-_-_");
    EXPECT_EQ(parse_base64("-_-_").error().kind, Kind::invalid);
    EXPECT_EQ(parse_base64url("+/+/").error().kind, Kind::invalid);
}

TEST(Base64, RefusesMissingOrExtraPadding) {
    for (const std::string_view text :
         {"Zg", "Zg=", "Zg===", "Zm9v====", "Zm9v=", "=", "==", "====", "Zg==Zg==", "Z==="}) {
        EXPECT_FALSE(parse_base64(text)) << text;
    }
    for (const std::string_view text : {"Zg==", "Zm8=", "Z", "Zm9vY"}) {
        EXPECT_FALSE(parse_base64url(text)) << text;
    }
}

TEST(Base64, RefusesNonZeroTrailingBits) {
    EXPECT_FALSE(parse_base64("Zh=="));
    EXPECT_FALSE(parse_base64("Zm9="));
    EXPECT_FALSE(parse_base64url("Zh"));
    EXPECT_FALSE(parse_base64url("Zm9"));
}

TEST(Base64, RefusesWhiteSpaceAndEveryForeignCharacter) {
    EXPECT_FALSE(parse_base64("Zm9v\nZm9v"));
    EXPECT_FALSE(parse_base64("Zm9v\n"));
    const std::string_view symbols =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int c = 0; c < 256; ++c) {
        const char character = static_cast<char>(c);
        const bool is_digit = symbols.find(character) != std::string_view::npos;
        EXPECT_EQ(parse_base64(std::string{'A', character, 'A', 'A'}).has_value(), is_digit) << c;
    }
}

TEST(Base64, EveryTextThatReadsIsTheOneThatWrites) {
    constexpr unsigned kSeed = 4648;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    const std::string_view near_alphabet = "ABab01+/-_= \n";
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 9, ' ');
        for (char& c : text) {
            c = near_alphabet[random() % near_alphabet.size()];
        }
        if (const auto bytes = parse_base64(text)) {
            EXPECT_EQ(to_base64(*bytes), text);
        }
        if (const auto bytes = parse_base64url(text)) {
            EXPECT_EQ(to_base64url(*bytes), text);
        }
    }
}

TEST(Base64, ReadsBackRandomBytes) {
    constexpr unsigned kSeed = 64;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (int round = 0; round < 300; ++round) {
        Bytes bytes(random() % 100);
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random());
        }
        EXPECT_EQ(parse_base64(to_base64(bytes)), bytes);
        EXPECT_EQ(parse_base64url(to_base64url(bytes)), bytes);
    }
}

}  // namespace
}  // namespace mednexus::codec
