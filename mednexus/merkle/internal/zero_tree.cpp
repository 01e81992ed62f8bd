#include "mednexus/merkle/internal/zero_tree.hpp"

#include <array>

#include "mednexus/core/check.hpp"
#include "mednexus/merkle/zero_g.hpp"

namespace mednexus::merkle::internal {

Hash32 zero_leaf(const Hasher& hasher) {
    constexpr std::array<std::uint8_t, kChunkSizeBytes> kEmptyChunk{};
    return hasher.leaf(kEmptyChunk);
}

Hash32 zero_root(const Hasher& hasher, std::uint32_t height) {
    Hash32 out = zero_leaf(hasher);
    for (std::uint32_t i = 0; i < height; ++i) {
        out = hasher.node(out, out);
    }
    return out;
}

Hash32 zero_tree_root(const Hasher& hasher, std::uint64_t chunks) {
    MN_CHECK(chunks > 0);
    Hash32 perfect = zero_leaf(hasher);  // over as many chunks as the bit of this round stands for
    Hash32 out;
    bool is_empty = true;  // no bit of `chunks` has been set yet
    for (std::uint64_t rest = chunks; rest > 0; rest >>= 1U) {
        if ((rest & 1U) == 1) {
            out = is_empty ? perfect : hasher.node(perfect, out);
            is_empty = false;
        }
        perfect = hasher.node(perfect, perfect);
    }
    return out;
}

}  // namespace mednexus::merkle::internal
