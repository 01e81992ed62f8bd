#include "mednexus/crypto/x25519.hpp"

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace mednexus::crypto {
namespace {

X25519SecretKey secret_from(std::string_view hex) {
    return *X25519SecretKey::from(*codec::parse_hex(hex));
}

X25519PublicKey public_from(std::string_view hex) {
    return *codec::parse_hex_as<X25519PublicKey>(hex);
}

// RFC 7748 section 5.2.
TEST(X25519, MatchesRfc7748) {
    const auto first =
        x25519(secret_from("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
               public_from("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));
    EXPECT_EQ(codec::to_hex(first->reveal()),
              "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    const auto second =
        x25519(secret_from("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
               public_from("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"));
    EXPECT_EQ(codec::to_hex(second->reveal()),
              "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
}

// RFC 7748 section 6.1.
TEST(X25519, MatchesTheExchangeOfRfc7748) {
    const auto bob =
        secret_from("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    EXPECT_EQ(codec::to_hex(x25519_public_of(bob).view()),
              "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    const auto shared = x25519(
        bob, public_from("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
    EXPECT_EQ(codec::to_hex(shared->reveal()),
              "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST(X25519, BothSidesOfAFreshExchangeAgree) {
    SystemRandom random;
    const X25519SecretKey alice = make_x25519_secret(random);
    const X25519SecretKey bob = make_x25519_secret(random);
    const auto one = x25519(alice, x25519_public_of(bob));
    const auto other = x25519(bob, x25519_public_of(alice));
    EXPECT_TRUE(equal_in_constant_time(one->reveal(), other->reveal()));
}

// The points of small order on Curve25519 and its twist: https://cr.yp.to/ecdh.html#validate
TEST(X25519, RefusesPointsOfSmallOrder) {
    SystemRandom random;
    const X25519SecretKey secret = make_x25519_secret(random);
    for (const std::string_view point :
         {"0000000000000000000000000000000000000000000000000000000000000000",
          "0100000000000000000000000000000000000000000000000000000000000000",
          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        EXPECT_EQ(x25519(secret, public_from(point)).error().kind, Kind::invalid) << point;
    }
}

}  // namespace
}  // namespace mednexus::crypto
