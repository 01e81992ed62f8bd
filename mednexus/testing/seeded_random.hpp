#pragma once
#include "mednexus/core/random.hpp"

namespace mednexus::testing {

/// The same bytes for the same seed on every machine: SplitMix64 (Steele, Lea, Flood 2014). It is
/// predictable and must never reach production. A failing test prints its seed. Threads: not safe.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    void fill(std::span<std::uint8_t> out) override;

    [[nodiscard]] std::uint64_t next();

    /// Uniform enough for tests in 0 .. bound-1. Needs bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);

    /// `size` random bytes, for test input.
    [[nodiscard]] Bytes bytes(std::size_t size);

private:
    std::uint64_t state_;
};

}  // namespace mednexus::testing
