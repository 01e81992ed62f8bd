#include "mednexus/crypto/chacha20.hpp"

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"

namespace mednexus::crypto {
namespace {

std::array<std::uint8_t, 32> counting_key() {
    std::array<std::uint8_t, 32> key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(i);
    }
    return key;
}

// RFC 8439, section 2.3.2.
TEST(ChaCha20, GivesTheBlockOfTheStandard) {
    const ChaCha20Nonce nonce{0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0};
    Bytes block(kChaCha20BlockBytes);
    chacha20_keystream(counting_key(), nonce, 1, block);
    EXPECT_EQ(codec::to_hex(block),
              "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
              "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e");
}

TEST(ChaCha20, GivesOneStreamInPieces) {
    const ChaCha20Nonce nonce{7};
    Bytes whole(1000);
    chacha20_keystream(counting_key(), nonce, 0, whole);
    Bytes rest(1000 - 3 * kChaCha20BlockBytes);
    chacha20_keystream(counting_key(), nonce, 3, rest);
    EXPECT_TRUE(std::equal(rest.begin(), rest.end(), whole.begin() + 3 * kChaCha20BlockBytes));
    chacha20_keystream(counting_key(), nonce, 0, {});
}

}  // namespace
}  // namespace mednexus::crypto
