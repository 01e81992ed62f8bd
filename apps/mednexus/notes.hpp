#pragma once
/// What the commands about documents that several institutions sign share: the node makes or signs
/// one, and it is written to a file for the next to sign. Threads: one.
#include <string>
#include <string_view>

#include "apps/mednexus/home.hpp"
#include "apps/mednexus/parser.hpp"
#include "apps/mednexus/terminal.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::cli {

/// "-o FILE" and "--force".
struct NoteOutput {
    std::string path;
    bool is_forced = false;
};

void declare_note_output(Parser& parser, NoteOutput& output);

/// Runs `operation`, which answers with a member "note", and writes the note; says "PATH: `words`".
/// Errors   conflict: the file is there; io; the operation's own
[[nodiscard]] Result<int> write_note(const HomeOptions& home,
                                     const NoteOutput& output,
                                     Terminal& terminal,
                                     std::string_view operation,
                                     json::Object arguments,
                                     std::string_view words);

/// The same with the note in `file` as the argument "note". Errors name the file.
[[nodiscard]] Result<int> sign_note_file(const HomeOptions& home,
                                         const std::string& file,
                                         const NoteOutput& output,
                                         Terminal& terminal,
                                         std::string_view operation);

/// Runs `operation` with the note in `file`; says "FILE: recorded". Errors name the file.
[[nodiscard]] Result<int> record_note_file(const HomeOptions& home,
                                           const std::string& file,
                                           Terminal& terminal,
                                           std::string_view operation);

}  // namespace mednexus::cli
