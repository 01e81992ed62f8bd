#include "mednexus/codec/rlp.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/ids.hpp"

namespace mednexus::rlp {
namespace {

const json::Value& vectors() {
    static const json::Value kVectors = [] {
        std::ifstream in(MEDNEXUS_TEST_VECTORS "/rlp.json", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        return json::parse(text).value();
    }();
    return kVectors;
}

const json::Array& vectors(std::string_view part) {
    return *vectors().as_object()->find(part)->as_array();
}

std::string text_in(const json::Value& vector, std::string_view member) {
    return *vector.as_object()->find(member)->as_string();
}

Bytes hex(std::string_view text) {
    return codec::parse_hex(text).value();
}

/// What a vector's `in` stands for, encoded by our writer.
Bytes encoded(const json::Value& in) {
    if (const json::Array* items = in.as_array()) {
        List list;
        for (const json::Value& item : *items) {
            list.add_encoded(encoded(item));
        }
        return list.encode();
    }
    if (const json::Number* number = in.as_number()) {
        return encode_integer(static_cast<std::uint64_t>(json::to_int64(*number).value()));
    }
    const std::string& text = *in.as_string();
    if (text.starts_with("int:")) {
        const Bytes one = List().add_integer(hex(text.substr(4))).encode();
        return Bytes(one.begin() + 1, one.end());  // without the prefix of the list
    }
    return encode(text.starts_with("0x") ? hex(text) : to_bytes(text));
}

/// What our writer makes of an item that was read.
Bytes encoded(const Item& item) {
    if (!item.is_list) {
        return encode(item.string);
    }
    List list;
    for (const Item& inner : item.items) {
        list.add_encoded(encoded(inner));
    }
    return list.encode();
}

Bytes nested(std::size_t lists) {
    Bytes out = encode({});
    for (std::size_t i = 0; i < lists; ++i) {
        out = List().add_encoded(out).encode();
    }
    return out;
}

TEST(Rlp, WritesThePublishedVectors) {
    ASSERT_EQ(vectors("valid").size(), 26U);
    for (const json::Value& vector : vectors("valid")) {
        EXPECT_EQ(codec::to_hex(encoded(*vector.as_object()->find("in"))), text_in(vector, "out"))
            << text_in(vector, "name");
    }
}

TEST(Rlp, ReadsThePublishedVectorsBackToTheSameBytes) {
    for (const json::Value& vector : vectors("valid")) {
        const Bytes raw = hex(text_in(vector, "out"));
        const auto item = parse(raw);
        ASSERT_TRUE(item) << text_in(vector, "name") << ": " << item.error().what;
        EXPECT_EQ(encoded(*item), raw);
        EXPECT_EQ(item->encoded.size(), raw.size());
    }
}

TEST(Rlp, RefusesThePublishedInvalidVectors) {
    ASSERT_EQ(vectors("invalid").size(), 15U);
    for (const json::Value& vector : vectors("invalid")) {
        const auto item = parse(hex(text_in(vector, "out")));
        ASSERT_FALSE(item) << text_in(vector, "name");
        EXPECT_EQ(item.error().kind, Kind::invalid);
    }
}

TEST(Rlp, RefusesEveryTruncationAndEveryExtraByte) {
    for (const json::Value& vector : vectors("valid")) {
        Bytes raw = hex(text_in(vector, "out"));
        for (std::size_t size = 0; size < raw.size(); ++size) {
            EXPECT_FALSE(parse(BytesView(raw).first(size))) << text_in(vector, "name");
        }
        raw.push_back(0x80);
        EXPECT_FALSE(parse(raw)) << text_in(vector, "name");
    }
}

TEST(Rlp, WhatIsReadAfterAFlippedBitIsStillCanonical) {
    for (const json::Value& vector : vectors("valid")) {
        Bytes raw = hex(text_in(vector, "out"));
        for (std::size_t bit = 0; bit < 8 * raw.size(); ++bit) {
            const auto flip = static_cast<std::uint8_t>(1U << (bit % 8));
            raw[bit / 8] ^= flip;
            if (const auto item = parse(raw)) {
                EXPECT_EQ(encoded(*item), raw);
            }
            raw[bit / 8] ^= flip;
        }
    }
}

TEST(Rlp, StringsOfEveryLengthAroundAFormComeBack) {
    for (const std::size_t size :
         {0U, 1U, 2U, 54U, 55U, 56U, 57U, 255U, 256U, 257U, 65535U, 65536U}) {
        const Bytes string(size, 0xAB);
        const Bytes raw = encode(string);
        const auto item = parse(raw);
        ASSERT_TRUE(item) << size;
        EXPECT_TRUE(
            std::equal(item->string.begin(), item->string.end(), string.begin(), string.end()));
        const Bytes list = List().add(string).encode();
        EXPECT_TRUE(parse(list)) << size;
    }
}

TEST(Rlp, RefusesALengthThatOverflowsWhatIsThere) {
    EXPECT_FALSE(parse(hex("bfffffffffffffffff")));
    EXPECT_FALSE(parse(hex("ffffffffffffffffff")));
    EXPECT_FALSE(parse(hex("c3bfffffff")));
}

TEST(Rlp, RefusesListsDeeperThanTheMaximum) {
    EXPECT_TRUE(parse(nested(kDepthMax)));
    const auto deeper = parse(nested(kDepthMax + 1));
    ASSERT_FALSE(deeper);
    EXPECT_EQ(deeper.error().what, "rlp: lists too deep");
}

TEST(Rlp, RefusesMoreBytesOrItemsThanTheLimits) {
    const Bytes raw = List().add_integer(1).add_integer(2).encode();
    EXPECT_TRUE(parse(raw, {.size_bytes_max = raw.size(), .items_max = 3}));
    EXPECT_FALSE(parse(raw, {.size_bytes_max = raw.size() - 1, .items_max = 3}));
    EXPECT_FALSE(parse(raw, {.size_bytes_max = raw.size(), .items_max = 2}));
}

TEST(Rlp, IntegersOf64BitsComeBack) {
    for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 1ULL << 32U, ~0ULL}) {
        const Bytes raw = encode_integer(value);
        EXPECT_EQ(to_integer(parse(raw).value()).value(), value);
    }
}

TEST(Rlp, RefusesIntegersWithLeadingZerosTooWideOrLists) {
    for (const char* bad : {"00", "820001", "89010000000000000000", "c0"}) {
        const Bytes raw = hex(bad);
        EXPECT_FALSE(to_integer(parse(raw).value())) << bad;
    }
    const Bytes wide = encode(Bytes(33, 1));
    EXPECT_FALSE(to_word(parse(wide).value()));
    const Bytes word = hex("8203e8");
    EXPECT_EQ(to_word(parse(word).value()).value()[31], 0xE8);
    EXPECT_EQ(to_word(parse(word).value()).value()[30], 0x03);
}

TEST(Rlp, RefusesAFixedOfAnotherLengthAndAListForAString) {
    const Bytes short_one = encode(Bytes(31, 1));
    EXPECT_FALSE(to_fixed<Hash32>(parse(short_one).value()));
    const Bytes list = List().encode();
    EXPECT_FALSE(to_string(parse(list).value()));
}

}  // namespace
}  // namespace mednexus::rlp
