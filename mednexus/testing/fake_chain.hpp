#pragma once
/// A chain in memory without an EVM: it speaks the JSON-RPC methods that chain::Client uses, and
/// runs the transactions sent to the four contracts on a model of their rules
/// (docs/formats/chain.md section 1) with real signatures, block hashes and receipts roots. One
/// contract suite runs over it and over anvil. Blocks take their time from the clock; gas costs
/// nothing. Threads: safe, but for the clock's own contract.
#include <functional>
#include <memory>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/transport.hpp"
#include "mednexus/core/clock.hpp"

namespace mednexus::testing {

class FakeChain final : public chain::Transport {
public:
    static constexpr std::uint64_t kChainId = 9107;

    /// `clock` must outlive the chain, which begins with a genesis block of the clock's time.
    explicit FakeChain(const Clock& clock, std::uint64_t chain_id = kChainId);
    ~FakeChain() override;

    [[nodiscard]] Result<chain::RpcAnswer> call(const std::string& url,
                                                std::string_view method,
                                                const json::Value& params) override;

    // --- the contracts ---

    /// Deploys the four by transactions of the accreditor's account, which is administrator and
    /// accreditor. Once only.
    chain::Deployment deploy();
    [[nodiscard]] chain::Deployment deployment() const;  ///< after deploy()
    [[nodiscard]] const Secret<32>& accreditor_key() const;
    [[nodiscard]] chain::Address accreditor() const;

    /// Signs with the account's next nonce and gives it to the pool. Gives the transaction's hash.
    /// What the contract refuses is mined as a failed transaction.
    Hash32 send(const Secret<32>& key, const chain::Address& to, const Bytes& data);

    /// These send as the accreditor. Without automine they wait for mine().
    void accredit(std::string_view card_name,
                  const chain::Address& account,
                  const Hash32& card,
                  UnixTime expires,
                  std::string_view endpoint = "https://127.0.0.1:8443");
    void set_standing(std::string_view card_name, chain::Standing standing);
    void renew(std::string_view card_name, UnixTime expires);

    // --- blocks ---

    /// `count` blocks; the first takes what waits in the pool.
    void mine(std::uint64_t count = 1);
    /// Whether each transaction gets a block at once. It does, unless told otherwise.
    void set_automine(bool is_on);
    /// As anvil's block time: a call that finds the newest block this old mines first. 0: never.
    void mine_when_older_than(std::int64_t seconds);
    [[nodiscard]] std::uint64_t height() const;  ///< number of the newest block

    enum class Orphans : std::uint8_t { keep_in_pool, drop };
    /// Replaces the newest `depth` blocks (genesis too when it is more than there are) by
    /// `depth` + 1 others.
    void reorganise(std::uint64_t depth, Orphans orphans);
    /// As a node killed before it wrote its state: the newest `count` blocks and the pool are gone.
    void restart(std::uint64_t lost_blocks);

    class Snapshot;
    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const;
    void restore(const Snapshot& snapshot);

    // --- faults ---

    void go_down();
    void come_up();
    void answer_with_chain_id(std::uint64_t chain_id);
    /// Blocks keep the newest block's time from now on.
    void freeze_time();
    /// The n-th call from now (1: the next) is `unavailable` and has no effect.
    void fail_call(std::uint64_t n);
    /// The n-th call from now is carried out, but its answer is lost: `unavailable`, as a time
    /// limit.
    void lose_answer(std::uint64_t n);
    /// Runs before each call, outside all locks, so that it may change the chain.
    void before_call(std::function<void(std::string_view method)> hook);
    [[nodiscard]] std::uint64_t calls() const;  ///< so far

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mednexus::testing
