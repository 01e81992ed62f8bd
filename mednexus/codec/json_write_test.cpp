#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "mednexus/codec/json.hpp"

namespace mednexus::json {
namespace {

std::string canonical(std::string_view text) {
    const auto value = parse(text);
    EXPECT_TRUE(value) << value.error().what;
    return value ? write_canonical(*value) : "";
}

// RFC 8785 section 3.2.2 and 3.2.3, with numbers as written.
TEST(JsonCanonical, WritesTheExampleOfRfc8785) {
    EXPECT_EQ(canonical(R"({
       "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
       "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
       "literals": [null, true, false]
     })"),
              "{\"literals\":[null,true,false],"
              "\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
              "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

// RFC 8785 section 3.2.3: the order by UTF-16 code units is not that of code points.
TEST(JsonCanonical, SortsKeysByUtf16CodeUnits) {
    EXPECT_EQ(canonical(R"({
       "\u20ac": "Euro Sign",
       "\r": "Carriage Return",
       "\ufb33": "Hebrew Letter Dalet With Dagesh",
       "1": "One",
       "\ud83d\ude00": "Emoji: Grinning Face",
       "\u0080": "Control",
       "\u00f6": "Latin Small Letter O With Diaeresis"
     })"),
              "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
              "\"\xC3\xB6\":\"Latin Small Letter O With Diaeresis\","
              "\"\xE2\x82\xAC\":\"Euro Sign\",\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\","
              "\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(JsonCanonical, EscapesOnlyWhatItMust) {
    EXPECT_EQ(canonical(R"("\b\t\n\f\r\u0001\u001f\u007f\u0000\/\u2028")"),
              "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7F\\u0000/\xE2\x80\xA8\"");
}

TEST(JsonCanonical, WritesEmptyContainersAndNestedOnes) {
    EXPECT_EQ(canonical("[ ]"), "[]");
    EXPECT_EQ(canonical("{ }"), "{}");
    EXPECT_EQ(canonical("[ [ ] , { \"b\" : [ { } ] , \"a\" : 1 } ]"), "[[],{\"a\":1,\"b\":[{}]}]");
    EXPECT_EQ(canonical("{\"ab\":1,\"a\":2,\"\":3}"), "{\"\":3,\"a\":2,\"ab\":1}");
}

TEST(JsonCanonical, WritesValuesMadeInCode) {
    Object object;
    object.set("b", -5);
    object.set("a", "x");
    object.set("b", std::uint64_t{18446744073709551615U});
    object.set("c", Array{true, Value(), 1});
    EXPECT_EQ(write_canonical(object), R"({"a":"x","b":18446744073709551615,"c":[true,null,1]})");
}

TEST(JsonCanonical, IsBoundedAtTheGreatestDepth) {
    const std::string deep = std::string(64, '[') + std::string(64, ']');
    EXPECT_EQ(canonical(deep), deep);
}

TEST(JsonPretty, WritesMembersInTheirOrder) {
    const auto value = parse(R"({"b":[1,{"x":[]}],"a":{}})");
    EXPECT_EQ(write_pretty(*value),
              "{\n  \"b\": [\n    1,\n    {\n      \"x\": []\n    }\n  ],\n  \"a\": {}\n}\n");
    EXPECT_EQ(write_pretty(Value(7)), "7\n");
}

/// UTF-16 code units of valid UTF-8, the slow way.
std::u16string utf16_of(std::string_view text) {
    std::u16string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            c = (c << 6U) | (static_cast<std::uint8_t>(text[i + k]) & 0x3FU);
        }
        i += length;
        if (c >= 0x10000) {
            out.push_back(static_cast<char16_t>(0xD800U + ((c - 0x10000) >> 10U)));
            out.push_back(static_cast<char16_t>(0xDC00U + ((c - 0x10000) & 0x3FFU)));
        } else {
            out.push_back(static_cast<char16_t>(c));
        }
    }
    return out;
}

TEST(JsonCanonical, OrderAgreesWithASlowUtf16Comparison) {
    constexpr unsigned kSeed = 8785;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    const std::vector<std::string> alphabet{"a",
                                            "\x7F",
                                            "\xC2\x80",
                                            "\xED\x9F\xBF",
                                            "\xEE\x80\x80",
                                            "\xEF\xBF\xBF",
                                            "\xF0\x90\x80\x80",
                                            "\xF4\x8F\xBF\xBF"};
    for (int round = 0; round < 3000; ++round) {
        Object object;
        for (std::size_t n = random() % 6; n-- > 0;) {
            std::string key;
            for (std::size_t k = random() % 4; k-- > 0;) {
                key += alphabet[random() % alphabet.size()];
            }
            object.set(key, 1);
        }
        const auto sorted = parse(write_canonical(object));
        ASSERT_TRUE(sorted);
        const auto& members = sorted->as_object()->members();
        EXPECT_EQ(members.size(), object.size());
        EXPECT_TRUE(
            std::is_sorted(members.begin(), members.end(), [](const auto& a, const auto& b) {
                return utf16_of(a.first) < utf16_of(b.first);
            }));
    }
}

Value random_value(std::mt19937& random, int depth) {
    switch (random() % (depth > 0 ? 6 : 4)) {
        case 0:
            return {};
        case 1:
            return random() % 2 == 0;
        case 2:
            return Number{std::to_string(random() % 100) + ".50"};
        case 3:
            return std::string(random() % 3, static_cast<char>(random() % 128));
        case 4: {
            Array array;
            for (std::size_t n = random() % 4; n-- > 0;) {
                array.push_back(random_value(random, depth - 1));
            }
            return array;
        }
        default: {
            Object object;
            for (std::size_t n = random() % 4; n-- > 0;) {
                object.set(std::to_string(random() % 50), random_value(random, depth - 1));
            }
            return object;
        }
    }
}

TEST(JsonCanonical, ReadingAndWritingAgainChangesNothing) {
    constexpr unsigned kSeed = 1;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (int round = 0; round < 3000; ++round) {
        const Value value = random_value(random, 5);
        const std::string text = write_canonical(value);
        EXPECT_EQ(canonical(text), text);
        EXPECT_EQ(*parse(write_pretty(value)), value);
    }
}

}  // namespace
}  // namespace mednexus::json
