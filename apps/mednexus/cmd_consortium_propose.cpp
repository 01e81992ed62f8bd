#include <utility>
#include <vector>

#include "apps/mednexus/arguments.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/notes.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consortium propose [OPTIONS] -o FILE

Writes a consortium, signed by this institution, for the other members to sign. Each will hold one
share of a key that nobody holds alone; a score opens when every member gives its part. The cards
of members and computing node must be on file here.

  --member NAME           another institution; repeat for each
  --compute NAME          the computing node; no member
  --openings-max N        how often a case may be opened in this epoch (16; at most 128)
  --from TIME             RFC 3339 in UTC, e.g. 2026-12-01T00:00:00Z (now)
  --until TIME
  --id ID                 the next epoch of a consortium, with these members
  -o, --output FILE       where to write; a file that is there is not overwritten
  --force                 overwrite it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consortium propose --home north --member south.example --member west.example \
    --compute compute.example --until 2027-12-31T23:59:59Z -o consortium.note
  mednexus consortium propose -h
)";

struct Options {
    HomeOptions home;
    std::vector<std::string> members;
    std::string compute;
    std::uint32_t openings_max = 16;
    std::string from;
    std::string until;
    std::string id;
    NoteOutput output;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.texts("--member", options.members, Need::required);
    parser.text("--compute", options.compute, Need::required);
    parser.number("--openings-max", options.openings_max);
    parser.text("--from", options.from);
    parser.text("--until", options.until, Need::required);
    parser.text("--id", options.id);
    declare_note_output(parser, options.output);
}

Result<int> run_consortium_propose(const Options& options, Terminal& terminal) {
    json::Object arguments;
    arguments.set("members", array_of(options.members));
    arguments.set("compute", options.compute);
    arguments.set("openings_max", std::uint64_t{options.openings_max});
    arguments.set("from", time_or_now(options.from, terminal));
    arguments.set("until", options.until);
    if (!options.id.empty()) {
        arguments.set("id", options.id);
    }
    return write_note(options.home,
                      options.output,
                      terminal,
                      "consortium.propose",
                      std::move(arguments),
                      "signed; now the other members");
}

}  // namespace

int cmd_consortium_propose(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consortium_propose);
}

}  // namespace mednexus::cli
