/// index status, index sync: the node's answer, one member a line.
#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kStatusUsage = R"(usage: mednexus index status [OPTIONS]

Says what the computing node of the active consortium holds of this home's cases, sealed: how many,
and whether cases wait for the next index or for their key to be destroyed.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus index status --home north
  MEDNEXUS_HOME=north mednexus index status --json
)";

constexpr std::string_view kSyncUsage = R"(usage: mednexus index sync [OPTIONS]

Brings the encrypted index of this home up to date: seals what is new, seals anew what an erasure
touched and destroys the old key, has it lifted, compares every word with its own computation, and
publishes it. A running mednexusd does the same by itself.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus index sync --home north
  MEDNEXUS_HOME=north mednexus index sync --json
)";

struct Options {
    HomeOptions home;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
}

Result<int> show_answer(const Options& options, Terminal& terminal, std::string_view operation) {
    MN_TRY(const auto answer, execute(options.home, terminal, operation, json::Object{}));
    std::string prose;
    if (answer.as_object() != nullptr) {
        for (const auto& [key, value] : answer.as_object()->members()) {
            prose += fmt::format("{}: {}\n", key, shown(answer, key));
        }
    }
    terminal.result(answer, prose);
    return 0;
}

Result<int> run_status(const Options& options, Terminal& terminal) {
    return show_answer(options, terminal, "index.status");
}

Result<int> run_sync(const Options& options, Terminal& terminal) {
    return show_answer(options, terminal, "index.sync");
}

}  // namespace

int cmd_index_status(Args args, Terminal& terminal) {
    return command<Options>(kStatusUsage, args, terminal, declare, run_status);
}

int cmd_index_sync(Args args, Terminal& terminal) {
    return command<Options>(kSyncUsage, args, terminal, declare, run_sync);
}

}  // namespace mednexus::cli
