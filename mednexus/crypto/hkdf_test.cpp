#include <numeric>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {
namespace {

Bytes counting(std::uint8_t first, std::size_t count) {
    Bytes out(count);
    std::iota(out.begin(), out.end(), first);
    return out;
}

// RFC 4231 sections 4.2 to 4.8 (4.6 truncates and is left out).
TEST(HmacSha256, MatchesRfc4231) {
    struct Sample {
        Bytes key;
        Bytes data;
        std::string_view tag;
    };

    const std::vector<Sample> samples{
        {Bytes(20, 0x0b),
         to_bytes("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {to_bytes("Jefe"),
         to_bytes("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {Bytes(20, 0xaa),
         Bytes(50, 0xdd),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {counting(1, 25),
         Bytes(50, 0xcd),
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {Bytes(131, 0xaa),
         to_bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {Bytes(131, 0xaa),
         to_bytes("This is a test using a larger than block-size key and a larger than block-size "
                  "data. The key needs to be hashed before being used by the HMAC algorithm."),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
    for (const Sample& sample : samples) {
        EXPECT_EQ(codec::to_hex(hmac_sha256(sample.key, sample.data).view()), sample.tag);
    }
}

TEST(HmacSha256, TakesEmptyKeysAndData) {
    EXPECT_EQ(codec::to_hex(hmac_sha256({}, {}).view()),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// RFC 5869 appendix A.1 to A.3.
TEST(HkdfSha256, MatchesRfc5869) {
    const auto first = hkdf_sha256(Bytes(22, 0x0b), counting(0, 13), counting(0xf0, 10), 42);
    EXPECT_EQ(
        codec::to_hex(first->reveal()),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    const auto second = hkdf_sha256(counting(0, 80), counting(0x60, 80), counting(0xb0, 80), 82);
    EXPECT_EQ(codec::to_hex(second->reveal()),
              "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
              "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
              "cc30c58179ec3e87c14c01d5c1f3434f1d87");
    const auto third = hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42);
    EXPECT_EQ(
        codec::to_hex(third->reveal()),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(HkdfSha256, RefusesLengthsItCannotMake) {
    EXPECT_EQ(hkdf_sha256(Bytes(32, 1), {}, {}, 0).error().kind, Kind::invalid);
    EXPECT_EQ(hkdf_sha256(Bytes(32, 1), {}, {}, 8161).error().kind, Kind::invalid);
    EXPECT_EQ(hkdf_sha256(Bytes(32, 1), {}, {}, 8160)->size_bytes(), 8160U);
}

TEST(DeriveKey, EachLabelNamesAnotherKey) {
    const auto root = Secret<32>::from(counting(0, 32));
    const Secret<32> a = derive_key(*root, "mednexus/a");
    const Secret<32> b = derive_key(*root, "mednexus/b");
    EXPECT_FALSE(equal_in_constant_time(a.reveal(), b.reveal()));
    const auto slow = hkdf_sha256(root->reveal(), {}, bytes_of("mednexus/a"), 32);
    EXPECT_TRUE(equal_in_constant_time(a.reveal(), slow->reveal()));
}

}  // namespace
}  // namespace mednexus::crypto
