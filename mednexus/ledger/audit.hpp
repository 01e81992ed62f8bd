#pragma once
/// Re-hashing of a log directory from its entries up. Source: docs/formats/log.md section 6.
#include <optional>
#include <string>

#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/ledger/checkpoint.hpp"

namespace mednexus::ledger {

/// The first thing that is wrong, in the order checkpoint, entries, level 0, upper levels, root.
struct AuditFault {
    std::string file;  ///< path inside the directory
    std::string rule;  ///< what it breaks, e.g. "entry 17 does not hash to its leaf"
};

struct AuditReport {
    std::string vkey;       ///< the key that the checkpoint was checked against
    Checkpoint checkpoint;  ///< empty when it could not be read
    std::uint64_t files = 0;
    std::optional<AuditFault> fault;  ///< nothing: every byte that the checkpoint covers is right
};

/// Reads `checkpoint`, `log.vkey` and every tile that the size demands.
/// `trusted`: the key the auditor got from elsewhere; without it log.vkey is believed, and the
/// report proves only that the directory is whole.
/// Errors   io. A missing or wrong file is a fault, not an error.
[[nodiscard]] Result<AuditReport> audit_directory(
    const Disk& directory, const std::optional<crypto::NoteVerifier>& trusted = std::nullopt);

}  // namespace mednexus::ledger
