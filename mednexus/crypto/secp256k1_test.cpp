#include "mednexus/crypto/secp256k1.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {
namespace {

constexpr const char* kOne = "0000000000000000000000000000000000000000000000000000000000000001";
constexpr const char* kOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
constexpr const char* kOrderLessOne =
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
constexpr const char* kZero = "0000000000000000000000000000000000000000000000000000000000000000";
// EIP-155, "Example": the key, the hash it signs, its signature and its account.
constexpr const char* kExampleKey =
    "4646464646464646464646464646464646464646464646464646464646464646";
constexpr const char* kExampleDigest =
    "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53";

Secret<32> key_of(std::string_view hex) {
    return Secret<32>::from(codec::parse_hex(hex).value()).value();
}

Hash32 hash_of(std::string_view hex) {
    return codec::parse_hex_as<Hash32>(hex).value();
}

RecoverableSignature example() {
    return sign_recoverable(key_of(kExampleKey), hash_of(kExampleDigest)).value();
}

/// n - s, which signs the same with the other parity.
Hash32 negated(const Hash32& s) {
    const Hash32 order = hash_of(kOrder);
    Hash32 out;
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int digit = order.array()[i] - s.array()[i] - borrow;
        borrow = digit < 0 ? 1 : 0;
        out.mutable_array()[i] = static_cast<std::uint8_t>(digit + 256 * borrow);
    }
    return out;
}

struct Deterministic {
    const char* key;
    const char* message;
    const char* r;
    const char* s;
};

// RFC 6979 on secp256k1 with SHA-256, as bitcoin-core/secp256k1, trezor-crypto and python-ecdsa
// test it (first published in bitcointalk.org topic 285142).
constexpr Deterministic kDeterministic[] = {
    {kOne,
     "Satoshi Nakamoto",
     "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
     "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"},
    {kOne,
     "All those moments will be lost in time, like tears in rain. Time to die...",
     "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
     "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"},
    {kOrderLessOne,
     "Satoshi Nakamoto",
     "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
     "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"},
    {"f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181",
     "Alan Turing",
     "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c",
     "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea"}};

TEST(Secp256k1, SignsTheKnownDeterministicSignatures) {
    for (const Deterministic& vector : kDeterministic) {
        const auto signature =
            sign_recoverable(key_of(vector.key), sha256(bytes_of(vector.message)));
        ASSERT_TRUE(signature) << vector.message;
        EXPECT_EQ(codec::to_hex(signature->r.view()), vector.r);
        EXPECT_EQ(codec::to_hex(signature->s.view()), vector.s);
    }
}

