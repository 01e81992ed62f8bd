#include "mednexus/codec/note.hpp"

#include <algorithm>
#include <array>

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/cursor.hpp"
#include "mednexus/codec/utf8.hpp"
#include "mednexus/core/check.hpp"

namespace mednexus::codec {

namespace {

constexpr std::string_view kLineStart = "\xE2\x80\x94 ";  // em dash, space

Failure refused(std::string_view rule) {
    return fail(Kind::invalid, "note: " + std::string(rule));
}

bool is_control(char c) noexcept {
    return static_cast<std::uint8_t>(c) < 0x20;
}

/// What the signed text may hold: UTF-8 whose only control character is LF.
bool is_note_text(std::string_view text) noexcept {
    const bool has_other_control =
        std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n'; });
    return !has_other_control && !first_invalid_utf8(text);
}

/// Unicode's White_Space above ASCII, as UTF-8; the two-byte prefix of U+2000..U+200A apart.
bool has_unicode_space(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 9> kSpaces{"\xC2\x85",
                                                      "\xC2\xA0",
                                                      "\xE1\x9A\x80",
                                                      "\xE2\x80\xA8",
                                                      "\xE2\x80\xA9",
                                                      "\xE2\x80\xAF",
                                                      "\xE2\x81\x9F",
                                                      "\xE3\x80\x80",
                                                      " "};
    const bool has_listed = std::any_of(kSpaces.begin(), kSpaces.end(), [&](std::string_view s) {
        return text.find(s) != std::string_view::npos;
    });
    for (std::size_t at = text.find("\xE2\x80"); !has_listed && at != std::string_view::npos;
         at = text.find("\xE2\x80", at + 1)) {
        const auto last = static_cast<std::uint8_t>(text[at + 2]);  // UTF-8: there is a third byte
        if (last >= 0x80 && last <= 0x8A) {
            return true;
        }
    }
    return has_listed;
}

Result<NoteSignature> parse_line(std::string_view line) {
    if (!line.starts_with(kLineStart)) {
        return refused("a signature line begins with an em dash and a space");
    }
    line.remove_prefix(kLineStart.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_note_name(line.substr(0, space))) {
        return refused("a signature line without a key name");
    }
    const auto blob = parse_base64(line.substr(space + 1));
    if (!blob) {
        return fail_in("note", blob.error());
    }
    Cursor cursor(*blob);
    const auto key_id = cursor.u32_be();
    if (!key_id || cursor.remaining() == 0) {
        return refused("a signature line too short for a key id and a signature");
    }
    return NoteSignature{.name = std::string(line.substr(0, space)),
                         .key_id = *key_id,
                         .signature = to_bytes(*cursor.take(cursor.remaining()))};
}

Result<std::vector<NoteSignature>> parse_lines(std::string_view lines) {
    std::vector<NoteSignature> out;
    while (!lines.empty()) {
        if (out.size() == kNoteSignaturesMax) {
            return refused("more than " + std::to_string(kNoteSignaturesMax) + " signatures");
        }
        const std::size_t end = lines.find('\n');
        if (end == std::string_view::npos) {
            return refused("the last line does not end in LF");
        }
        MN_TRY(NoteSignature signature, parse_line(lines.substr(0, end)));
        out.push_back(std::move(signature));
        lines.remove_prefix(end + 1);
    }
    return out;
}

void write_line(std::string& out, const NoteSignature& signature) {
    Bytes blob;
    append_be(blob, signature.key_id);
    append(blob, signature.signature);
    out.append(kLineStart);
    out.append(signature.name);
    out.push_back(' ');
    out.append(to_base64(blob));
    out.push_back('\n');
}

}  // namespace

bool is_note_name(std::string_view name) noexcept {
    const bool has_forbidden = std::any_of(
        name.begin(), name.end(), [](char c) { return is_control(c) || c == '\x7F' || c == '+'; });
    return !name.empty() && !has_forbidden && !first_invalid_utf8(name) && !has_unicode_space(name);
}

Result<Note> parse_note(std::string_view raw) {
    if (raw.size() > kNoteSizeBytesMax) {
        return refused("longer than " + std::to_string(kNoteSizeBytesMax) + " bytes");
    }
    if (!is_note_text(raw)) {
        return refused("not UTF-8, or a control character other than LF");
    }
    const std::size_t split = raw.rfind("\n\n");
    if (split == std::string_view::npos) {
        return refused("no blank line before the signatures");
    }
    const std::string_view lines = raw.substr(split + 2);
    if (lines.empty()) {
        return refused("no signature");
    }
    MN_TRY(std::vector<NoteSignature> signatures, parse_lines(lines));
    return Note{.text = std::string(raw.substr(0, split + 1)), .signatures = std::move(signatures)};
}

std::string write_note(const Note& note) {
    MN_CHECK(note.text.ends_with('\n') && is_note_text(note.text));
    std::string out = note.text;
    out.push_back('\n');
    for (const NoteSignature& signature : note.signatures) {
        MN_CHECK(is_note_name(signature.name));
        write_line(out, signature);
    }
    return out;
}

}  // namespace mednexus::codec
