#pragma once
/// Signing and verifying C2SP notes with Ed25519 keys (signature types 0x01 and 0x04). Every signed
/// document of MedNexus is such a note: checkpoints, institution cards, agreements, consents,
/// bundles. Source: C2SP signed-note, tlog-cosignature; docs/formats/signed-note.md.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/note.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/crypto/ed25519.hpp"

namespace mednexus::crypto {

enum class NoteKeyType : std::uint8_t { ed25519 = 0x01, cosignature = 0x04 };

/// A public note key, written `name+HEX8(id)+BASE64(type‖key)` (the "vkey").
struct NoteVerifier {
    std::string name;
    NoteKeyType type = NoteKeyType::ed25519;
    Ed25519PublicKey key;
    friend bool operator==(const NoteVerifier&, const NoteVerifier&) = default;
};

/// First 4 bytes, big endian, of SHA-256(name ‖ LF ‖ type ‖ key).
[[nodiscard]] std::uint32_t key_id_of(const NoteVerifier& verifier);
[[nodiscard]] std::string write_vkey(const NoteVerifier& verifier);
/// Errors   invalid: shape, name, unknown type, or an id that does not belong to the key
[[nodiscard]] Result<NoteVerifier> parse_vkey(std::string_view text);

/// A private note key. Move-only.
struct NoteSigner {
    std::string name;
    Ed25519Seed seed;
    [[nodiscard]] NoteVerifier verifier() const;
};

/// The signature line of `signer` over `text` (type 0x01). Needs: text ends in LF.
[[nodiscard]] codec::NoteSignature sign_note(const NoteSigner& signer, std::string_view text);

/// text ‖ blank line ‖ the signer's line. Needs: text ends in LF.
[[nodiscard]] std::string make_signed_note(const NoteSigner& signer, std::string_view text);

/// Checks a parsed note against known keys: unknown keys are ignored, a known (name, id) whose
/// signature fails makes the whole note fail, and so does a note without any valid known signature.
///
/// Returns  indexes into `known` of the keys that signed, ascending, each once
/// Errors   denied: no known signature, or a false one
[[nodiscard]] Result<std::vector<std::size_t>> verify_note(const codec::Note& note,
                                                           std::span<const NoteVerifier> known);

}  // namespace mednexus::crypto
