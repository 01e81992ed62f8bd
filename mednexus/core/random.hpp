#pragma once
/// Randomness comes in as a `Random&`; the real one is crypto::SystemRandom.
#include <array>
#include <cstdint>
#include <span>

#include "mednexus/core/fixed.hpp"

namespace mednexus {

class Random {
public:
    virtual ~Random() = default;
    /// Fills all of `out` with unpredictable bytes; stops the process if the system has none.
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// A fresh id of type F (a Fixed).
template <typename F>
[[nodiscard]] F random_id(Random& random) {
    std::array<std::uint8_t, F::kSizeBytes> raw{};
    random.fill(raw);
    return F(raw);
}

}  // namespace mednexus
