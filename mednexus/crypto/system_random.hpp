#pragma once
#include "mednexus/core/random.hpp"

namespace mednexus::crypto {

/// The operating system's generator (getrandom through libsodium). Threads: safe.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override;
};

}  // namespace mednexus::crypto
