#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/notes.hpp"

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
    NoteOutput output;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("FILE", options.consortium);
    declare_note_output(parser, options.output);
}

Result<int> run_consortium_sign(const Options& options, Terminal& terminal) {
    return sign_note_file(
        options.home, options.consortium, options.output, terminal, "consortium.sign");
}

}  // namespace

int cmd_consortium_sign(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consortium_sign);
}

}  // namespace mednexus::cli
