#pragma once
/// The signed head of a log: origin, size, root. Source: C2SP tlog-checkpoint; docs/formats/log.md.
#include <cstdint>
#include <string>
#include <string_view>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/merkle/merkle.hpp"

namespace mednexus::ledger {

/// SHA-256 with 0x00 before leaves and 0x01 before nodes: the tree of every log.
inline constexpr merkle::Hasher kRfc6962{&crypto::rfc6962_leaf, &crypto::rfc6962_node};

/// SHA-256 of nothing. Source: RFC 6962 section 2.1.
[[nodiscard]] Hash32 empty_root();

/// A tree head. We write no extension lines and refuse to read them: no monitor can check them.
struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash32 root;
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Three lines: origin, decimal size, base64 root. Needs: origin is a note name.
[[nodiscard]] std::string write_checkpoint_text(const Checkpoint& checkpoint);

/// Reads the text of a note (not its signatures). Errors: invalid, "checkpoint: rule"; also for
/// extension lines, leading zeros, and size 0 with another root than empty_root().
[[nodiscard]] Result<Checkpoint> parse_checkpoint_text(std::string_view text);

/// Reads a signed checkpoint and checks that `log` signed it and that the origin is its name.
/// Errors   invalid: not a note, not a checkpoint, other origin; denied: not signed by `log`
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view signed_note,
                                                 const crypto::NoteVerifier& log);

}  // namespace mednexus::ledger
