#include "mednexus/crypto/aead.hpp"

#include <array>
#include <numeric>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"

namespace mednexus::crypto {
namespace {

AeadKey key_from(std::uint8_t first) {
    AeadKey key;
    std::iota(key.mutable_reveal().begin(), key.mutable_reveal().end(), first);
    return key;
}

AeadNonce nonce_from(std::string_view hex) {
    return *codec::parse_hex_as<AeadNonce>(hex);
}

constexpr std::string_view kPlain =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";

struct Sealed {
    AeadKey key = key_from(0x80);
    AeadNonce nonce = nonce_from("070000004041424344454647");
    Bytes aad = *codec::parse_hex("50515253c0c1c2c3c4c5c6c7");
    Bytes sealed = aead_seal(key, nonce, aad, bytes_of(kPlain));
};

// RFC 8439 section 2.8.2.
TEST(Aead, MatchesRfc8439) {
    const Sealed sample;
    EXPECT_EQ(codec::to_hex(sample.sealed),
              "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
              "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
              "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
              "3ff4def08e4b7a9de576d26586cec64b6116"
              "1ae10b594f09e26a7e902ecbd0600691");
    EXPECT_EQ(aead_open(sample.key, sample.nonce, sample.aad, sample.sealed), to_bytes(kPlain));
}

TEST(Aead, OpensWhatItSealedAtEveryLength) {
    const AeadKey key = key_from(1);
    for (std::size_t size = 0; size < 200; ++size) {
        const Bytes plain(size, 0x42);
        const Bytes sealed = aead_seal(key, {}, {}, plain);
        EXPECT_EQ(sealed.size(), size + kAeadTagSizeBytes);
        EXPECT_EQ(aead_open(key, {}, {}, sealed), plain);
    }
}

TEST(Aead, RefusesEveryFlippedBit) {
    const Sealed sample;
    for (std::size_t bit = 0; bit < 8 * sample.sealed.size(); ++bit) {
        Bytes bytes = sample.sealed;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto opened = aead_open(sample.key, sample.nonce, sample.aad, bytes);
        ASSERT_FALSE(opened) << bit;
        EXPECT_EQ(opened.error().kind, Kind::corrupt);
    }
}

TEST(Aead, RefusesAnotherKeyNonceOrAad) {
    const Sealed sample;
    EXPECT_FALSE(aead_open(key_from(0x81), sample.nonce, sample.aad, sample.sealed));
    EXPECT_FALSE(
        aead_open(sample.key, nonce_from("070000004041424344454646"), sample.aad, sample.sealed));
    EXPECT_FALSE(aead_open(sample.key, sample.nonce, {}, sample.sealed));
    Bytes longer = sample.aad;
    longer.push_back(0);
    EXPECT_FALSE(aead_open(sample.key, sample.nonce, longer, sample.sealed));
}

TEST(Aead, RefusesEveryOtherLength) {
    const Sealed sample;
    for (std::size_t size = 0; size < sample.sealed.size(); ++size) {
        const BytesView part = BytesView(sample.sealed).first(size);
        EXPECT_EQ(aead_open(sample.key, sample.nonce, sample.aad, part).error().kind,
                  Kind::corrupt);
    }
    Bytes longer = sample.sealed;
    longer.push_back(0);
    EXPECT_FALSE(aead_open(sample.key, sample.nonce, sample.aad, longer));
}

}  // namespace
}  // namespace mednexus::crypto
