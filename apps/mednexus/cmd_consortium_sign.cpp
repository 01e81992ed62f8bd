#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consortium sign [OPTIONS] FILE -o FILE

Adds this institution's signature to a consortium that another proposed. Read what you sign: the
second line of FILE says it all. Who signed takes part in the key session.

  -o, --output FILE       where to write; a file that is there is not overwritten
  --force                 overwrite it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consortium sign --home south consortium.note -o consortium-signed.note
  mednexus consortium sign --home south consortium.note -o consortium.note --force
)";

struct Options {
    HomeOptions home;
    std::string consortium;
    std::string output;
    bool is_forced = false;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("FILE", options.consortium);
    parser.text("-o,--output", options.output, Need::required);
    parser.flag("--force", options.is_forced);
}

Result<int> run_consortium_sign(const Options& options, Terminal& terminal) {
    MN_TRY(const Bytes consortium, read_input(options.consortium, service::kDocumentSizeBytesMax));
    MN_TRY(OutputFile file,
           OutputFile::create(options.output,
                              options.is_forced ? Existing::replace : Existing::refuse));
    json::Object arguments;
    arguments.set("note", text_of(consortium));
    const auto answer = execute(options.home, terminal, "consortium.sign", std::move(arguments));
    if (!answer) {
        return fail_in(options.consortium, answer.error());
    }
    MN_TRY(const std::string note, string_of(*answer, "note"));
    MN_DO(file.append(bytes_of(note)));
    MN_DO(file.commit());
    terminal.result(*answer, fmt::format("{}: signed\n", options.output));
    return 0;
}

}  // namespace

int cmd_consortium_sign(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consortium_sign);
}

}  // namespace mednexus::cli
