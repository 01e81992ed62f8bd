#include "mednexus/codec/json.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace mednexus::json {
namespace {

std::string error_of(std::string_view text, const Limits& limits = {}) {
    const auto parsed = parse(text, limits);
    return parsed ? "" : parsed.error().what;
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Json, ReadsEveryTypeOfValue) {
    const auto value = parse(R"( {"a":null,"b":true,"c":-1.50e+3,"d":"x","e":[1,[]],"f":{}} )");
    ASSERT_TRUE(value) << value.error().what;
    const Object& object = *value->as_object();
    EXPECT_TRUE(object.find("a")->is_null());
    EXPECT_TRUE(*object.find("b")->as_bool());
    EXPECT_EQ(object.find("c")->as_number()->text, "-1.50e+3");
    EXPECT_EQ(*object.find("d")->as_string(), "x");
    EXPECT_EQ(object.find("e")->as_array()->size(), 2U);
    EXPECT_EQ(object.find("f")->as_object()->size(), 0U);
    EXPECT_EQ(object.find("g"), nullptr);
    EXPECT_EQ(object.find("a")->as_string(), nullptr);
}

TEST(Json, KeepsNumbersAsWritten) {
    for (const std::string_view text : {"0",
                                        "-0",
                                        "1.0",
                                        "1.10",
                                        "100e-2",
                                        "1E+2",
                                        "123456789012345678901234567890",
                                        "0.1000000000000000055511151231257827",
                                        "-0.0e0",
                                        "1e308",
                                        "5e-324",
                                        "1e-99999999"}) {
        const auto value = parse(text);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(value->as_number()->text, text);
    }
}

TEST(Json, RefusesNumbersOutsideTheGrammar) {
    for (const std::string_view text : {"01",
                                        "-",
                                        "+1",
                                        ".5",
                                        "1.",
                                        "1.e1",
                                        "1e",
                                        "1e+",
                                        "0x10",
                                        "--1",
                                        "1_000",
                                        "NaN",
                                        "Infinity",
                                        "-Infinity",
                                        "1e400"}) {
        EXPECT_NE(error_of(text), "") << text;
    }
    EXPECT_EQ(error_of("[1e400]"), "line 1, column 2: number beyond the range of a double");
}

TEST(Json, RemembersWhereEachValueBegan) {
    const std::string text = " {\"k\\n\" : [ \"s\\u0041\" , 12 ,true,{}],\"z\":null}";
    const auto value = parse(text);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->offset(), 1U);
    const Array& items = *value->as_object()->find("k\n")->as_array();
    EXPECT_EQ(value->as_object()->find("k\n")->offset(), text.find('['));
    EXPECT_EQ(items[0].offset(), text.find("\"s"));
    EXPECT_EQ(items[1].offset(), text.find("12"));
    EXPECT_EQ(items[2].offset(), text.find("true"));
    EXPECT_EQ(items[3].offset(), text.find("{}"));
    EXPECT_EQ(value->as_object()->find("z")->offset(), text.find("null"));
}

TEST(Json, TakesALeadingByteOrderMarkOnce) {
    const auto value = parse("\xEF\xBB\xBF[1]");
    ASSERT_TRUE(value);
    EXPECT_EQ(value->offset(), 3U);
    EXPECT_NE(error_of("\xEF\xBB\xBF\xEF\xBB\xBF[1]"), "");
    EXPECT_NE(error_of("\xEF\xBB\xBF"), "");
    EXPECT_NE(error_of("[\xEF\xBB\xBF]"), "");
}

TEST(Json, DecodesEscapes) {
    const auto value = parse(R"("\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00\u0000")");
    ASSERT_TRUE(value);
    EXPECT_EQ(*value->as_string(),
              std::string("\"\\/\b\f\n\r\t\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\0", 18));
}

TEST(Json, RefusesLoneSurrogates) {
    for (const std::string_view text : {R"("\ud83d")",
                                        R"("\ude00")",
                                        R"("\ude00\ud83d")",
                                        R"("\ud83d\ud83d")",
                                        R"("\ud83dx")",
                                        R"({"\udfff":1})",
                                        R"("abc \uDC00 def")"}) {
        EXPECT_NE(error_of(text).find("lone surrogate"), std::string::npos) << text;
    }
}

TEST(Json, RefusesBadStrings) {
    for (const std::string_view text : {R"("\x")",
                                        R"("\u12")",
                                        R"("\u12G4")",
                                        "\"a",
                                        "\"a\nb\"",
                                        "\"\t\"",
                                        "\"\x1F\"",
                                        "'a'",
                                        "\"\\",
                                        "\"\\u",
                                        "\"\\\"",
                                        "\"\xC3\"",
                                        "\"\xED\xA0\x80\"",
                                        "\"\xC0\xAF\""}) {
        EXPECT_NE(error_of(text), "") << text;
    }
}

