/// mednexus: the command line of one institution, and the offline verifier of anybody.

#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/process/process.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/log.hpp"

namespace {

using mednexus::cli::Args;
using mednexus::cli::Command;
using mednexus::cli::Terminal;

constexpr std::string_view kUsage = R"(usage: mednexus COMMAND [OPTIONS]

  demo                        three hospitals on this machine, from deposit to proof
  check FILE…                 are these valid phenopackets or case JSONL?
  verify --trust POLICY FILE… check a proof bundle or receipt, offline

  init                        make the home of an institution
  peer add                    record another institution's card
  agreement propose|sign|add  the agreement between institutions
  case add|list|show|share    cases of this institution
  consent grant|revoke        what a patient permits
  match                       similar cases at other institutions

  storage root|put|get        objects named by their 0G Storage root
  log status|prove|export|audit
                              the institution's append-only log
  log disperse|rebuild        keep it at the other institutions, and get it back from there
  chain up|down|deploy|status local chain and contracts
  chain accredit|renew|suspend|reinstate|revoke
                              which institutions the registry admits
  eval similar                measure the matching on published cases

Every command takes -h, --json, and where it works in a home: --home DIR (or MEDNEXUS_HOME).

examples:
  mednexus demo
  mednexus check case.json
)";

/// The command that the first words name, and how many words that took.
const Command* find_command(Args words, std::size_t& taken) {
    for (const auto& command : mednexus::cli::commands()) {
        const bool is_pair = command.path.find(' ') != std::string_view::npos;
        taken = is_pair ? 2 : 1;
        if (words.size() >= taken &&
            command.path == (is_pair ? words[0] + " " + words[1] : words[0])) {
            return &command;
        }
    }
    return nullptr;
}

/// What could have stood after the first word, e.g. "case add, case list".
std::string commands_of(std::string_view noun) {
    std::string found;
    for (const auto& command : mednexus::cli::commands()) {
        if (command.path.starts_with(fmt::format("{} ", noun))) {
            found += fmt::format("{}mednexus {}", found.empty() ? "" : ", ", command.path);
        }
    }
    return found;
}

int explain_unknown(Args words, Terminal& terminal) {
    if (words.empty()) {
        std::fputs(kUsage.data(), stderr);
        return mednexus::kExitUsage;
    }
    const bool is_help = words[0] == "-h" || words[0] == "--help" || words[0] == "help";
    if (is_help) {
        terminal.raw(kUsage);
        return 0;
    }
    if (words[0] == "--version") {
        terminal.raw("mednexus " MEDNEXUS_VERSION "\n");
        return 0;
    }
    if (const auto known = commands_of(words[0]); !known.empty()) {
        terminal.hint(known);
    }
    const auto tried =
        words.size() > 1 && !commands_of(words[0]).empty() ? words[0] + " " + words[1] : words[0];
    return terminal.report_usage(fmt::format("there is no command '{}'", tried), "mednexus");
}

int run(Args words, Terminal& terminal) {
    std::size_t taken = 0;
    const auto* command = find_command(words, taken);
    return command == nullptr ? explain_unknown(words, terminal)
                              : command->run(words.subspan(taken), terminal);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const mednexus::SystemClock clock;
    Terminal terminal(clock);
    // What a node logs for its operators, the command says in its own words.
    mednexus::set_log_level(mednexus::LogLevel::error);
    mednexus::process::ignore_broken_pipes();
    if (const auto kept = mednexus::process::keep_memory_private(); !kept) {
        return terminal.report(kept.error());
    }
    const int code = run(words, terminal);
    const auto flushed = terminal.flush();
    return flushed || code != 0 ? code : terminal.report(flushed.error());
}
