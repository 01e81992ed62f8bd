#pragma once
/// The receipt for one log entry, to be checked offline. Source: C2SP tlog-proof;
/// docs/formats/tlog-proof.md.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/ledger/checkpoint.hpp"

namespace mednexus::ledger {

inline constexpr std::size_t kTlogProofSizeBytesMax = 1U << 20U;

struct TlogProof {
    std::optional<Bytes> extra;  ///< in our receipts the entry itself, so that one file suffices
    std::uint64_t index = 0;
    std::vector<Hash32> path;     ///< leaf side first
    std::string checkpoint_note;  ///< the signed checkpoint, verbatim
};

[[nodiscard]] std::string write_tlog_proof(const TlogProof& proof);

/// Strict: write_tlog_proof of the result is the text. Errors: invalid, "tlog-proof: rule".
[[nodiscard]] Result<TlogProof> parse_tlog_proof(std::string_view text);

/// Checks that the entry with this leaf hash stands at proof.index of the checkpoint's tree; says
/// nothing about who signed the checkpoint. Errors: invalid.
[[nodiscard]] Result<Checkpoint> check_inclusion(const TlogProof& proof, const Hash32& leaf_hash);

}  // namespace mednexus::ledger
