#pragma once
/// The fields of a block's header, as RLP takes them. Threads: free functions.
#include "mednexus/testing/internal/fake_block.hpp"

namespace mednexus::testing::internal {

/// One field, by its JSON-RPC name. Integers are without leading zeros.
struct HeaderField {
    std::string_view name;
    Bytes raw;
    bool is_integer = false;
};

/// All of Prague's header, in order. Takes everything of the block but its own hash.
[[nodiscard]] std::vector<HeaderField> header_fields(const FakeBlock& block);
[[nodiscard]] Hash32 header_hash(const FakeBlock& block);

/// 256 bytes. Source: yellow paper 4.4.1
[[nodiscard]] Bytes bloom_of(const std::vector<chain::EventLog>& logs);

}  // namespace mednexus::testing::internal
