#pragma once
/// Randomness that a journal step can repeat: HMAC-SHA-256 of a counter under a seed that was drawn
/// from the real source and is kept, sealed, in an earlier step. Threads: not safe.
#include <algorithm>
#include <array>
#include <cstdint>

#include "mednexus/core/random.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::service::internal {

class SeedStream final : public Random {
public:
    explicit SeedStream(Secret<32> seed) noexcept : seed_(std::move(seed)) {}

    void fill(std::span<std::uint8_t> out) override {
        while (!out.empty()) {
            std::array<std::uint8_t, 8> counter{};
            for (std::size_t i = 0; i < counter.size(); ++i) {
                counter.at(i) = static_cast<std::uint8_t>(next_ >> (8 * i));
            }
            ++next_;
            Hash32 block = crypto::hmac_sha256(seed_.reveal(), counter);
            const std::size_t count = std::min(out.size(), block.array().size());
            std::copy_n(block.array().begin(), count, out.begin());
            wipe(block.mutable_array());
            out = out.subspan(count);
        }
    }

private:
    Secret<32> seed_;
    std::uint64_t next_ = 0;
};

}  // namespace mednexus::service::internal
