#pragma once
/// The objects of JSON-RPC answers, read strictly. Errors of every function: invalid, naming the
/// member. Threads: free functions.
#include "mednexus/chain/client.hpp"

namespace mednexus::chain::internal {

[[nodiscard]] Result<BlockRef> parse_block_ref(const json::Value& value);

/// Errors also: corrupt: the re-encoded header does not have the hash.
/// Source: yellow paper 4.4.3; EIP-1559, EIP-4895, EIP-4844, EIP-4788, EIP-7685
[[nodiscard]] Result<Block> parse_block(const json::Value& value);

[[nodiscard]] Result<std::vector<Hash32>> parse_transaction_hashes(const json::Value& block);

[[nodiscard]] Result<EventLog> parse_log(const json::Value& value);

[[nodiscard]] Result<Receipt> parse_receipt(const json::Value& value);

/// The receipt as it stands in the receipts trie, types 0 to 4. Source: EIP-2718, EIP-658
[[nodiscard]] Result<Bytes> encode_receipt(const json::Value& value);

}  // namespace mednexus::chain::internal
