#include "mednexus/codec/hex.hpp"

#include <array>
#include <cstdio>
#include <random>

#include <gtest/gtest.h>

#include "mednexus/core/ids.hpp"

namespace mednexus::codec {
namespace {

TEST(Hex, WritesLowerCaseDigits) {
    EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa5, 0xff}), "000fa5ff");
    EXPECT_EQ(to_hex_0x(Bytes{0xAB}), "0xab");
    EXPECT_EQ(to_hex({}), "");
    EXPECT_EQ(to_hex_0x({}), "0x");
}

TEST(Hex, ReadsEitherCaseWithOrWithoutPrefix) {
    EXPECT_EQ(parse_hex("0xaBcD"), (Bytes{0xAB, 0xCD}));
    EXPECT_EQ(parse_hex("AbCd"), (Bytes{0xAB, 0xCD}));
    EXPECT_EQ(parse_hex(""), Bytes{});
    EXPECT_EQ(parse_hex("0x"), Bytes{});
}

TEST(Hex, RefusesAnOddNumberOfDigits) {
    EXPECT_EQ(parse_hex("abc").error().kind, Kind::invalid);
    EXPECT_EQ(parse_hex("0x1").error().what, "hex: an odd number of digits");
}

TEST(Hex, RefusesEveryCharacterThatIsNoDigit) {
    const std::string_view digits = "0123456789abcdefABCDEF";
    for (int c = 0; c < 256; ++c) {
        const char character = static_cast<char>(c);
        const bool is_digit = digits.find(character) != std::string_view::npos;
        EXPECT_EQ(parse_hex(std::string{'1', character}).has_value(), is_digit) << c;
    }
    EXPECT_EQ(parse_hex("0x00g0").error().what, "hex: no digit at character 5");
    EXPECT_EQ(parse_hex("0X00").error().kind, Kind::invalid);
}

TEST(Hex, ReadsAnIdOfExactlyItsSize) {
    const std::string digits(64, '7');
    EXPECT_EQ(to_hex(parse_hex_as<Hash32>("0x" + digits)->view()), digits);
    EXPECT_EQ(parse_hex_as<Hash32>(digits + "00").error().kind, Kind::invalid);
    EXPECT_EQ(parse_hex_as<Hash32>(digits.substr(2)).error().kind, Kind::invalid);
}

TEST(Hex, AgreesWithPrintfOnRandomBytes) {
    constexpr unsigned kSeed = 20261122;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (int round = 0; round < 200; ++round) {
        Bytes bytes(random() % 70);
        std::string slow;
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random());
            std::array<char, 3> two{};
            std::snprintf(two.data(), two.size(), "%02x", byte);
            slow += two.data();
        }
        EXPECT_EQ(to_hex(bytes), slow);
        EXPECT_EQ(parse_hex(slow), bytes);
    }
}

}  // namespace
}  // namespace mednexus::codec
