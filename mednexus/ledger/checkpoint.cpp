#include "mednexus/ledger/checkpoint.hpp"

#include <array>

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/note.hpp"
#include "mednexus/ledger/internal/decimal.hpp"
#include "mednexus/ledger/internal/lines.hpp"

namespace mednexus::ledger {

Hash32 empty_root() {
    return crypto::sha256({});
}

std::string write_checkpoint_text(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
           codec::to_base64(checkpoint.root.view()) + "\n";
}

Result<Checkpoint> parse_checkpoint_text(std::string_view text) {
    internal::Lines lines(text);
    std::array<std::string_view, 3> line;
    for (auto& one : line) {
        const auto next = lines.next();
        if (!next || next->empty()) {
            return fail(Kind::invalid, "checkpoint: fewer than three lines");
        }
        one = *next;
    }
    if (!lines.at_end()) {
        return fail(Kind::invalid, "checkpoint: extension lines are not taken");
    }
    if (!codec::is_note_name(line[0])) {
        return fail(Kind::invalid, "checkpoint: the origin is no note name");
    }
    const auto size = internal::parse_decimal(line[1]);
    if (!size) {
        return fail(Kind::invalid, "checkpoint: the size is no decimal without leading zeros");
    }
    const auto raw = codec::parse_base64(line[2]);
    if (!raw || raw->size() != Hash32::kSizeBytes) {
        return fail(Kind::invalid, "checkpoint: the root is not 32 bytes in base64");
    }
    MN_TRY(const Hash32 root, Hash32::from(*raw));
    if (*size == 0 && root != empty_root()) {
        return fail(Kind::invalid, "checkpoint: size 0 with the root of something");
    }
    return Checkpoint{.origin = std::string(line[0]), .size = *size, .root = root};
}

Result<Checkpoint> open_checkpoint(std::string_view signed_note, const crypto::NoteVerifier& log) {
    MN_TRY(const codec::Note note, codec::parse_note(signed_note));
    MN_TRY(Checkpoint checkpoint, parse_checkpoint_text(note.text));
    if (checkpoint.origin != log.name) {
        return fail(Kind::invalid, "checkpoint: the origin is not the name of the key");
    }
    const auto signed_by = crypto::verify_note(note, std::span(&log, 1));
    if (!signed_by) {
        return fail_in("checkpoint", signed_by.error());
    }
    return checkpoint;
}

}  // namespace mednexus::ledger
