#pragma once
/// EIP-1559 transactions: made, signed, read. See docs/formats/chain.md. Threads: free functions.
#include <optional>

#include "mednexus/chain/types.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::chain {

inline constexpr std::size_t kTransactionSizeBytesMax = 128U << 10U;  ///< as geth's pool

struct Transaction {
    std::uint64_t chain_id = 0;
    std::uint64_t nonce = 0;
    std::uint64_t tip_wei = 0;      ///< max_priority_fee_per_gas
    std::uint64_t fee_wei_max = 0;  ///< max_fee_per_gas
    std::uint64_t gas_limit = 0;
    std::optional<Address> to;  ///< absent: contract creation
    std::uint64_t value_wei = 0;
    Bytes data;

    friend bool operator==(const Transaction&, const Transaction&) = default;
};

struct SignedTransaction {
    Bytes raw;    ///< 0x02 ‖ RLP
    Hash32 hash;  ///< Keccak-256 of raw
};

/// Errors: invalid: larger than kTransactionSizeBytesMax, tip above fee; internal: bad key.
/// Source: EIP-1559, EIP-2718
[[nodiscard]] Result<SignedTransaction> sign(const Transaction& transaction, const Secret<32>& key);

struct ReadTransaction {
    Transaction transaction;
    Address sender;  ///< recovered
    Hash32 hash;
};

/// Strict. Errors: invalid: not type 2, not canonical RLP, trailing bytes, access list not empty,
/// high s, value or fee over 64 bits, signature that recovers nobody.
[[nodiscard]] Result<ReadTransaction> parse_transaction(BytesView raw);

/// Address of the contract that `sender` creates with `nonce`.
[[nodiscard]] Address created_address(const Address& sender, std::uint64_t nonce);

}  // namespace mednexus::chain
