#include "mednexus/codec/abi.hpp"

#include <array>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"

namespace mednexus::abi {
namespace {

using Address = Fixed<struct TestAddressTag, 20>;

Bytes hex(std::string_view text) {
    return codec::parse_hex(text).value();
}

/// A word with `value` in its last byte.
Hash32 number(std::uint8_t value) {
    Hash32 out;
    out.mutable_array().back() = value;
    return out;
}

/// Lines of 32 bytes, as the specification prints them.
Bytes lines(std::initializer_list<const char*> words) {
    Bytes out;
    for (const char* word : words) {
        append(out, hex(word));
    }
    return out;
}

// Solidity ABI specification (docs.soliditylang.org, abi-spec), section "Examples".
const Bytes& baz() {
    static const Bytes kBaz =
        lines({"0000000000000000000000000000000000000000000000000000000000000045",
               "0000000000000000000000000000000000000000000000000000000000000001"});
    return kBaz;
}

const Bytes& sam() {
    static const Bytes kSam =
        lines({"0000000000000000000000000000000000000000000000000000000000000060",
               "0000000000000000000000000000000000000000000000000000000000000001",
               "00000000000000000000000000000000000000000000000000000000000000a0",
               "0000000000000000000000000000000000000000000000000000000000000004",
               "6461766500000000000000000000000000000000000000000000000000000000",
               "0000000000000000000000000000000000000000000000000000000000000003",
               "0000000000000000000000000000000000000000000000000000000000000001",
               "0000000000000000000000000000000000000000000000000000000000000002",
               "0000000000000000000000000000000000000000000000000000000000000003"});
    return kSam;
}

// The same page, section "Use of Dynamic Types": f(0x123, [0x456, 0x789], "1234567890", …).
const Bytes& f_call() {
    static const Bytes kF =
        lines({"0000000000000000000000000000000000000000000000000000000000000123",
               "0000000000000000000000000000000000000000000000000000000000000080",
               "3132333435363738393000000000000000000000000000000000000000000000",
               "00000000000000000000000000000000000000000000000000000000000000e0",
               "0000000000000000000000000000000000000000000000000000000000000002",
               "0000000000000000000000000000000000000000000000000000000000000456",
               "0000000000000000000000000000000000000000000000000000000000000789",
               "000000000000000000000000000000000000000000000000000000000000000d",
               "48656c6c6f2c20776f726c642100000000000000000000000000000000000000"});
    return kF;
}

// The same section, g([[1, 2], [3]], ["one", "two", "three"]): its second argument, alone.
const Bytes& g_strings() {
    static const Bytes kG =
        lines({"0000000000000000000000000000000000000000000000000000000000000020",
               "0000000000000000000000000000000000000000000000000000000000000003",
               "0000000000000000000000000000000000000000000000000000000000000060",
               "00000000000000000000000000000000000000000000000000000000000000a0",
               "00000000000000000000000000000000000000000000000000000000000000e0",
               "0000000000000000000000000000000000000000000000000000000000000003",
               "6f6e650000000000000000000000000000000000000000000000000000000000",
               "0000000000000000000000000000000000000000000000000000000000000003",
               "74776f0000000000000000000000000000000000000000000000000000000000",
               "0000000000000000000000000000000000000000000000000000000000000005",
               "7468726565000000000000000000000000000000000000000000000000000000"});
    return kG;
}

struct Sam {
    std::string name;
    bool flag = false;
    std::vector<Hash32> numbers;
};

Result<Sam> read_sam(BytesView raw) {
    Reader reader(raw, 3);
    Sam out;
    MN_TRY(out.name, reader.string(64));
    MN_TRY(out.flag, reader.boolean());
    MN_TRY(out.numbers, reader.words(64));
    MN_DO(reader.finish());
    return out;
}

Bytes write_sam(const Sam& sam) {
    return Writer().string(sam.name).boolean(sam.flag).words(sam.numbers).encode();
}

Result<std::vector<BytesView>> read_strings(BytesView raw, std::size_t count_max) {
    Reader reader(raw, 1);
    MN_TRY(const std::vector<BytesView> out, reader.byte_strings(count_max, 64));
    MN_DO(reader.finish());
    return out;
}

TEST(Abi, WritesTheExamplesOfTheSpecification) {
    EXPECT_EQ(Writer().integer(69).boolean(true).encode(), baz());
    EXPECT_EQ(write_sam({"dave", true, {number(1), number(2), number(3)}}), sam());
    Hash32 a = number(0x56);
    Hash32 b = number(0x89);
    a.mutable_array()[30] = 4;
    b.mutable_array()[30] = 7;
    Bytes ten = to_bytes("1234567890");
    ten.resize(kWordBytes);
    const Bytes f = Writer()
                        .integer(0x123)
                        .words(std::array{a, b})
                        .word(Hash32::from(ten).value())
                        .bytes(bytes_of("Hello, world!"))
                        .encode();
    EXPECT_EQ(f, f_call());
    const std::vector<Bytes> strings{to_bytes("one"), to_bytes("two"), to_bytes("three")};
    EXPECT_EQ(Writer().byte_strings(strings).encode(), g_strings());
}

TEST(Abi, ReadsTheExamplesOfTheSpecification) {
    Reader baz_reader(baz(), 2);
    EXPECT_EQ(baz_reader.integer(32).value(), 69U);
    EXPECT_TRUE(baz_reader.boolean().value());
    EXPECT_TRUE(baz_reader.finish());
    const auto read = read_sam(sam());
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->name, "dave");
    EXPECT_TRUE(read->flag);
    EXPECT_EQ(read->numbers, (std::vector{number(1), number(2), number(3)}));
    const auto strings = read_strings(g_strings(), 3);
    ASSERT_TRUE(strings) << strings.error().what;
    ASSERT_EQ(strings->size(), 3U);
    EXPECT_EQ(text_of(strings->at(2)), "three");
}

TEST(Abi, RefusesEveryTruncation) {
    for (std::size_t size = 0; size < sam().size(); ++size) {
        EXPECT_FALSE(read_sam(BytesView(sam()).first(size))) << size;
    }
    for (std::size_t size = 0; size < g_strings().size(); ++size) {
        EXPECT_FALSE(read_strings(BytesView(g_strings()).first(size), 3)) << size;
    }
}

TEST(Abi, RefusesBytesAfterTheLastMember) {
    Bytes longer = sam();
    longer.resize(longer.size() + kWordBytes);
    EXPECT_FALSE(read_sam(longer));
}

TEST(Abi, WhatIsReadAfterAFlippedBitIsWrittenBackTheSame) {
    Bytes raw = sam();
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < 8 * raw.size(); ++bit) {
        const auto flip = static_cast<std::uint8_t>(1U << (bit % 8));
        raw[bit / 8] ^= flip;
        if (const auto read = read_sam(raw)) {
            ++accepted;
            EXPECT_EQ(write_sam(*read), raw) << bit;
        }
        raw[bit / 8] ^= flip;
    }
    // The letters, the flag's last bit, lengths of 5, 6, 12 and 20 (zeros follow "dave"), the
    // words.
    EXPECT_EQ(accepted, 4U * 8U + 1U + 4U + 3U * 256U);
}

