#pragma once
/// Merkle tree arithmetic over any hash. No I/O, no vendor: the caller brings the hash
/// (docs/formats/merkle.md).
#include <cstdint>
#include <optional>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::merkle {

/// The two functions that make a tree. For RFC 6962: SHA-256 with 0x00 and 0x01 in front; for 0G:
/// plain Keccak-256.
struct Hasher {
    Hash32 (*leaf)(BytesView data);
    Hash32 (*node)(const Hash32& left, const Hash32& right);
};

inline constexpr std::size_t kProofLengthMax = 64;

/// Root of 1 or more leaf hashes; splits at the largest power of two strictly below n (RFC 6962
/// section 2.1). 0G trees pair left to right and carry an odd last node up unchanged, which is the
/// same tree. Needs    leaves.size() >= 1; the root of the empty tree is the hash of nothing and is
/// the caller's Cost     n - 1 node hashes
[[nodiscard]] Hash32 root_of(const Hasher& hasher, std::span<const Hash32> leaves);

/// Siblings of leaf `index`, leaf side first. Shape: at most 64 hashes. Errors: invalid unless
/// index < n. Source   RFC 9162 section 2.1.3.1
[[nodiscard]] Result<std::vector<Hash32>> inclusion_proof(const Hasher& hasher,
                                                          std::span<const Hash32> leaves,
                                                          std::uint64_t index);

/// Proof that the tree of the first `old_size` leaves is a prefix of the whole. Errors: invalid
/// unless 0 < old_size <= n. Source: RFC 9162 section 2.1.4.1
[[nodiscard]] Result<std::vector<Hash32>> consistency_proof(const Hasher& hasher,
                                                            std::span<const Hash32> leaves,
                                                            std::uint64_t old_size);

struct InclusionClaim {
    std::uint64_t index = 0;
    std::uint64_t tree_size = 0;
    Hash32 leaf_hash;
    Hash32 root;
};

/// Errors   invalid: "merkle.inclusion: …" when the proof does not lead from leaf to root
/// Source   RFC 9162 section 2.1.3.2
[[nodiscard]] Result<void> verify_inclusion(const Hasher& hasher,
                                            const InclusionClaim& claim,
                                            std::span<const Hash32> proof);

struct ConsistencyClaim {
    std::uint64_t old_size = 0;
    std::uint64_t new_size = 0;
    Hash32 old_root;
    Hash32 new_root;
};

/// Errors   invalid: when it does not hold; also for old_size 0, which proves nothing
/// Source   RFC 9162 section 2.1.4.2
[[nodiscard]] Result<void> verify_consistency(const Hasher& hasher,
                                              const ConsistencyClaim& claim,
                                              std::span<const Hash32> proof);

}  // namespace mednexus::merkle
