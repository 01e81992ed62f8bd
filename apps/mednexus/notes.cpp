#include "apps/mednexus/notes.hpp"

#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::cli {

namespace {

Result<OutputFile> create(const NoteOutput& output) {
    return OutputFile::create(output.path, output.is_forced ? Existing::replace : Existing::refuse);
}

Result<json::Object> argument_of(const std::string& file) {
    MN_TRY(const Bytes note, read_input(file, service::kDocumentSizeBytesMax));
    json::Object arguments;
    arguments.set("note", text_of(note));
    return arguments;
}

Result<int> finish(OutputFile file,
                   const json::Value& answer,
                   const std::string& path,
                   Terminal& terminal,
                   std::string_view words) {
    MN_TRY(const std::string note, string_of(answer, "note"));
    MN_DO(file.append(bytes_of(note)));
    MN_DO(file.commit());
    terminal.result(answer, fmt::format("{}: {}\n", path, words));
    return 0;
}

}  // namespace

void declare_note_output(Parser& parser, NoteOutput& output) {
    parser.text("-o,--output", output.path, Need::required);
    parser.flag("--force", output.is_forced);
}

Result<int> write_note(const HomeOptions& home,
                       const NoteOutput& output,
                       Terminal& terminal,
                       std::string_view operation,
                       json::Object arguments,
                       std::string_view words) {
    MN_TRY(OutputFile file, create(output));
    MN_TRY(const auto answer, execute(home, terminal, operation, std::move(arguments)));
    return finish(std::move(file), answer, output.path, terminal, words);
}

Result<int> sign_note_file(const HomeOptions& home,
                           const std::string& file,
                           const NoteOutput& output,
                           Terminal& terminal,
                           std::string_view operation) {
    MN_TRY(json::Object arguments, argument_of(file));
    MN_TRY(OutputFile target, create(output));
    const auto answer = execute(home, terminal, operation, std::move(arguments));
    if (!answer) {
        return fail_in(file, answer.error());
    }
    return finish(std::move(target), *answer, output.path, terminal, "signed");
}

Result<int> record_note_file(const HomeOptions& home,
                             const std::string& file,
                             Terminal& terminal,
                             std::string_view operation) {
    MN_TRY(json::Object arguments, argument_of(file));
    const auto answer = execute(home, terminal, operation, std::move(arguments));
    if (!answer) {
        return fail_in(file, answer.error());
    }
    terminal.result(*answer, fmt::format("{}: recorded\n", file));
    return 0;
}

}  // namespace mednexus::cli
