#include "mednexus/testing/seeded_random.hpp"

#include "mednexus/core/check.hpp"

namespace mednexus::testing {

std::uint64_t SeededRandom::next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (i % 8 == 0) {
            word = next();
        }
        out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
    }
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
    MN_CHECK(bound > 0);
    return next() % bound;
}

Bytes SeededRandom::bytes(std::size_t size) {
    Bytes out(size);
    fill(out);
    return out;
}

}  // namespace mednexus::testing
