#pragma once
/// Transactions of one account, one after another: nonce, fees, gas, and waiting for the receipt.
/// Threads: one.
#include <chrono>
#include <optional>

#include "mednexus/chain/client.hpp"
#include "mednexus/chain/transaction.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::chain_tools {

struct SenderOptions {
    std::uint64_t tip_wei_min = 0;
    std::chrono::seconds receipt_max{120};  ///< load-balanced nodes show receipts late
};

/// What the pools of a public chain ask for though its nodes suggest less: 2 gwei on 0G's chains.
[[nodiscard]] std::uint64_t tip_wei_min_of(std::uint64_t chain_id) noexcept;

class Sender {
public:
    /// Reads the account's next nonce. `client` must outlive the sender.
    /// Errors: as Client; invalid: the key.
    [[nodiscard]] static Result<Sender> open(const chain::Client& client,
                                             const Secret<32>& key,
                                             SenderOptions options);

    /// Sends, and waits until it is in a block.
    ///
    /// Errors   denied: the contract refuses (found before anything is sent), or refused in its
    ///          block; unavailable: no receipt in time; the client's own
    [[nodiscard]] Result<chain::Receipt> send(const chain::Address& to, const Bytes& data);
    [[nodiscard]] Result<chain::Receipt> transfer(const chain::Address& to,
                                                  std::uint64_t value_wei);

    struct Created {
        chain::Address address;
        chain::Receipt receipt;
    };

    [[nodiscard]] Result<Created> create(const Bytes& creation_code);

    [[nodiscard]] const chain::Address& account() const noexcept { return account_; }

private:
    Sender(const chain::Client& client, SenderOptions options)
        : client_(&client), options_(options) {}

    [[nodiscard]] Result<chain::Receipt> broadcast(chain::Transaction transaction);
    [[nodiscard]] Result<chain::Receipt> await_receipt(const Hash32& transaction) const;

    const chain::Client* client_;
    SenderOptions options_;
    Secret<32> key_;
    chain::Address account_;
    std::uint64_t chain_id_ = 0;
    std::uint64_t nonce_ = 0;
};

}  // namespace mednexus::chain_tools
