#include <utility>

#include "apps/mednexus/arguments.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/notes.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consortium renew [OPTIONS] -o FILE

Writes the next epoch of the consortium on file: the same members and computing node with their
cards of now, another period, all new keys. The members sign it and one founds it; then each
destroys its share of the epoch before. For other members see mednexus consortium propose --id.

  --from TIME             RFC 3339 in UTC, e.g. 2026-12-01T00:00:00Z (now)
  --until TIME
  --id ID                 which one, when several are on file
  -o, --output FILE       where to write; a file that is there is not overwritten
  --force                 overwrite it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consortium renew --home north --until 2028-12-31T23:59:59Z -o epoch-2.note
  mednexus consortium renew -h
)";

struct Options {
    HomeOptions home;
    std::string from;
    std::string until;
    std::string id;
    NoteOutput output;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.text("--from", options.from);
    parser.text("--until", options.until, Need::required);
    parser.text("--id", options.id);
    declare_note_output(parser, options.output);
}

Result<int> run_consortium_renew(const Options& options, Terminal& terminal) {
    json::Object arguments;
    arguments.set("from", time_or_now(options.from, terminal));
    arguments.set("until", options.until);
    if (!options.id.empty()) {
        arguments.set("id", options.id);
    }
    return write_note(options.home,
                      options.output,
                      terminal,
                      "consortium.renew",
                      std::move(arguments),
                      "signed; now the other members");
}

}  // namespace

int cmd_consortium_renew(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consortium_renew);
}

}  // namespace mednexus::cli
