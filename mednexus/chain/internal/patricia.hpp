#pragma once
/// Merkle-Patricia tries: root, proof and verification over given pairs; no storage.
/// Source: yellow paper, appendix D. Threads: free functions over plain data.
#include <span>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::chain::internal {

inline constexpr std::size_t kKeySizeBytesMax = 32;

struct TriePair {
    Bytes key;    ///< at most kKeySizeBytesMax bytes; keys are unique
    Bytes value;  ///< not empty: an empty value is an absent key
};

/// Keccak-256 of the root node; without pairs that of the empty string's RLP.
[[nodiscard]] Hash32 trie_root(std::vector<TriePair> pairs);

/// RLP of the nodes on the way to `key`, from the root down; nodes below 32 bytes stand inside
/// their parents. Needs: `key` is among the pairs.
[[nodiscard]] std::vector<Bytes> trie_proof(std::vector<TriePair> pairs, BytesView key);

/// The value of `key` under `root`, in a view of the last node.
///
/// Errors   corrupt: a node that is not the one its parent (or the root) names, nodes left over or
///          missing, `key` absent; invalid: a node of no known shape
[[nodiscard]] Result<BytesView> trie_value(std::span<const Bytes> nodes,
                                           BytesView key,
                                           const Hash32& root,
                                           std::size_t node_size_bytes_max);

}  // namespace mednexus::chain::internal
