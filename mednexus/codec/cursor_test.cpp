#include "mednexus/codec/cursor.hpp"

#include <gtest/gtest.h>

namespace mednexus::codec {
namespace {

TEST(Cursor, ReadsBackWhatTheAppendersWrote) {
    Bytes bytes;
    append_be<std::uint8_t>(bytes, 0x01);
    append_be<std::uint16_t>(bytes, 0x0203);
    append_be<std::uint32_t>(bytes, 0x04050607);
    append_be<std::uint64_t>(bytes, 0xF8090A0B0C0D0E0F);
    append_le<std::uint32_t>(bytes, 0xF4050607);
    append_le<std::uint64_t>(bytes, 0xF8090A0B0C0D0E0F);
    EXPECT_EQ(bytes[1], 0x02);
    EXPECT_EQ(bytes[15], 0x07);
    Cursor cursor(bytes);
    EXPECT_EQ(cursor.u8(), 0x01);
    EXPECT_EQ(cursor.u16_be(), 0x0203);
    EXPECT_EQ(cursor.u32_be(), 0x04050607U);
    EXPECT_EQ(cursor.u64_be(), 0xF8090A0B0C0D0E0FU);
    EXPECT_EQ(cursor.u32_le(), 0xF4050607U);
    EXPECT_EQ(cursor.u64_le(), 0xF8090A0B0C0D0E0FU);
    EXPECT_EQ(cursor.remaining(), 0U);
}

TEST(Cursor, RefusesToReadPastTheEndAndStaysWhereItWas) {
    const Bytes bytes{1, 2, 3};
    Cursor cursor(bytes);
    ASSERT_TRUE(cursor.u8());
    EXPECT_EQ(cursor.u32_be().error().what, "truncated at byte 1");
    EXPECT_EQ(cursor.u64_be().error().kind, Kind::invalid);
    EXPECT_EQ(cursor.u32_le().error().kind, Kind::invalid);
    EXPECT_EQ(cursor.u64_le().error().kind, Kind::invalid);
    EXPECT_FALSE(cursor.take(3));
    EXPECT_FALSE(cursor.take(SIZE_MAX));
    EXPECT_EQ(cursor.position(), 1U);
    EXPECT_EQ(cursor.u16_be(), 0x0203);
    EXPECT_FALSE(cursor.u8());
    EXPECT_EQ(cursor.take(0)->size(), 0U);
}

}  // namespace
}  // namespace mednexus::codec
