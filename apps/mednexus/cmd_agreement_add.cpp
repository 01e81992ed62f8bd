#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/notes.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus agreement add [OPTIONS] FILE

Records a signed agreement. It is in force between two parties when both signed it; signatures of
several files over one text are joined.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus agreement add --home north agreement.note
  MEDNEXUS_HOME=north mednexus agreement add --json agreement.note
)";

struct Options {
    HomeOptions home;
    std::string agreement;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("FILE", options.agreement);
}

Result<int> run_agreement_add(const Options& options, Terminal& terminal) {
    return record_note_file(options.home, options.agreement, terminal, "agreement.add");
}

}  // namespace

int cmd_agreement_add(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_agreement_add);
}

}  // namespace mednexus::cli
