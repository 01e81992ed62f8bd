#pragma once
/// Typed data that accounts sign. Source: EIP-712. Threads: free functions over plain data.
#include <string_view>

#include "mednexus/chain/types.hpp"

namespace mednexus::chain::internal {

struct Eip712Domain {
    std::string_view name;
    std::string_view version;
    std::uint64_t chain_id = 0;
    Address contract;
};

[[nodiscard]] Hash32 domain_separator(const Eip712Domain& domain);
/// Keccak-256(0x1901 ‖ domain separator ‖ struct hash).
[[nodiscard]] Hash32 typed_digest(const Hash32& separator, const Hash32& struct_hash);

}  // namespace mednexus::chain::internal
