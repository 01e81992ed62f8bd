#include "mednexus/codec/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mednexus::codec {
namespace {

/// The bytes of code point `c` by the table of RFC 3629 section 3, without any of its rules.
std::string encode(std::uint32_t c) {
    const auto tail = [&](unsigned shift) {
        return static_cast<char>(0x80U | ((c >> shift) & 0x3FU));
    };
    if (c < 0x80) {
        return {static_cast<char>(c)};
    }
    if (c < 0x800) {
        return {static_cast<char>(0xC0U | (c >> 6U)), tail(0)};
    }
    if (c < 0x10000) {
        return {static_cast<char>(0xE0U | (c >> 12U)), tail(6), tail(0)};
    }
    return {static_cast<char>(0xF0U | (c >> 18U)), tail(12), tail(6), tail(0)};
}

TEST(Utf8, AcceptsEveryScalarValueAndNoOther) {
    for (std::uint32_t c = 0; c < 0x200000; ++c) {
        const bool is_scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        ASSERT_EQ(!first_invalid_utf8(encode(c)).has_value(), is_scalar) << c;
    }
}

TEST(Utf8, RefusesOverlongForms) {
    for (const std::string_view text : {"\xC0\x80",
                                        "\xC1\xBF",
                                        "\xE0\x80\x80",
                                        "\xE0\x9F\xBF",
                                        "\xF0\x80\x80\x80",
                                        "\xF0\x8F\xBF\xBF"}) {
        EXPECT_EQ(first_invalid_utf8(text), 0U);
    }
}

TEST(Utf8, RefusesTruncatedAndStrayBytes) {
    for (const std::string_view text : {"\xC3",
                                        "\xE2\x82",
                                        "\xF0\x9F\x98",
                                        "\x80",
                                        "\xBF",
                                        "\xFF",
                                        "\xC3(",
                                        "\xE2(\xA1",
                                        "\xE2\x82("}) {
        EXPECT_EQ(first_invalid_utf8(text), 0U);
    }
}

TEST(Utf8, NamesTheFirstBadByteAtEveryPlaceOfALongText) {
    for (std::size_t at = 0; at < 40; ++at) {
        std::string text(40, 'a');
        text[at] = '\xC3';  // a lead byte without its follower
        EXPECT_EQ(first_invalid_utf8(text), at);
    }
    EXPECT_EQ(first_invalid_utf8("abcdefgh\xE2\x82\xAC xyz"), std::nullopt);
    EXPECT_EQ(first_invalid_utf8(""), std::nullopt);
}

}  // namespace
}  // namespace mednexus::codec
