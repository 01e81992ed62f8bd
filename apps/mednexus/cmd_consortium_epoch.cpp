/// `consortium found` and `consortium end`: an epoch begins, an epoch ends.
#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kFoundUsage = R"(usage: mednexus consortium found [OPTIONS]

Makes the keys of a consortium that all members signed: this node carries the messages of the key
session, and every member checks every step. The other nodes and the computing node must be running,
and this one too (mednexusd): they fetch its shares. Asked again, it goes on where it stopped.

  --id ID                 which one, when several are on file
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consortium found --home north
  MEDNEXUS_HOME=north mednexus consortium found --json
)";

constexpr std::string_view kEndUsage = R"(usage: mednexus consortium end [OPTIONS]

Ends the newest epoch of a consortium for this institution: its share of the key is destroyed, and
nothing of that epoch is opened any more, by anybody. It cannot be undone.

  --id ID                 which one, when several are on file
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consortium end --home north
  MEDNEXUS_HOME=north mednexus consortium end --json
)";

struct Options {
    HomeOptions home;
    std::string id;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.text("--id", options.id);
}

Result<int> run(const Options& options, Terminal& terminal, std::string_view operation) {
    json::Object arguments;
    if (!options.id.empty()) {
        arguments.set("id", options.id);
    }
    MN_TRY(const auto answer, execute(options.home, terminal, operation, std::move(arguments)));
    MN_TRY(const std::string id, string_of(answer, "id"));
    MN_TRY(const std::string status, string_of(answer, "status"));
    terminal.result(answer, fmt::format("consortium {}: {}\n", id, status));
    return 0;
}

Result<int> run_found(const Options& options, Terminal& terminal) {
    return run(options, terminal, "consortium.found");
}

Result<int> run_end(const Options& options, Terminal& terminal) {
    return run(options, terminal, "consortium.end");
}

}  // namespace

int cmd_consortium_found(Args args, Terminal& terminal) {
    return command<Options>(kFoundUsage, args, terminal, declare, run_found);
}

int cmd_consortium_end(Args args, Terminal& terminal) {
    return command<Options>(kEndUsage, args, terminal, declare, run_end);
}

}  // namespace mednexus::cli
