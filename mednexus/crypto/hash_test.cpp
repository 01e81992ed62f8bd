#include "mednexus/crypto/hash.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"

namespace mednexus::crypto {
namespace {

std::string hex(const Hash32& hash) {
    return codec::to_hex(hash.view());
}

// FIPS 180-4; messages and digests of the NIST example document "SHA256.pdf".
TEST(Sha256, MatchesTheExamplesOfFips180) {
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256(bytes_of("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hex(sha256(Bytes(1000000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameDigestAsTheWhole) {
    const Bytes data(1000, 0x5A);
    for (const std::size_t piece : {1U, 55U, 63U, 64U, 65U, 999U}) {
        Sha256 hasher;
        for (std::size_t at = 0; at < data.size(); at += piece) {
            hasher.update(BytesView(data).subspan(at, std::min(piece, data.size() - at)));
        }
        EXPECT_EQ(hasher.finish(), sha256(data)) << piece;
    }
    EXPECT_EQ(Sha256().finish(), sha256({}));
}

TEST(Sha256, MovesWithItsState) {
    Sha256 first;
    first.update(bytes_of("ab"));
    Sha256 second(std::move(first));
    second.update(bytes_of("c"));
    EXPECT_EQ(second.finish(), sha256(bytes_of("abc")));
}

TEST(Sha256DeathTest, CannotBeFinishedTwice) {
    Sha256 hasher;
    (void)hasher.finish();
    EXPECT_DEATH((void)hasher.finish(), "finished");
    EXPECT_DEATH(hasher.update({}), "finished");
}

// Keccak team, "KeccakKAT" ShortMsgKAT_256 (Len 0 and 8); "abc" as in every Ethereum client.
TEST(Keccak256, UsesTheOriginalPadding) {
    EXPECT_EQ(hex(keccak256({})),
              "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    EXPECT_EQ(hex(keccak256(Bytes{0xCC})),
              "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a");
    EXPECT_EQ(hex(keccak256(bytes_of("abc"))),
              "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    EXPECT_EQ(hex(zero_g_leaf(Bytes(256, 0))),
              "d397b3b043d87fcd6fad1291ff0bfd16401c274896d8c63a923727f077b8e0b5");
}

TEST(Keccak256, HashesAcrossItsBlockSize) {
    const Bytes data(300, 0x11);
    for (const std::size_t size : {135U, 136U, 137U, 271U, 272U, 273U}) {
        const BytesView part = BytesView(data).first(size);
        EXPECT_EQ(keccak256(part), keccak256(to_bytes(part)));
        EXPECT_NE(keccak256(part), keccak256(BytesView(data).first(size + 1)));
    }
}

// RFC 7693 appendix A.
TEST(Blake2b, MatchesRfc7693) {
    EXPECT_EQ(codec::to_hex(blake2b_512(bytes_of("abc")).reveal()),
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
              "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

TEST(TreeHashes, PutTheirPrefixInFront) {
    const Hash32 a = sha256(bytes_of("a"));
    const Hash32 b = sha256(bytes_of("b"));
    Bytes node{0x01};
    append(node, a.view());
    append(node, b.view());
    EXPECT_EQ(rfc6962_node(a, b), sha256(node));
    EXPECT_EQ(rfc6962_leaf(Bytes{7}), sha256(Bytes{0x00, 7}));
    EXPECT_EQ(hex(rfc6962_leaf({})),
              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    EXPECT_EQ(zero_g_node(a, b), keccak256(BytesView(node).subspan(1)));
    EXPECT_NE(zero_g_node(a, b), zero_g_node(b, a));
}

// The first is the vector of dryoc's comparison with libsodium; the reference implementation
// (P-H-C/phc-winner-argon2, libargon2 20171227) gives all three.
TEST(Argon2id, MatchesTheReferenceImplementation) {
    struct Sample {
        std::string_view passphrase;
        Argon2idCost cost;
        std::string_view key;
    };

    const std::array<Sample, 3> samples{
        {{"password", {8, 1}, "771338d819573c67116b39e1788ae8e04b0eb0cf9dfbbfe2e6d746cf3e464fc7"},
         {"password", {256, 3}, "3d5913f91b0433c9cd70ec8243047fbb33632075ce4dc4e01cb2689a37ffc24c"},
         {"", {1024, 2}, "573c51db6a633f931b6ffc71fbde10e33b688b88bcfa4963803e8f59c84a9b1e"}}};
    for (const Sample& sample : samples) {
        const auto key = argon2id(
            SecretBytes(to_bytes(sample.passphrase)), bytes_of("0123456789abcdef"), sample.cost);
        ASSERT_TRUE(key);
        EXPECT_EQ(codec::to_hex(key->reveal()), sample.key);
    }
}

TEST(Argon2id, RefusesCostsOutsideItsBoundsAndOtherSalts) {
    const SecretBytes passphrase(to_bytes("password"));
    const Bytes salt(16, 1);
    for (const Argon2idCost cost : {Argon2idCost{7, 1},
                                    Argon2idCost{4194305, 1},
                                    Argon2idCost{8, 0},
                                    Argon2idCost{8, 65},
                                    Argon2idCost{UINT32_MAX, 1}}) {
        EXPECT_EQ(argon2id(passphrase, salt, cost).error().kind, Kind::invalid);
    }
    for (const std::size_t size : {0U, 8U, 15U, 17U}) {
        EXPECT_EQ(argon2id(passphrase, Bytes(size, 1), {8, 1}).error().kind, Kind::invalid);
    }
}

TEST(EqualInConstantTime, ComparesLengthsAndBytes) {
    const Bytes a{1, 2, 3};
    EXPECT_TRUE(equal_in_constant_time(a, Bytes{1, 2, 3}));
    EXPECT_TRUE(equal_in_constant_time({}, {}));
    EXPECT_FALSE(equal_in_constant_time(a, Bytes{1, 2}));
    EXPECT_FALSE(equal_in_constant_time(a, {}));
    for (std::size_t bit = 0; bit < 24; ++bit) {
        Bytes b = a;
        b[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_FALSE(equal_in_constant_time(a, b));
    }
}

}  // namespace
}  // namespace mednexus::crypto
