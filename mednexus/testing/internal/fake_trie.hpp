#pragma once
/// The hexary Merkle-Patricia trie as the yellow paper's appendix D writes it down, recursively and
/// without care for speed: what the product's own is held against. Threads: free functions.
#include <vector>

#include "mednexus/core/ids.hpp"

namespace mednexus::testing::internal {

/// Root of the trie from RLP(index) to value.
[[nodiscard]] Hash32 trie_root(const std::vector<Bytes>& values);

}  // namespace mednexus::testing::internal
