#pragma once
/// Words of an EVM chain. Plain data; threads: values.
#include <cstdint>
#include <string>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/crypto/secp256k1.hpp"

namespace mednexus::chain {

using Address = crypto::EvmAddress;  ///< 20 bytes

/// A block as evidence names it.
struct BlockRef {
    std::uint64_t number = 0;
    Hash32 hash;
    Hash32 parent;
    UnixTime time;

    friend bool operator==(const BlockRef&, const BlockRef&) = default;
};

/// One event of a contract, as eth_getLogs gives it.
struct EventLog {
    Address address;
    std::vector<Hash32> topics;  ///< at most 4
    Bytes data;
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    Hash32 transaction;
    std::uint64_t log_index = 0;  ///< in the block

    friend bool operator==(const EventLog&, const EventLog&) = default;
};

struct Receipt {
    Hash32 transaction;
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    std::uint64_t transaction_index = 0;
    bool succeeded = false;
    std::uint64_t gas_used = 0;
    std::vector<EventLog> logs;
};

}  // namespace mednexus::chain
