#include "mednexus/crypto/chacha20.hpp"

#include <algorithm>
#include <limits>

#include <sodium.h>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/internal/sodium.hpp"

namespace mednexus::crypto {

void chacha20_keystream(std::span<const std::uint8_t, 32> key,
                        const ChaCha20Nonce& nonce,
                        std::uint32_t block,
                        std::span<std::uint8_t> out) {
    internal::need_sodium();
    const std::uint64_t blocks_left = std::numeric_limits<std::uint32_t>::max() - block;
    MN_CHECK(out.size() / kChaCha20BlockBytes < blocks_left);
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    if (!out.empty()) {  // libsodium wants no null
        crypto_stream_chacha20_ietf_xor_ic(
            out.data(), out.data(), out.size(), nonce.data(), block, key.data());
    }
}

}  // namespace mednexus::crypto
