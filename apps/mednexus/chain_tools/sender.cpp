#include "apps/mednexus/chain_tools/sender.hpp"

#include <algorithm>
#include <thread>

#include "mednexus/codec/hex.hpp"

namespace mednexus::chain_tools {

namespace {

constexpr std::uint64_t kTransferGas = 21'000;

/// An estimate holds for the state it was made in; the next block may have another.
std::uint64_t with_margin(std::uint64_t gas) {
    constexpr std::uint64_t kPercent = 30;
    return gas + gas * kPercent / 100;
}

/// Above what any contract of this size needs; what is not used is not paid.
std::uint64_t creation_gas(std::size_t code_bytes) {
    constexpr std::uint64_t kBase = 1'000'000;
    constexpr std::uint64_t kPerByte = 300;  // 200 to keep it, 16 to send it, 2 per word to hash it
    return kBase + kPerByte * code_bytes;
}

}  // namespace

std::uint64_t tip_wei_min_of(std::uint64_t chain_id) noexcept {
    constexpr std::uint64_t kTwoGwei = 2'000'000'000;
    constexpr std::uint64_t kZeroGMainnet = 16661;
    constexpr std::uint64_t kZeroGTestnet = 16602;
    constexpr std::uint64_t kZeroGDevnet = 16601;
    const bool is_zero_g =
        chain_id == kZeroGMainnet || chain_id == kZeroGTestnet || chain_id == kZeroGDevnet;
    return is_zero_g ? kTwoGwei : 0;
}

Result<Sender> Sender::open(const chain::Client& client,
                            const Secret<32>& key,
                            SenderOptions options) {
    Sender out(client, options);
    out.key_ = key.clone();
    MN_TRY(out.account_, crypto::evm_address_of(key));
    MN_TRY(out.chain_id_, client.chain_id());
    MN_TRY(out.nonce_, client.nonce_of(out.account_, chain::Client::NonceAt::pending));
    return out;
}

Result<chain::Receipt> Sender::send(const chain::Address& to, const Bytes& data) {
    MN_TRY(const std::uint64_t gas,
           client_->estimate_gas({.from = account_, .to = to, .data = data}));
    chain::Transaction transaction;
    transaction.to = to;
    transaction.data = data;
    transaction.gas_limit = with_margin(gas);
    return broadcast(std::move(transaction));
}

Result<chain::Receipt> Sender::transfer(const chain::Address& to, std::uint64_t value_wei) {
    chain::Transaction transaction;
    transaction.to = to;
    transaction.value_wei = value_wei;
    transaction.gas_limit = with_margin(kTransferGas);
    return broadcast(std::move(transaction));
}

Result<Sender::Created> Sender::create(const Bytes& creation_code) {
    Created out;
    out.address = chain::created_address(account_, nonce_);
    chain::Transaction transaction;
    transaction.data = creation_code;
    transaction.gas_limit = creation_gas(creation_code.size());
    MN_TRY(out.receipt, broadcast(std::move(transaction)));
    return out;
}

Result<chain::Receipt> Sender::broadcast(chain::Transaction transaction) {
    MN_TRY(const auto fees, client_->fees());
    // A chain without a base fee is a local one, where nothing is paid.
    const std::uint64_t suggested = fees.base_fee_wei == 0 ? 0 : fees.tip_wei;
    transaction.chain_id = chain_id_;
    transaction.nonce = nonce_;
    transaction.tip_wei = std::max(suggested, options_.tip_wei_min);
    transaction.fee_wei_max = fees.base_fee_wei * 2 + transaction.tip_wei;
    MN_TRY(const auto ready, chain::sign(transaction, key_));
    MN_TRY(const Hash32 hash, client_->send_raw(ready.raw));
    ++nonce_;
    MN_TRY(chain::Receipt receipt, await_receipt(hash));
    if (!receipt.succeeded) {
        return fail(Kind::denied,
                    "chain: transaction " + codec::to_hex_0x(hash.view()) + " failed in block " +
                        std::to_string(receipt.block_number));
    }
    return receipt;
}

Result<chain::Receipt> Sender::await_receipt(const Hash32& transaction) const {
    constexpr std::chrono::milliseconds kPollMax{1000};
    const auto deadline = std::chrono::steady_clock::now() + options_.receipt_max;
    for (std::chrono::milliseconds poll{50};; poll = std::min(poll * 2, kPollMax)) {
        MN_TRY(auto receipt, client_->receipt_of(transaction));
        if (receipt) {
            return *std::move(receipt);
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            return fail(Kind::unavailable,
                        "chain: transaction " + codec::to_hex_0x(transaction.view()) +
                            " is in no block yet");
        }
        std::this_thread::sleep_for(poll);
    }
}

}  // namespace mednexus::chain_tools
