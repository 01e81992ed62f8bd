#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/notes.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consortium add [OPTIONS] FILE

Records a consortium that this institution signed; signatures of several files over one text are
joined. The member that founds it needs it; the others get it in the key session.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consortium add --home north consortium.note
  MEDNEXUS_HOME=north mednexus consortium add --json consortium.note
)";

struct Options {
    HomeOptions home;
    std::string consortium;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("FILE", options.consortium);
}

Result<int> run_consortium_add(const Options& options, Terminal& terminal) {
    return record_note_file(options.home, options.consortium, terminal, "consortium.add");
}

}  // namespace

int cmd_consortium_add(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consortium_add);
}

}  // namespace mednexus::cli