TEST(Abi, RefusesTwoMembersThatShareATail) {
    // string, string: both offsets name the first tail.
    const Bytes shared =
        lines({"0000000000000000000000000000000000000000000000000000000000000040",
               "0000000000000000000000000000000000000000000000000000000000000040",
               "0000000000000000000000000000000000000000000000000000000000000001",
               "6100000000000000000000000000000000000000000000000000000000000000"});
    Reader reader(shared, 2);
    EXPECT_EQ(reader.string(64).value(), "a");
    const auto second = reader.string(64);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Kind::invalid);
}

TEST(Abi, RefusesOffsetsIntoTheHeadBehindAGapOrOver64Bits) {
    for (const char* offset :
         {"0000000000000000000000000000000000000000000000000000000000000000",
          "0000000000000000000000000000000000000000000000000000000000000040",
          "8000000000000000000000000000000000000000000000000000000000000020",
          "000000000000000000000000000000000000000000000000ffffffffffffffe0"}) {
        Bytes raw = hex(offset);
        raw.resize(4 * kWordBytes);
        Reader reader(raw, 1);
        EXPECT_FALSE(reader.bytes(64)) << offset;
    }
}

TEST(Abi, RefusesPaddingThatIsNotZero) {
    Bytes raw = Writer().bytes(bytes_of("abc")).encode();
    raw.back() = 1;
    EXPECT_FALSE(Reader(raw, 1).bytes(64));
    Bytes address = Writer().address(Address()).encode();
    address[11] = 1;
    EXPECT_FALSE(Reader(address, 1).address<Address>());
}