TEST(Secp256k1, SignsTheExampleOfEip155) {
    const RecoverableSignature signature = example();
    EXPECT_EQ(codec::to_hex(signature.r.view()),
              "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276");
    EXPECT_EQ(codec::to_hex(signature.s.view()),
              "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
    EXPECT_EQ(signature.parity, 0);
}

TEST(Secp256k1, GivesTheKnownAccountsOfKeys) {
    EXPECT_EQ(to_checksum_address(evm_address_of(key_of(kExampleKey)).value()),
              "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
    EXPECT_EQ(to_checksum_address(evm_address_of(key_of(kOne)).value()),
              "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
}

TEST(Secp256k1, RecoversTheSignerOfWhatItSigned) {
    for (std::uint8_t i = 1; i < 50; ++i) {
        Secret<32> key;
        key.mutable_reveal()[31] = i;
        const Hash32 digest = sha256(std::array{i});
        const auto signature = sign_recoverable(key, digest);
        ASSERT_TRUE(signature);
        EXPECT_EQ(recover_signer(digest, *signature).value(), evm_address_of(key).value());
    }
}

TEST(Secp256k1, AnotherDigestOrParityRecoversSomebodyElse) {
    const EvmAddress signer = evm_address_of(key_of(kExampleKey)).value();
    RecoverableSignature signature = example();
    EXPECT_EQ(recover_signer(hash_of(kExampleDigest), signature).value_or(EvmAddress()), signer);
    EXPECT_NE(recover_signer(hash_of(kOne), signature).value_or(EvmAddress()), signer);
    signature.parity = 1;
    EXPECT_NE(recover_signer(hash_of(kExampleDigest), signature).value_or(EvmAddress()), signer);
}

TEST(Secp256k1, RefusesHighSAlthoughItIsTheSameSignature) {
    RecoverableSignature signature = example();
    signature.s = negated(signature.s);
    signature.parity = 1;
    const auto recovered = recover_signer(hash_of(kExampleDigest), signature);
    ASSERT_FALSE(recovered);
    EXPECT_EQ(recovered.error().what, "secp256k1.recover: high s");
}

TEST(Secp256k1, RefusesZeroTooLargeAndForeignNumbersInASignature) {
    const Hash32 digest = hash_of(kExampleDigest);
    for (const char* bad : {kZero, kOrder}) {
        RecoverableSignature signature = example();
        signature.r = hash_of(bad);
        EXPECT_FALSE(recover_signer(digest, signature)) << bad;
        signature = example();
        signature.s = hash_of(bad);
        EXPECT_FALSE(recover_signer(digest, signature)) << bad;
    }
    RecoverableSignature signature = example();
    signature.parity = 2;
    EXPECT_FALSE(recover_signer(digest, signature));
    // x = 5 is on no point: 5³ + 7 is no square.
    signature = example();
    signature.r = hash_of("0000000000000000000000000000000000000000000000000000000000000005");
    EXPECT_FALSE(recover_signer(digest, signature));
}

TEST(Secp256k1, RefusesKeysThatAreNoScalar) {
    EXPECT_TRUE(is_valid_scalar(key_of(kOne)));
    EXPECT_TRUE(is_valid_scalar(key_of(kOrderLessOne)));
    for (const char* bad : {kZero, kOrder}) {
        EXPECT_FALSE(is_valid_scalar(key_of(bad)));
        EXPECT_FALSE(evm_address_of(key_of(bad)));
        EXPECT_FALSE(sign_recoverable(key_of(bad), hash_of(kOne)));
    }
}

TEST(Secp256k1, SixtyFiveBytesComeBack) {
    const RecoverableSignature signature = example();
    const auto raw = to_rsv(signature);
    EXPECT_EQ(raw.back(), 27);
    EXPECT_EQ(parse_rsv(raw).value(), signature);
}

TEST(Secp256k1, RefusesOtherLengthsAndOtherV) {
    const auto raw = to_rsv(example());
    EXPECT_FALSE(parse_rsv(BytesView(raw).first(64)));
    EXPECT_FALSE(parse_rsv({}));
    for (const int v : {0, 1, 26, 29, 37}) {
        auto bad = raw;
        bad.back() = static_cast<std::uint8_t>(v);
        EXPECT_FALSE(parse_rsv(bad)) << v;
    }
}

// EIP-55, "Test Cases".
constexpr const char* kChecksummed[] = {"0x52908400098527886E0F7030069857D2E4169EE7",
                                        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
                                        "0xde709f2102306220921060314715629080e2fb77",
                                        "0x27b1fdb04752bbc536007a920d24acb045561c26",
                                        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                                        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                                        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                                        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"};

TEST(EvmAddress, WritesAndReadsTheCasesOfEip55) {
    for (const char* text : kChecksummed) {
        const auto address = parse_evm_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(to_checksum_address(*address), text);
        std::string lower = text;
        std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        EXPECT_EQ(parse_evm_address(lower).value(), *address);
    }
}

TEST(EvmAddress, RefusesMixedCaseThatIsNotTheChecksum) {
    for (const char* text : kChecksummed) {
        for (std::size_t i = 2; i < 42; ++i) {
            std::string bad = text;
            if (std::isalpha(static_cast<unsigned char>(bad[i])) == 0) {
                continue;
            }
            bad[i] = static_cast<char>(bad[i] ^ 0x20);
            EXPECT_FALSE(parse_evm_address(bad)) << bad;
        }
    }
}

TEST(EvmAddress, RefusesOtherForms) {
    for (const char* bad : {"",
                            "0x",
                            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                            "0X27b1fdb04752bbc536007a920d24acb045561c26",
                            "0x27b1fdb04752bbc536007a920d24acb045561c2",
                            "0x27b1fdb04752bbc536007a920d24acb045561c2600",
                            "0x27b1fdb04752bbc536007a920d24acb045561c2g",
                            " 0x27b1fdb04752bbc536007a920d24acb045561c26"}) {
        EXPECT_FALSE(parse_evm_address(bad)) << bad;
    }
}

}  // namespace
}  // namespace mednexus::crypto
