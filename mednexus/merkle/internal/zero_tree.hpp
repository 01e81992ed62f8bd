#pragma once
/// Trees over padding: their leaves are the hash of an empty chunk.
#include "mednexus/merkle/merkle.hpp"

namespace mednexus::merkle::internal {

/// Z[0]: the hash of 256 zero bytes.
[[nodiscard]] Hash32 zero_leaf(const Hasher& hasher);

/// Z[height]: the root over 2^height empty chunks. Cost: height + 1 hashes.
[[nodiscard]] Hash32 zero_root(const Hasher& hasher, std::uint32_t height);

/// The root over `chunks` empty chunks, for any number above 0.
[[nodiscard]] Hash32 zero_tree_root(const Hasher& hasher, std::uint64_t chunks);

}  // namespace mednexus::merkle::internal
