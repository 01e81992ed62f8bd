#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus agreement sign [OPTIONS] FILE -o FILE

Adds this institution's signature to an agreement that another proposed. Read what you sign: the
second line of FILE says it all.

  -o, --output FILE       where to write; a file that is there is not overwritten
  --force                 overwrite it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus agreement sign --home south agreement.note -o agreement-signed.note
  mednexus agreement sign --home south agreement.note -o agreement.note --force
)";

struct Options {
    HomeOptions home;
    std::string agreement;
    std::string output;
    bool is_forced = false;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("FILE", options.agreement);
    parser.text("-o,--output", options.output, Need::required);
    parser.flag("--force", options.is_forced);
}

Result<int> run_agreement_sign(const Options& options, Terminal& terminal) {
    MN_TRY(const Bytes agreement, read_input(options.agreement, service::kDocumentSizeBytesMax));
    MN_TRY(OutputFile file,
           OutputFile::create(options.output,
                              options.is_forced ? Existing::replace : Existing::refuse));
    json::Object arguments;
    arguments.set("note", text_of(agreement));
    const auto answer = execute(options.home, terminal, "agreement.sign", std::move(arguments));
    if (!answer) {
        return fail_in(options.agreement, answer.error());
    }
    MN_TRY(const std::string note, string_of(*answer, "note"));
    MN_DO(file.append(bytes_of(note)));
    MN_DO(file.commit());
    terminal.result(*answer, fmt::format("{}: signed\n", options.output));
    return 0;
}

}  // namespace

int cmd_agreement_sign(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_agreement_sign);
}

}  // namespace mednexus::cli
