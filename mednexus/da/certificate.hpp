#pragma once
/// What holders sign, and all of it together. docs/formats/da.md section 5.
/// Threads: free functions over plain data.
#include <span>
#include <string>
#include <string_view>

#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/da/header.hpp"

namespace mednexus::da {

inline constexpr std::size_t kCertificateSizeBytesMax = 16U << 10U;

/// The text that every holder of this batch signs.
[[nodiscard]] std::string attestation_text(const Header& header);

/// That text with the holder's signature. ShardStore::accept makes it, once the shard is on disk.
[[nodiscard]] std::string attest(const Header& header, const crypto::NoteSigner& holder);

/// Errors   invalid: not a note, of another header; denied: not signed by this holder alone
[[nodiscard]] Result<void> verify_attestation(std::string_view note,
                                              const Header& header,
                                              const crypto::NoteVerifier& holder);

/// One note with the signatures of all of `attestations`, in roster order.
/// Errors   as verify_certificate; unavailable: fewer holders than the profile asks for
[[nodiscard]] Result<std::string> make_certificate(const Header& header,
                                                   const Roster& roster,
                                                   std::span<const std::string> attestations);

/// The holders of the roster signed for this header, as many as its profile asks for, each once.
/// Errors   invalid: form, another header, a line of a key that is not the roster's, a key twice,
///          lines out of order; denied: another roster, a false signature, too few
[[nodiscard]] Result<void> verify_certificate(std::string_view note,
                                              const Header& header,
                                              const Roster& roster);

/// The commitment of the header that a certificate speaks of; its signatures are not looked at.
/// Errors: invalid: form, or not canonical.
[[nodiscard]] Result<Hash32> parse_certificate(std::string_view note);

}  // namespace mednexus::da
