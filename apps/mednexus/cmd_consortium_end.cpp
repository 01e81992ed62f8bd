#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consortium end [OPTIONS]

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

Result<int> run_consortium_end(const Options& options, Terminal& terminal) {
    json::Object arguments;
    if (!options.id.empty()) {
        arguments.set("id", options.id);
    }
    MN_TRY(const auto answer,
           execute(options.home, terminal, "consortium.end", std::move(arguments)));
    MN_TRY(const std::string id, string_of(answer, "id"));
    MN_TRY(const std::string status, string_of(answer, "status"));
    terminal.result(answer, fmt::format("consortium {}: {}\n", id, status));
    return 0;
}

}  // namespace

int cmd_consortium_end(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consortium_end);
}

}  // namespace mednexus::cli