TEST(Json, RefusesEverythingAroundOneValue) {
    for (const std::string_view text :
         {"",         " ",          "\n",         "1 2",       "{} {}",
          "[1],",     "[1]x",       "true false", "nul",       "True",
          "[1,]",     "[,1]",       "[1 2]",      "{,}",       "{\"a\"}",
          "{\"a\":}", "{\"a\":1,}", "{a:1}",      "{\"a\" 1}", "{\"a\":1 \"b\":2}",
          "[",        "]",          "{",          "}",         "[}",
          "{]",       "[1}",        "// x\n1",    "/* */1",    "\v1"}) {
        EXPECT_NE(error_of(text), "") << text;
    }
}

TEST(Json, RefusesNulBytesAnywhere) {
    for (const std::string_view text : {std::string_view("\0", 1),
                                        std::string_view("1\0", 2),
                                        std::string_view("[1]\0[2]", 7),
                                        std::string_view("\"a\0b\"", 5)}) {
        EXPECT_NE(error_of(text).find("NUL byte"), std::string::npos);
    }
}

TEST(Json, NamesLineColumnAndRule) {
    EXPECT_EQ(error_of("{\n  \"a\": 1,\n  \"b\": tru\n}"), "line 3, column 11: not a value");
    EXPECT_EQ(error_of("[1,\n\xFF]"), "line 2, column 1: not UTF-8");
    EXPECT_EQ(error_of(""), "line 1, column 1: no value");
    EXPECT_EQ(error_of("{\"a\":1,\n \"a\":2}"),
              "line 2, column 2: the object has this key already");
}

TEST(Json, RefusesDuplicateKeysAlsoWhenEscapedOrFarApart) {
    EXPECT_NE(error_of(R"({"a":1,"\u0061":2})"), "");
    EXPECT_NE(error_of(R"({"x":{"":1,"b":2,"":3}})"), "");
    EXPECT_EQ(error_of(R"([{"a":1},{"a":2},{"b":{"a":1},"a":3}])"), "");
    EXPECT_EQ(error_of(R"({"b":1,"a":1,"a":2,"b":2})"),
              "line 1, column 14: the object has this key already");
}

TEST(Json, ReadsAnObjectOfManyKeysInFarLessThanQuadraticTime) {
    std::string text = "{";
    for (int i = 0; i < 200000; ++i) {
        text += "\"key" + std::to_string(i) + "\":0,";
    }
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of(text + "\"last\":0}"), "");
    EXPECT_NE(error_of(text + "\"key0\":0}"), "");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Json, BoundsDepth) {
    EXPECT_EQ(error_of(nested(64)), "");
    EXPECT_EQ(error_of(nested(65)), "line 1, column 65: nested deeper than allowed");
    EXPECT_NE(error_of(std::string(1000000, '[')), "");
    EXPECT_EQ(error_of("[{}]", {.depth_max = 2}), "");
    EXPECT_NE(error_of("[{\"a\":[]}]", {.depth_max = 2}), "");
}

TEST(Json, BoundsSizeAndCountOfValues) {
    EXPECT_EQ(error_of("[1,2]", {.size_bytes_max = 5}), "");
    EXPECT_EQ(error_of("[1,2] ", {.size_bytes_max = 5}), "line 1, column 6: longer than allowed");
    EXPECT_EQ(error_of("[1,2]", {.values_max = 3}), "");
    EXPECT_NE(error_of("[1,2]", {.values_max = 2}), "");
    EXPECT_NE(error_of("[[],{}]", {.values_max = 2}), "");
}

TEST(Json, EqualityIgnoresPlacesAndSeesSpelling) {
    EXPECT_TRUE(*parse("[1, 2]") == *parse("  [1,2]"));
    EXPECT_FALSE(*parse("1.0") == *parse("1"));
    EXPECT_FALSE(*parse("1") == *parse("\"1\""));
}

TEST(Json, PlaceCountsLinesAndBytes) {
    const std::string_view text = "ab\n\xC3\xA9z\n";
    EXPECT_EQ(place_of(text, 0).column, 1U);
    EXPECT_EQ(place_of(text, 5).line, 2U);
    EXPECT_EQ(place_of(text, 5).column, 3U);
    EXPECT_EQ(place_of(text, 1000).line, 3U);
}

TEST(Json, IntegersFitOrAreRefused) {
    EXPECT_EQ(to_int64(Number{"-9223372036854775808"}), INT64_MIN);
    EXPECT_EQ(to_int64(Number{"9223372036854775807"}), INT64_MAX);
    for (const char* text :
         {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "", "-"}) {
        EXPECT_EQ(to_int64(Number{text}).error().kind, Kind::invalid) << text;
    }
}

TEST(Json, EveryPrefixOfAValidTextIsRefused) {
    const std::string_view text = R"({"a":[1,-2.5e3,"\ud83d\ude00",true,null],"b":{"c":"d"}})";
    for (std::size_t i = 0; i < text.size(); ++i) {
        EXPECT_FALSE(parse(text.substr(0, i))) << i;
    }
    EXPECT_TRUE(parse(text));
}

}  // namespace
}  // namespace mednexus::json
