#include "mednexus/codec/cursor.hpp"
#include "mednexus/storage/internal/test_support.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::storage {
namespace {

using internal::expect_kind;
using internal::Person;
using mednexus::testing::SeededRandom;

class HeaderTest : public ::testing::Test {
protected:
    SeededRandom random_{1};
    Person alice_{random_};
    Person bob_{random_};
    Sealed sealed_ = internal::seal_or_die(
        bytes_of("a case"), std::vector{alice_.public_key, bob_.public_key}, random_);
    Bytes raw_ = encode_header(sealed_.header);

    /// A preamble with any version and count.
    static Bytes preamble(std::uint32_t version, std::uint32_t count) {
        Bytes out = to_bytes(std::string_view("crypt4gh"));
        codec::append_le(out, version);
        codec::append_le(out, count);
        return out;
    }
};

TEST_F(HeaderTest, HasTheBytesOfTheStandard) {
    // magic, version 1, two packets of 8 + 32 + 12 + 40 + 16 = 108 bytes, method 0
    const Bytes start{'c', 'r', 'y', 'p', 't', '4', 'g', 'h', 1, 0, 0, 0, 2, 0, 0, 0};
    EXPECT_TRUE(internal::is_same(BytesView(raw_).first(16), start));
    EXPECT_EQ(raw_.size(), 16U + 2 * 108U);
    EXPECT_TRUE(internal::is_same(BytesView(raw_).subspan(16, 8), Bytes{108, 0, 0, 0, 0, 0, 0, 0}));
}

TEST_F(HeaderTest, IsReadBackAsWritten) {
    EXPECT_EQ(*parse_header(raw_), sealed_.header);
    EXPECT_EQ(encode_header(*parse_header(raw_)), raw_);
}

TEST_F(HeaderTest, IsTheFrontOfAStandardFile) {
    Bytes file = raw_;
    append(file, sealed_.body);
    const auto container = parse_container(file);
    ASSERT_TRUE(container);
    EXPECT_EQ(container->header, sealed_.header);
    EXPECT_TRUE(internal::is_same(container->body, sealed_.body));
}

TEST_F(HeaderTest, KeepsPacketsOfMethodsItDoesNotKnow) {
    Bytes raw = preamble(1, 1);
    codec::append_le(raw, std::uint32_t{10});
    codec::append_le(raw, std::uint32_t{77});
    append(raw, Bytes{1, 2});
    const auto header = parse_header(raw);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->packets.front().encryption_method, 77U);
    EXPECT_EQ(encode_header(*header), raw);
}

TEST_F(HeaderTest, RefusesEveryTruncation) {
    for (std::size_t size = 0; size < raw_.size(); ++size) {
        expect_kind(parse_header(BytesView(raw_).first(size)), Kind::invalid);
    }
}

TEST_F(HeaderTest, RefusesBytesAfterTheLastPacket) {
    raw_.push_back(0);
    expect_kind(parse_header(raw_), Kind::invalid);
}

TEST_F(HeaderTest, RefusesEveryFlippedBitOfMagicVersionCountAndFirstLength) {
    for (std::size_t bit = 0; bit < std::size_t{20} * 8; ++bit) {
        expect_kind(parse_header(internal::flipped(raw_, bit)), Kind::invalid);
    }
}

TEST_F(HeaderTest, RefusesZeroPacketsAndMoreThan256) {
    expect_kind(parse_header(preamble(1, 0)), Kind::invalid);
    for (const std::uint32_t count : {257U, 0x7fffffffU, 0xffffffffU}) {
        expect_kind(parse_header(preamble(1, count)), Kind::invalid);
    }
}

TEST_F(HeaderTest, RefusesPacketLengthsBelowTheirFraming) {
    for (std::uint32_t length = 0; length < 68; ++length) {
        Bytes raw = preamble(1, 1);
        codec::append_le(raw, length);
        codec::append_le(raw, std::uint32_t{0});
        raw.resize(raw.size() + 100);
        expect_kind(parse_container(raw), Kind::invalid);
    }
}

TEST_F(HeaderTest, RefusesMoreThanOneMebibyte) {
    Bytes raw = preamble(1, 200);
    for (int i = 0; i < 200; ++i) {
        codec::append_le(raw, std::uint32_t{8 + 6000});
        codec::append_le(raw, std::uint32_t{9});
        raw.resize(raw.size() + 6000);
    }
    ASSERT_GT(raw.size(), kHeaderSizeBytesMax);
    expect_kind(parse_header(raw), Kind::invalid);
    Bytes one_packet = preamble(1, 1);
    codec::append_le(one_packet, std::uint32_t{kHeaderSizeBytesMax + 1});
    one_packet.resize(kHeaderSizeBytesMax + 100);
    expect_kind(parse_header(one_packet), Kind::invalid);
}

}  // namespace
}  // namespace mednexus::storage
