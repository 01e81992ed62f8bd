#pragma once
/// ChaCha20 as a source of pseudorandom bytes (RFC 8439, section 2.4, over zeros). It is no cipher
/// here: sealing is aead.hpp. Vendor: libsodium.
#include <array>
#include <cstdint>
#include <span>

#include "mednexus/core/bytes.hpp"

namespace mednexus::crypto {

inline constexpr std::size_t kChaCha20BlockBytes = 64;
using ChaCha20Nonce = std::array<std::uint8_t, 12>;

/// Fills `out` with the keystream from block `block` on.
///
/// Lengths   key: 32 bytes; out: any, and block + out / 64 stays below 2^32
/// Source    RFC 8439
void chacha20_keystream(std::span<const std::uint8_t, 32> key,
                        const ChaCha20Nonce& nonce,
                        std::uint32_t block,
                        std::span<std::uint8_t> out);

}  // namespace mednexus::crypto
