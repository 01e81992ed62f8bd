#include "mednexus/crypto/key_wrap.hpp"

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/aead.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace mednexus::crypto {
namespace {

constexpr Argon2idCost kCheap{.memory_kib = 8, .passes = 1};

SecretBytes secret(std::string_view text) {
    return SecretBytes(to_bytes(text));
}

/// 0, 1, 2, …: the bytes that docs/formats/keystore.md section 1 shows.
class Counting final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) {
            byte = next_++;
        }
    }

private:
    std::uint8_t next_ = 0;
};

Bytes sample() {
    Counting random;
    return *wrap_with_passphrase(secret("password"), bytes_of("secret"), kCheap, random);
}

Kind refusal_of(BytesView wrapped, std::string_view passphrase = "password") {
    const auto opened = unwrap_with_passphrase(secret(passphrase), wrapped, kCheap);
    EXPECT_FALSE(opened);
    return opened ? Kind::internal : opened.error().kind;
}

TEST(KeyWrap, WritesTheBytesOfItsFormatPage) {
    EXPECT_EQ(codec::to_hex(sample()),
              "6d6e782d7772617000010000000800000001000102030405060708090a0b0c0d0e0f1011121314151617"
              "18191a1b"
              "de035302a64d06707e4701836d4d71583815af2cb25b");
}

TEST(KeyWrap, OpensWhatItWrapped) {
    SystemRandom random;
    for (const std::size_t size : {0U, 1U, 32U, 5000U}) {
        const Bytes plain(size, 0x77);
        const Bytes wrapped = *wrap_with_passphrase(secret("pass phrase"), plain, kCheap, random);
        EXPECT_EQ(wrapped.size(), size + kWrapHeaderSizeBytes + kAeadTagSizeBytes);
        const auto opened = unwrap_with_passphrase(secret("pass phrase"), wrapped);
        ASSERT_TRUE(opened);
        EXPECT_EQ(to_bytes(opened->reveal()), plain);
    }
}

TEST(KeyWrap, TwiceTheSameSecretIsNeverTheSameFile) {
    SystemRandom random;
    const auto wrap = [&] {
        return *wrap_with_passphrase(secret("p"), bytes_of("x"), kCheap, random);
    };
    EXPECT_NE(wrap(), wrap());
}

TEST(KeyWrap, RefusesAnotherPassphrase) {
    for (const std::string_view other : {"", "Password", "password ", "passwor"}) {
        EXPECT_EQ(refusal_of(sample(), other), Kind::denied);
    }
}

TEST(KeyWrap, RefusesEveryFlippedBit) {
    const Bytes good = sample();
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        Bytes bad = good;
        bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const bool is_judged_first = bit / 8 < 18;  // magic, version, cost
        EXPECT_EQ(refusal_of(bad), is_judged_first ? Kind::corrupt : Kind::denied) << bit;
    }
}

TEST(KeyWrap, RefusesEveryOtherLength) {
    const Bytes good = sample();
    for (std::size_t size = 0; size < good.size(); ++size) {
        const bool is_too_short = size < kWrapHeaderSizeBytes + kAeadTagSizeBytes;
        EXPECT_EQ(refusal_of(BytesView(good).first(size)),
                  is_too_short ? Kind::corrupt : Kind::denied);
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(refusal_of(longer), Kind::denied);
    EXPECT_EQ(refusal_of(Bytes(kWrappedSizeBytesMax + 1, 0)), Kind::corrupt);
}

/// A header that asks for 4 TiB or 2^32 passes is refused by its numbers; nothing is computed.
TEST(KeyWrap, JudgesTheCostBeforeItComputes) {
    for (const std::size_t at : {10U, 14U}) {
        for (const unsigned high : {0x01U, 0x80U, 0xFFU}) {
            Bytes bad = sample();
            bad[at] = static_cast<std::uint8_t>(high);
            const auto opened = unwrap_with_passphrase(secret("password"), bad);
            EXPECT_EQ(opened.error().what, "key_wrap: cost outside its bounds");
        }
    }
}

TEST(KeyWrap, RefusesToWrapAtACostNobodyWouldOpen) {
    SystemRandom random;
    for (const Argon2idCost cost : {Argon2idCost{7, 1},
                                    Argon2idCost{8, 0},
                                    Argon2idCost{kWrapCostMax.memory_kib + 1, 1},
                                    Argon2idCost{8, kWrapCostMax.passes + 1}}) {
        EXPECT_EQ(wrap_with_passphrase(secret("p"), {}, cost, random).error().kind, Kind::invalid);
    }
    const Bytes too_long(kWrappedSizeBytesMax, 0);
    EXPECT_EQ(wrap_with_passphrase(secret("p"), too_long, kCheap, random).error().kind,
              Kind::invalid);
}

}  // namespace
}  // namespace mednexus::crypto
