#pragma once
/// What a node's error objects mean. Nodes agree on no codes, so texts are read too. Threads: free
/// functions.
#include <string_view>

#include "mednexus/chain/transport.hpp"

namespace mednexus::chain::internal {

/// denied for a revert (with its name), internal for anything else.
[[nodiscard]] Error error_of(std::string_view method, const RpcError& error);

/// Of eth_sendRawTransaction: conflict, denied, unavailable (the pool is full) or internal.
[[nodiscard]] Error error_of_sending(const RpcError& error);

/// The pool or the chain has this very transaction.
[[nodiscard]] bool says_already_known(const RpcError& error);

}  // namespace mednexus::chain::internal
