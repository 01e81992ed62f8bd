#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus log disperse [OPTIONS]

Hands what is new in the institution's log to every party of an agreement, in shards: all but one of
them give the log back, also when this institution is gone. Each batch that all of them signed for
is named in a new entry of the log. Profile crash-only: one store may be lost, none may lie. When a
party is away nothing is lost: ask again, and it goes on with the same batch.

  --agreement ID          whose parties hold the shards, where several are in force
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus log disperse --home north
  mednexus log disperse --home north --agreement 00112233445566778899aabbccddeeff --json
)";

struct Options {
    HomeOptions home;
    std::string agreement;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.text("--agreement", options.agreement);
}

Result<int> run_log_disperse(const Options& options, Terminal& terminal) {
    json::Object arguments;
    if (!options.agreement.empty()) {
        arguments.set("agreement", options.agreement);
    }
    MN_TRY(const json::Value answer,
           execute(options.home, terminal, "log.disperse", std::move(arguments)));
    std::string prose;
    for (const json::Value& batch : elements(answer, "batches")) {
        prose += fmt::format("entries {} to {}: certificate {} in entry {}\n",
                             shown(batch, "from"),
                             shown(batch, "to"),
                             shown(batch, "certificate"),
                             shown(batch, "leaf"));
    }
    prose += fmt::format("{} entries are held by {} ({})\n",
                         shown(answer, "size"),
                         joined(answer, "holders"),
                         shown(answer, "profile"));
    terminal.result(answer, prose);
    return 0;
}

}  // namespace

int cmd_log_disperse(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_log_disperse);
}

}  // namespace mednexus::cli
