#pragma once
/// What we say to the contracts and what they say to us, by signature. contracts_test.cpp compares
/// all of it with contracts/abi. Threads: constant data.
#include <span>
#include <string_view>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/codec/abi.hpp"

namespace mednexus::chain::internal {

inline constexpr std::string_view kAddAccreditor = "addAccreditor(address)";
inline constexpr std::string_view kRemoveAccreditor = "removeAccreditor(address)";
inline constexpr std::string_view kAccredit = "accredit(bytes32,address,bytes32,string,uint64)";
inline constexpr std::string_view kRenew = "renew(bytes32,uint64)";
inline constexpr std::string_view kSuspend = "suspend(bytes32)";
inline constexpr std::string_view kReinstate = "reinstate(bytes32)";
inline constexpr std::string_view kRevoke = "revoke(bytes32)";
inline constexpr std::string_view kPublishCard = "publishCard(bytes32,string)";
inline constexpr std::string_view kGrantBatch =
    "grantBatch((bytes32,bytes32,uint64,uint32)[],bytes[])";
inline constexpr std::string_view kRevokeBatch = "revokeBatch(bytes32[],bytes[])";
inline constexpr std::string_view kRegisterBatch = "registerBatch(bytes32[],bytes32[])";
inline constexpr std::string_view kTombstoneBatch = "tombstoneBatch(bytes32[])";
inline constexpr std::string_view kAnchor = "anchor(uint64,bytes32)";

/// The first four bytes of its Keccak-256 before the arguments.
[[nodiscard]] Bytes call_of(std::string_view signature, const abi::Writer& arguments);

struct EventShape {
    Contract contract;
    std::string_view signature;
    std::size_t indexed_count;  ///< these come first in the signature
};

[[nodiscard]] std::span<const EventShape> event_shapes();
/// Of all contracts together, with those of Solidity itself.
[[nodiscard]] std::span<const std::string_view> error_signatures();

/// Keccak-256 of a signature or a type.
[[nodiscard]] Hash32 hash_of(std::string_view signature);

}  // namespace mednexus::chain::internal
