#include "mednexus/crypto/system_random.hpp"

#include <sodium.h>

#include "mednexus/crypto/internal/sodium.hpp"

namespace mednexus::crypto {

void SystemRandom::fill(std::span<std::uint8_t> out) {
    internal::need_sodium();
    if (!out.empty()) {  // libsodium wants no null
        randombytes_buf(out.data(), out.size());
    }
}

}  // namespace mednexus::crypto
