#pragma once
/// Proof, offline, that an event is in a block, and that a block leads to a later, trusted one. See
/// docs/formats/chain.md section 6. Threads: free functions over plain data.
#include <span>
#include <vector>

#include "mednexus/chain/types.hpp"

namespace mednexus::chain {

inline constexpr std::size_t kHeaderSizeBytesMax = 4096;
inline constexpr std::size_t kReceiptSizeBytesMax = 1U << 20U;
inline constexpr std::size_t kProofNodesMax = 16;

/// What a verifier reads of a header. Source: yellow paper section 4.3, EIP-1559, 4895, 4844, 4788,
/// 7685 (fields after the first fifteen are taken as they come).
struct Header {
    BlockRef ref;  ///< hash computed from the bytes
    Hash32 receipts_root;
};

/// Errors: invalid: not canonical RLP, fewer than 15 fields, a field of the wrong length.
[[nodiscard]] Result<Header> parse_header(BytesView rlp);

struct ReceiptProof {
    std::uint64_t transaction_index = 0;
    Bytes receipt;             ///< EIP-2718 bytes
    std::vector<Bytes> nodes;  ///< RLP of the trie's nodes from the root down
};

/// From all receipts of a block, in order. Errors: invalid: index out of range; corrupt: the
/// receipts do not give `receipts_root`.
[[nodiscard]] Result<ReceiptProof> prove_receipt(std::span<const Bytes> receipts,
                                                 std::uint64_t index,
                                                 const Hash32& receipts_root);

/// The events of the proven receipt (block and log index fields are zero: a receipt does not hold
/// them). Errors: corrupt: the proof does not lead to `receipts_root`; invalid: shape; denied: the
/// transaction failed.
[[nodiscard]] Result<std::vector<EventLog>> verify_receipt(const ReceiptProof& proof,
                                                           const Hash32& receipts_root);

}  // namespace mednexus::chain
