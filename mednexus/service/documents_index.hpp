#pragma once
/// What owners say of their encrypted cases, and what a computing node says of what it computed:
/// the documents `index` and `outputs` of docs/formats/consortium.md section 1. Threads: plain data
/// and functions.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"

namespace mednexus::service {

inline constexpr std::size_t kIndexBatchesMax = 1024;
inline constexpr std::size_t kIndexSizeBytesMax = 1U << 20U;  ///< of an index or outputs note
inline constexpr std::size_t kSumsMax = 8192;
inline constexpr std::size_t kBatchParts = 5;

using PartHashes = std::array<Hash32, kBatchParts>;

struct IndexBatch {
    std::string id;   ///< 32 hex digits
    Hash32 data_key;  ///< its name
    PartHashes sealed;
    PartHashes lifted;
    friend bool operator==(const IndexBatch&, const IndexBatch&) = default;
};

struct IndexLiftKey {
    Hash32 data_key;
    Hash32 blob;
    friend bool operator==(const IndexLiftKey&, const IndexLiftKey&) = default;
};

struct IndexDocument {
    std::vector<IndexBatch> batches;  ///< in the order of their slots
    Hash32 consortium;                ///< digest of the document
    std::uint32_t epoch = 1;
    std::vector<IndexLiftKey> lift_keys;  ///< of the data keys in use, sorted by data key
    std::string owner;
    std::uint64_t serial = 1;
    Hash32 session;
    Hash32 digest;     ///< set by parse_index
    std::string note;  ///< set by parse_index
};

/// The text that the owner signs. Sorts the lift keys. Errors: invalid.
[[nodiscard]] Result<std::string> write_index_text(IndexDocument index);
/// Errors   invalid
[[nodiscard]] Result<std::string> make_index(IndexDocument index, const crypto::NoteSigner& owner);
/// Reads without looking at signatures. Errors: invalid.
[[nodiscard]] Result<IndexDocument> parse_index(std::string_view note);
/// Errors   denied: not signed by the owner's key, or that key has another name
[[nodiscard]] Result<void> check_signature(const IndexDocument& index,
                                           const crypto::NoteVerifier& owner);

struct OwnedIndex {
    std::string owner;
    Hash32 index;  ///< digest of its index document
    friend bool operator==(const OwnedIndex&, const OwnedIndex&) = default;
};

struct OutputsDocument {
    std::string compute;              ///< the computing node
    std::vector<OwnedIndex> indexes;  ///< sorted by owner
    std::string job;
    Hash32 query;  ///< blob
    Hash32 session;
    std::vector<Hash32> sums;  ///< blobs: for each batch of each index, in this order
    Hash32 digest;             ///< set by parse_outputs
    std::string note;          ///< set by parse_outputs
};

/// The text that the computing node signs. Errors: invalid.
[[nodiscard]] Result<std::string> write_outputs_text(const OutputsDocument& outputs);
/// Errors   invalid
[[nodiscard]] Result<std::string> make_outputs(const OutputsDocument& outputs,
                                               const crypto::NoteSigner& compute);
/// Reads without looking at signatures. Errors: invalid.
[[nodiscard]] Result<OutputsDocument> parse_outputs(std::string_view note);
/// Errors   denied: not signed by the node's key, or that key has another name
[[nodiscard]] Result<void> check_signature(const OutputsDocument& outputs,
                                           const crypto::NoteVerifier& compute);

/// RFC 6962 root over the digests of the indexes, which are sorted by owner.
[[nodiscard]] Hash32 data_root_of(std::span<const OwnedIndex> indexes);

}  // namespace mednexus::service
