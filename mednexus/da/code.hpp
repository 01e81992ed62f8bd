#pragma once
/// Reed-Solomon shards of one blob: layout, generator, hashes. docs/formats/da.md section 2.
/// Threads: free functions over plain data.
#include <cstdint>
#include <span>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::da {

inline constexpr std::uint64_t kBlobSizeBytesMax = 32ULL << 20U;
inline constexpr std::uint32_t kShardsMax = 255;  ///< what GF(2^8) holds
inline constexpr std::size_t kShardLeafSizeBytes = 4096;

/// n shards, any k of which give back the blob.
struct Code {
    std::uint32_t n = 0;
    std::uint32_t k = 0;

    [[nodiscard]] bool is_valid() const noexcept { return k >= 1 && k < n && n <= kShardsMax; }

    friend bool operator==(const Code&, const Code&) = default;
};

/// Bytes in each shard of a blob of `length` bytes. Needs: k >= 1, length <= kBlobSizeBytesMax.
[[nodiscard]] std::uint64_t width_of(std::uint64_t length, std::uint32_t k) noexcept;

/// The n shards of a blob.
///
/// Lengths  blob: 1 .. kBlobSizeBytesMax bytes; each shard: width_of(blob.size(), k)
/// Errors   invalid: length, or a code that is none
/// Cost     (n - k)·k multiplications of a shard over GF(2^8)
/// Source   docs/formats/da.md section 2; ISA-L gf_gen_cauchy1_matrix
[[nodiscard]] Result<std::vector<Bytes>> split(BytesView blob, Code code);

struct Shard {
    std::uint32_t index = 0;
    Bytes content;
};

/// The blob behind the first k of these shards; whether their bytes are right is for the caller.
///
/// Errors   invalid: fewer than k shards, an index twice or from n on, lengths that are no width
///          or differ; corrupt: what comes out is no blob (length, or bytes behind its end)
[[nodiscard]] Result<Bytes> join(std::span<const Shard> shards, Code code);

/// RFC 6962 root over pieces of 4096 bytes. Needs: at least one byte.
[[nodiscard]] Hash32 shard_hash(BytesView shard);

}  // namespace mednexus::da
