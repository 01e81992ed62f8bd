#include "mednexus/core/secret.hpp"

#include <cstring>

namespace mednexus {

void wipe(std::span<std::uint8_t> bytes) noexcept {
    if (!bytes.empty()) {
        explicit_bzero(bytes.data(), bytes.size());
    }
}

}  // namespace mednexus
