#pragma once
/// The frame of every command: options struct, parse, run.
///
///     int cmd_x(Args args, Terminal& terminal) {
///         return command<Options>(kUsage, args, terminal, declare, run_x);
///     }
#include <string_view>

#include "apps/mednexus/parser.hpp"
#include "apps/mednexus/terminal.hpp"

namespace mednexus::cli {

/// `path` is what people type, e.g. "case add". `run` returns the exit code.
struct Command {
    std::string_view path;
    int (*run)(Args args, Terminal& terminal);
};

/// Prints the usage text when -h or --help is among the words, and says whether it did.
[[nodiscard]] bool show_usage_if_asked(std::string_view usage, Args args, Terminal& terminal);

/// "mednexus case add" of "usage: mednexus case add FILE…\n…": the words before the first argument.
[[nodiscard]] std::string command_of(std::string_view usage);

/// Declares --json and --progress, parses, and reports what is wrong with the words.
[[nodiscard]] Result<void> parse_words(Parser& parser, Args args, Terminal& terminal);

template <typename Options>
int command(std::string_view usage,
            Args args,
            Terminal& terminal,
            void (*declare)(Parser& parser, Options& options),
            Result<int> (*run)(const Options& options, Terminal& terminal)) {
    if (show_usage_if_asked(usage, args, terminal)) {
        return 0;
    }
    Options options;
    Parser parser;
    declare(parser, options);
    if (const auto parsed = parse_words(parser, args, terminal); !parsed) {
        return terminal.report_usage(parsed.error().what, command_of(usage));
    }
    const auto code = run(options, terminal);
    return code ? *code : terminal.report(code.error());
}

}  // namespace mednexus::cli
