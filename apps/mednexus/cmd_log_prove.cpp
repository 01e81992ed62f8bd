#include <charconv>

#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus log prove [OPTIONS] ENTRY

Writes the receipt (C2SP tlog-proof) of one log entry: the entry, its place in the tree and the
signed checkpoint. `mednexus verify` checks it offline.

  ENTRY                   the index of the entry, from 0
  -o, --output FILE       where to write; a file that is there is not overwritten (else printed)
  --force                 overwrite it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus log prove --home north 0 -o receipt.tlog-proof
  mednexus log prove --home north 17
)";

struct Options {
    HomeOptions home;
    std::string entry;
    std::string output;
    bool is_forced = false;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("ENTRY", options.entry);
    parser.text("-o,--output", options.output);
    parser.flag("--force", options.is_forced);
}

Result<std::uint64_t> index_of(const std::string& text) {
    std::uint64_t index = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, index);
    if (error != std::errc{} || stopped != end) {
        return fail(Kind::invalid, fmt::format("ENTRY is an index from 0, not '{}'", text));
    }
    return index;
}

Result<int> run_log_prove(const Options& options, Terminal& terminal) {
    const auto index = index_of(options.entry);
    if (!index) {
        return terminal.report_usage(index.error().what, "mednexus log prove");
    }
    json::Object arguments;
    arguments.set("leaf", *index);
    MN_TRY(const auto answer, execute(options.home, terminal, "log.prove", std::move(arguments)));
    MN_TRY(const std::string proof, string_of(answer, "proof"));
    if (options.output.empty()) {
        terminal.result(answer, proof);
        return 0;
    }
    MN_DO(write_output(
        options.output, bytes_of(proof), options.is_forced ? Existing::replace : Existing::refuse));
    terminal.result(answer, fmt::format("{}: receipt of entry {}\n", options.output, *index));
    return 0;
}

}  // namespace

int cmd_log_prove(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_log_prove);
}

}  // namespace mednexus::cli
