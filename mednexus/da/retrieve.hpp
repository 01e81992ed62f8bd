#pragma once
/// Putting a batch together again. docs/formats/da.md sections 2 and 7.
/// Threads: free functions over plain data.
#include <span>

#include "mednexus/da/header.hpp"

namespace mednexus::da {

/// The shard is the one of the header. Errors: invalid: index, length or hash is another.
[[nodiscard]] Result<void> check_shard(const Header& header, const Shard& shard);

/// The blob behind k shards, encoded again and held against all n hashes.
///
/// Errors   unavailable: fewer than k different shards; invalid: one that is not the header's;
///          corrupt: "publisher fault: …": each shard is the header's, and together they give no
///          blob that has these n hashes. Nobody but the signer of the header can bring that about.
[[nodiscard]] Result<Bytes> rebuild(const Header& header, std::span<const Shard> shards);

}  // namespace mednexus::da
