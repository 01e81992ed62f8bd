#pragma once
/// Blocks of the chain in memory: made with the hashes that Ethereum's rules give them, and written
/// as JSON-RPC answers. Threads: values.
#include <memory>

#include "mednexus/chain/transaction.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/testing/internal/fake_world.hpp"

namespace mednexus::testing::internal {

struct PooledTransaction {
    chain::ReadTransaction read;
    Bytes raw;
};

struct MinedTransaction {
    PooledTransaction sent;
    bool has_succeeded = false;
    std::uint64_t gas_used = 0;
    std::uint64_t cumulative_gas = 0;
    std::vector<chain::EventLog> logs;  ///< their places in the block are complete
};

struct FakeBlock {
    chain::BlockRef ref;
    Bytes extra;  ///< what tells blocks of two branches apart
    std::vector<MinedTransaction> transactions;
    std::shared_ptr<const World> after;
};

/// What a block is made of.
struct BlockPlan {
    const FakeBlock* parent = nullptr;  ///< null: genesis
    UnixTime time;
    std::uint64_t chain_id = 0;
    std::uint64_t branch = 0;
    std::vector<PooledTransaction> pool;
};

/// Runs the pool's transactions whose turn it is; `left` gets the others.
[[nodiscard]] std::shared_ptr<const FakeBlock> make_block(const BlockPlan& plan,
                                                          std::vector<PooledTransaction>& left);

[[nodiscard]] std::uint64_t gas_of(BytesView data);

[[nodiscard]] json::Value block_json(const FakeBlock& block);
[[nodiscard]] json::Value log_json(const chain::EventLog& log);
[[nodiscard]] json::Value receipt_json(const FakeBlock& block, std::size_t index);

[[nodiscard]] std::string quantity(std::uint64_t value);

}  // namespace mednexus::testing::internal
