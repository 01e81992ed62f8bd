#pragma once
/// Chain, pool and JSON-RPC of FakeChain. Threads: the caller locks.
#include <optional>

#include "mednexus/chain/transport.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/testing/internal/fake_block.hpp"

namespace mednexus::testing::internal {

using Blocks = std::vector<std::shared_ptr<const FakeBlock>>;

class FakeNode {
public:
    FakeNode(const Clock& clock, std::uint64_t chain_id);

    [[nodiscard]] chain::RpcAnswer answer(std::string_view method, const json::Value& params);

    void mine();
    void reorganise(std::uint64_t depth, bool keep_transactions);
    void lose(std::uint64_t blocks);
    /// Mines when the newest block is older than the block time.
    void catch_up();

    [[nodiscard]] const FakeBlock& newest() const { return *blocks_.back(); }

    [[nodiscard]] std::uint64_t next_nonce(const chain::Address& account) const;

    Blocks blocks_;
    std::vector<PooledTransaction> pool_;
    std::uint64_t chain_id_;
    std::uint64_t told_chain_id_;
    bool is_automine_ = true;
    bool is_time_frozen_ = false;
    std::int64_t block_seconds_ = 0;

private:
    struct Place {
        const FakeBlock* block;
        std::size_t index;
    };

    using Params = json::Array;
    using Answer = tl::expected<json::Value, chain::RpcError>;

    [[nodiscard]] Answer dispatch(std::string_view method, const Params& params);
    [[nodiscard]] Answer block_by_number(const Params& params) const;
    [[nodiscard]] Answer block_receipts(const Params& params) const;
    [[nodiscard]] Answer receipt(const Params& params) const;
    [[nodiscard]] Answer logs(const Params& params) const;
    [[nodiscard]] Answer code(const Params& params) const;
    [[nodiscard]] Answer transaction_count(const Params& params) const;
    [[nodiscard]] Answer simulate(const Params& params, bool is_estimate) const;
    [[nodiscard]] Answer send(const Params& params);
    [[nodiscard]] Answer add_to_pool(PooledTransaction sent);

    /// Null when there is none.
    [[nodiscard]] const FakeBlock* find_block(const Params& params) const;
    [[nodiscard]] std::optional<Place> find_transaction(const Hash32& hash) const;
    [[nodiscard]] UnixTime next_time() const;
    void add_block(const std::vector<PooledTransaction>& pool);
    /// Removes the newest blocks; gives their transactions, oldest first.
    std::vector<PooledTransaction> cut(std::uint64_t count);

    const Clock* clock_;
    std::uint64_t branch_ = 0;
};

}  // namespace mednexus::testing::internal
