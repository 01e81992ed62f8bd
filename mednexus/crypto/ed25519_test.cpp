#include "mednexus/crypto/ed25519.hpp"

#include <array>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace mednexus::crypto {
namespace {

struct Sample {
    std::string_view seed;
    std::string_view public_key;
    std::string_view message;
    std::string_view signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
constexpr std::array<Sample, 3> kSamples{
    {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
     {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
     {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"}}};

Ed25519Signature signature_of(const Sample& sample) {
    return *codec::parse_hex_as<Ed25519Signature>(sample.signature);
}

Ed25519PublicKey key_of(const Sample& sample) {
    return *codec::parse_hex_as<Ed25519PublicKey>(sample.public_key);
}

TEST(Ed25519, MatchesRfc8032) {
    for (const Sample& sample : kSamples) {
        const auto seed = Ed25519Seed::from(*codec::parse_hex(sample.seed));
        const Bytes message = *codec::parse_hex(sample.message);
        EXPECT_EQ(ed25519_public_of(*seed), key_of(sample));
        EXPECT_EQ(ed25519_sign(*seed, message), signature_of(sample));
        EXPECT_TRUE(ed25519_verify(key_of(sample), message, signature_of(sample)));
    }
}

TEST(Ed25519, RefusesEveryFlippedBitOfTheSignature) {
    const Bytes message = *codec::parse_hex(kSamples[2].message);
    for (std::size_t bit = 0; bit < 512; ++bit) {
        Ed25519Signature signature = signature_of(kSamples[2]);
        signature.mutable_array()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_EQ(ed25519_verify(key_of(kSamples[2]), message, signature).error().kind,
                  Kind::denied);
    }
}

TEST(Ed25519, RefusesAnotherMessageOrKey) {
    const Ed25519Signature signature = signature_of(kSamples[1]);
    EXPECT_FALSE(ed25519_verify(key_of(kSamples[1]), Bytes{0x73}, signature));
    EXPECT_FALSE(ed25519_verify(key_of(kSamples[1]), {}, signature));
    EXPECT_FALSE(ed25519_verify(key_of(kSamples[0]), Bytes{0x72}, signature));
}

/// S + L verifies under the bare equation; RFC 8032 section 5.1.7 refuses it (malleability).
TEST(Ed25519, RefusesASignatureWhoseScalarIsNotReduced) {
    const Bytes order =
        *codec::parse_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    Ed25519Signature signature = signature_of(kSamples[0]);
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{signature.array()[32 + i]} + order[i];
        signature.mutable_array()[32 + i] = static_cast<std::uint8_t>(carry & 0xFFU);
        carry >>= 8U;
    }
    EXPECT_FALSE(ed25519_verify(key_of(kSamples[0]), {}, signature));
}

/// Under the identity as key, R = identity and S = 0 satisfy the equation for every message.
TEST(Ed25519, RefusesKeysOfSmallOrderAndNonCanonicalOnes) {
    for (const std::string_view key :
         {"0100000000000000000000000000000000000000000000000000000000000000",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "0000000000000000000000000000000000000000000000000000000000000000",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
        Ed25519Signature signature;
        signature.mutable_array()[0] = 1;
        EXPECT_FALSE(ed25519_verify(*codec::parse_hex_as<Ed25519PublicKey>(key), {}, signature));
    }
}

TEST(Ed25519, VerifiesWhatAFreshKeySigned) {
    SystemRandom random;
    const Ed25519Seed seed = make_ed25519_seed(random);
    const Bytes message(1000, 0x33);
    EXPECT_TRUE(ed25519_verify(ed25519_public_of(seed), message, ed25519_sign(seed, message)));
}

}  // namespace
}  // namespace mednexus::crypto
