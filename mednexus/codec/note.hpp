#pragma once
/// C2SP signed notes as text, without any cryptography. Source: C2SP signed-note;
/// docs/formats/signed-note.md.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::codec {

inline constexpr std::size_t kNoteSizeBytesMax = 1U << 20U;
inline constexpr std::size_t kNoteSignaturesMax = 64;

/// One line "— NAME BASE64": BASE64 holds the 4-byte big-endian key id and then the signature.
struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    Bytes signature;  ///< without the key id
};

struct Note {
    std::string text;  ///< the signed bytes, with their final LF
    std::vector<NoteSignature> signatures;
};

/// Errors   invalid: not UTF-8, control characters, no final blank line, bad signature line, too
/// many, too long
[[nodiscard]] Result<Note> parse_note(std::string_view raw);

/// Needs: text ends in LF and holds no other control characters; names as is_note_name says.
[[nodiscard]] std::string write_note(const Note& note);

/// Non-empty, no Unicode space, no '+', no control character.
[[nodiscard]] bool is_note_name(std::string_view name) noexcept;

}  // namespace mednexus::codec