TEST(Abi, RefusesAnIntegerTooLargeForItsType) {
    for (const unsigned bits : {8U, 32U, 64U}) {
        Hash32 word;
        word.mutable_array()[31 - bits / 8] = 1;  // 2^bits
        const Bytes raw = Writer().word(word).encode();
        EXPECT_FALSE(Reader(raw, 1).integer(bits)) << bits;
        const std::uint64_t largest = ~0ULL >> (64U - bits);
        const Bytes fits = Writer().integer(largest).encode();
        EXPECT_EQ(Reader(fits, 1).integer(bits).value(), largest);
    }
    const Bytes two = Writer().integer(2).encode();
    EXPECT_FALSE(Reader(two, 1).boolean());
}

TEST(Abi, RefusesLengthsAndCountsOverTheMaximum) {
    const Bytes text = Writer().string("dave").encode();
    EXPECT_TRUE(Reader(text, 1).string(4));
    EXPECT_FALSE(Reader(text, 1).string(3));
    const Bytes words = Writer().words(std::array{number(1), number(2)}).encode();
    EXPECT_TRUE(Reader(words, 1).words(2));
    EXPECT_FALSE(Reader(words, 1).words(1));
    EXPECT_TRUE(read_strings(g_strings(), 3));
    EXPECT_FALSE(read_strings(g_strings(), 2));
}

TEST(Abi, AClaimedCountCostsNoMoreThanTheBytesThatAreThere) {
    Bytes raw = Writer().words({}).encode();
    raw[2 * kWordBytes - 5] = 0xFF;  // some 10^12 elements
    constexpr std::size_t kAny = ~std::size_t{0};
    EXPECT_FALSE(Reader(raw, 1).words(kAny));
    EXPECT_FALSE(Reader(raw, 1).byte_strings(kAny, kAny));
    EXPECT_FALSE(Reader(raw, 1).tuples(4, kAny));
    EXPECT_FALSE(Reader(raw, 1).bytes(kAny));
}

TEST(Abi, ArraysOfTuplesComeBack) {
    std::vector<Writer> rows;
    for (std::uint8_t i = 0; i < 5; ++i) {
        rows.push_back(Writer().word(number(i)).integer(i * 1000ULL));
    }
    const Bytes raw = Writer().tuples(rows).bytes(bytes_of("x")).encode();
    Reader reader(raw, 2);
    auto read = reader.tuples(2, 5);
    ASSERT_TRUE(read) << read.error().what;
    ASSERT_EQ(read->size(), 5U);
    EXPECT_EQ(read->at(4).word().value(), number(4));
    EXPECT_EQ(read->at(4).integer(64).value(), 4000U);
    EXPECT_TRUE(read->at(4).finish());
    EXPECT_EQ(text_of(reader.bytes(1).value()), "x");
    EXPECT_TRUE(reader.finish());
}

TEST(Abi, EmptyArraysStringsAndTuplesComeBack) {
    const Bytes raw = Writer().string("").words({}).byte_strings({}).tuples({}).encode();
    Reader reader(raw, 4);
    EXPECT_EQ(reader.string(0).value(), "");
    EXPECT_TRUE(reader.words(0).value().empty());
    EXPECT_TRUE(reader.byte_strings(0, 0).value().empty());
    EXPECT_TRUE(reader.tuples(3, 0).value().empty());
    EXPECT_TRUE(reader.finish());
    EXPECT_TRUE(Writer().encode().empty());
    EXPECT_TRUE(Reader({}, 0).finish());
}

}  // namespace
}  // namespace mednexus::abi
