#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus log status [OPTIONS]

Prints the size and root of the institution's log and its signed checkpoint.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus log status --home north
  MEDNEXUS_HOME=north mednexus log status --json
)";

struct Options {
    HomeOptions home;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
}

Result<int> run_log_status(const Options& options, Terminal& terminal) {
    MN_TRY(const auto answer, execute(options.home, terminal, "log.status", json::Object{}));
    std::string prose;
    if (answer.as_object() != nullptr) {
        for (const auto& [key, value] : answer.as_object()->members()) {
            // A checkpoint is a note of several lines and is shown as such.
            const auto* text = value.as_string();
            const bool is_note = text != nullptr && text->find('\n') != std::string::npos;
            prose += is_note ? fmt::format("{}:\n{}", key, *text)
                             : fmt::format("{}: {}\n", key, shown(answer, key));
        }
    }
    terminal.result(answer, prose);
    return 0;
}

}  // namespace

int cmd_log_status(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_log_status);
}

}  // namespace mednexus::cli
