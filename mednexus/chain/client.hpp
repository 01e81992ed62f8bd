#pragma once
/// Typed questions to one EVM node. Every answer is checked for shape; a missing or foreign answer
/// is an error, never a default. Threads: safe when the transport is.
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "mednexus/chain/transport.hpp"
#include "mednexus/chain/types.hpp"

namespace mednexus::chain {

/// What eth_call and eth_estimateGas take.
struct CallRequest {
    Address from;
    Address to;
    Bytes data;
};

/// A block with what a header proof needs.
struct Block {
    BlockRef ref;
    Bytes header_rlp;  ///< re-encoded from the fields; its Keccak-256 is ref.hash (checked)
    Hash32 receipts_root;
};

struct LogFilter {
    std::uint64_t from_block = 0;
    std::uint64_t to_block = 0;  ///< included
    std::vector<Address> addresses;
};

/// Errors of every function: unavailable as Transport; invalid: an answer of the wrong shape;
/// internal: the node's error object, by code and message. No error text holds the URL: it may
/// carry a key.
class Client {
public:
    /// `transport` must outlive the client.
    Client(Transport& transport, std::string url) : transport_(&transport), url_(std::move(url)) {}

    [[nodiscard]] Result<std::uint64_t> chain_id() const;
    /// "anvil/…", "Geth/…": to know a local chain.
    [[nodiscard]] Result<std::string> client_version() const;
    [[nodiscard]] Result<BlockRef> newest_block() const;
    /// Errors: not_found when the chain is shorter.
    [[nodiscard]] Result<BlockRef> block_at(std::uint64_t number) const;
    /// Errors: not_found; corrupt when the re-encoded header does not have the hash.
    [[nodiscard]] Result<Block> full_block_at(std::uint64_t number) const;
    /// In order of block and log index. Errors also: invalid for a log outside the filter.
    [[nodiscard]] Result<std::vector<EventLog>> logs(const LogFilter& filter) const;
    [[nodiscard]] Result<Bytes> code_at(const Address& address) const;
    /// Errors also: denied: a revert; `what` is the contract's own error name (contracts.hpp).
    [[nodiscard]] Result<Bytes> call(const CallRequest& request) const;
    /// Errors as call.
    [[nodiscard]] Result<std::uint64_t> estimate_gas(const CallRequest& request) const;
    /// Next nonce, counting transactions that wait in the pool when `pending`.
    enum class NonceAt : std::uint8_t { latest, pending };
    [[nodiscard]] Result<std::uint64_t> nonce_of(const Address& account, NonceAt at) const;

    struct Fees {
        std::uint64_t base_fee_wei = 0;  ///< of the newest block
        std::uint64_t tip_wei = 0;       ///< what the node suggests
    };

    [[nodiscard]] Result<Fees> fees() const;
    /// Gives the hash (computed here). "already known" and an equal transaction in the chain are
    /// success. Errors also: conflict: nonce too low or taken by another; denied: refused for its
    /// content.
    [[nodiscard]] Result<Hash32> send_raw(BytesView transaction) const;
    /// Empty: not (or no longer) in a block.
    [[nodiscard]] Result<std::optional<Receipt>> receipt_of(const Hash32& transaction) const;
    /// All receipts of a block, in order, as their EIP-2718 bytes (for receipt_proof.hpp).
    [[nodiscard]] Result<std::vector<Bytes>> raw_receipts_at(std::uint64_t number) const;

private:
    [[nodiscard]] Result<json::Value> block_json(std::string_view block) const;
    [[nodiscard]] Result<json::Value> block_json_at(std::uint64_t number) const;
    [[nodiscard]] Result<json::Value> receipt_json(const Hash32& transaction) const;
    [[nodiscard]] Result<json::Array> receipts_one_by_one(std::uint64_t number) const;
    [[nodiscard]] Result<json::Array> receipts_json_at(std::uint64_t number) const;
    [[nodiscard]] Result<Hash32> after_refusal(const Hash32& hash, const RpcError& refusal) const;

    Transport* transport_;
    std::string url_;
};

}  // namespace mednexus::chain
