#include <algorithm>

#include <gtest/gtest.h>

#include "mednexus/chain/internal/published_block.hpp"
#include "mednexus/chain/receipt_proof.hpp"
#include "mednexus/codec/rlp.hpp"

namespace mednexus::chain {
namespace {

using internal::published;

Header published_header() {
    return parse_header(published().headers.back()).value();
}

TEST(Header, OfAPublishedBlockHasThePublishedHash) {
    const Header header = published_header();
    EXPECT_EQ(codec::to_hex(header.ref.hash.view()), published().hash);
    EXPECT_EQ(header.ref.number, 54U);
    EXPECT_EQ(header.ref.time, UnixTime{540});
}

TEST(Header, NamesTheOneBeforeIt) {
    const auto& headers = published().headers;
    for (std::size_t i = 1; i < headers.size(); ++i) {
        const Header before = parse_header(headers[i - 1]).value();
        const Header header = parse_header(headers[i]).value();
        EXPECT_EQ(header.ref.parent, before.ref.hash);
        EXPECT_EQ(header.ref.number, before.ref.number + 1);
    }
}

TEST(Header, RefusesEveryTruncationAndBytesAfterIt) {
    Bytes raw = published().headers.back();
    for (std::size_t size = 0; size < raw.size(); ++size) {
        EXPECT_FALSE(parse_header(BytesView(raw).first(size))) << size;
    }
    raw.push_back(0x80);
    EXPECT_FALSE(parse_header(raw));
}

TEST(Header, NoFlippedBitKeepsTheHash) {
    const Hash32 hash = published_header().ref.hash;
    for (std::size_t bit = 0; bit < 8 * published().headers.back().size(); bit += 3) {
        Bytes raw = published().headers.back();
        raw[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto header = parse_header(raw);
        EXPECT_TRUE(!header || header->ref.hash != hash) << bit;
    }
}

/// The published header with field `index` put in place of its own, cut to `count` fields.
Bytes header_with(std::size_t index, const Bytes& encoded, std::size_t count = 99) {
    const Bytes& raw = published().headers.back();
    const auto item = rlp::parse(raw).value();
    rlp::List list;
    for (std::size_t i = 0; i < std::min(count, item.items.size()); ++i) {
        list.add_encoded(i == index ? BytesView(encoded) : item.items[i].encoded);
    }
    return list.encode();
}

TEST(Header, TakesTheFifteenFieldsOfBeforeEip1559AndRefusesFewer) {
    EXPECT_TRUE(parse_header(header_with(99, {}, 15)));
    EXPECT_FALSE(parse_header(header_with(99, {}, 14)));
    EXPECT_FALSE(parse_header(rlp::encode(Bytes(600, 1))));
}

TEST(Header, RefusesMoreFieldsOrBytesThanAnyHeaderHas) {
    rlp::List list;
    for (std::size_t i = 0; i < 33; ++i) {
        list.add({});
    }
    EXPECT_FALSE(parse_header(list.encode()));
    EXPECT_FALSE(parse_header(header_with(12, rlp::encode(Bytes(kHeaderSizeBytesMax, 1)))));
}

TEST(Header, RefusesFieldsOfAnotherLengthOrKind) {
    ASSERT_TRUE(parse_header(header_with(99, {})));
    for (std::size_t field = 0; field < 15; ++field) {
        EXPECT_FALSE(parse_header(header_with(field, rlp::List().encode()))) << field;
    }
    for (const std::size_t field : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 13U, 14U}) {
        EXPECT_FALSE(parse_header(header_with(field, rlp::encode(Bytes(33, 1))))) << field;
    }
    for (const std::size_t field : {7U, 8U, 9U, 10U, 11U}) {
        EXPECT_FALSE(parse_header(header_with(field, Bytes{0x00}))) << field;
        EXPECT_FALSE(parse_header(header_with(field, rlp::encode(Bytes(33, 1))))) << field;
    }
    EXPECT_FALSE(parse_header(header_with(11, rlp::encode_integer(1ULL << 63U))));
}

}  // namespace
}  // namespace mednexus::chain
