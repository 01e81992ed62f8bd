#pragma once
/// Reads a log back from its files and refuses to go on from anything but what its checkpoint says.
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/ledger/internal/files.hpp"
#include "mednexus/ledger/internal/state.hpp"

namespace mednexus::ledger::internal {

struct Loaded {
    Tree tree;
    SignedCheckpoint checkpoint;
    Bytes tail;  ///< the last entry bundle while it is partial, else nothing
};

/// Errors   corrupt: see Log::open; unavailable: more than entries_max; io
[[nodiscard]] Result<Loaded> load(const FileReader& files,
                                  const crypto::NoteVerifier& log,
                                  std::uint64_t entries_max);

}  // namespace mednexus::ledger::internal
