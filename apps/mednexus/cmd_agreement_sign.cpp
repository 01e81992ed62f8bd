#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/notes.hpp"

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
    NoteOutput output;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("FILE", options.agreement);
    declare_note_output(parser, options.output);
}

Result<int> run_agreement_sign(const Options& options, Terminal& terminal) {
    return sign_note_file(
        options.home, options.agreement, options.output, terminal, "agreement.sign");
}

}  // namespace

int cmd_agreement_sign(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_agreement_sign);
}

}  // namespace mednexus::cli
