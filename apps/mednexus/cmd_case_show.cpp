#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus case show [OPTIONS] CASE (-o FILE | --stdout)

Opens one of the home's own cases and writes its phenopacket. Reading is decided and logged like
every release; nothing clinical is printed unless --stdout asks for it.

  -o, --output FILE       where to write, readable by you alone; a file that is there is not
                          overwritten
  --force                 overwrite it
  --stdout                print the phenopacket instead
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  with -o: {"case":…,"file":…}; with --stdout: the node's answer

examples:
  mednexus case show --home north 0x<64 hex digits> -o case.json
  mednexus case show --home north 0x<64 hex digits> --stdout
)";

struct Options {
    HomeOptions home;
    std::string case_id;
    std::string output;
    bool is_forced = false;
    bool is_printed = false;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("CASE", options.case_id);
    parser.text("-o,--output", options.output);
    parser.flag("--force", options.is_forced);
    parser.flag("--stdout", options.is_printed);
    parser.exclude("--output", "--stdout");
}

Result<json::Value> ask(const Options& options, Terminal& terminal) {
    json::Object arguments;
    arguments.set("case", options.case_id);
    return execute(options.home, terminal, "case.show", std::move(arguments));
}

/// The phenopacket, whether the node gave it as JSON or as its text.
Result<json::Value> phenopacket_of(const json::Value& answer) {
    const auto* found =
        answer.as_object() == nullptr ? nullptr : answer.as_object()->find("phenopacket");
    if (found == nullptr) {
        return fail(Kind::internal, "the node's answer has no phenopacket");
    }
    return found->as_string() != nullptr ? json::parse(*found->as_string())
                                         : Result<json::Value>(*found);
}

Result<int> run_case_show(const Options& options, Terminal& terminal) {
    if (options.output.empty() && !options.is_printed) {
        terminal.hint(fmt::format("mednexus case show {} -o case.json", options.case_id));
        return terminal.report_usage(
            "a case is clinical content: say -o FILE, or --stdout to print it",
            "mednexus case show");
    }
    if (options.is_printed) {
        MN_TRY(auto answer, ask(options, terminal));
        MN_TRY(const auto phenopacket, phenopacket_of(answer));
        answer.as_object()->set("phenopacket", phenopacket);
        terminal.result(answer, json::write_pretty(phenopacket));
        return 0;
    }
    MN_TRY(OutputFile file,
           OutputFile::create(options.output,
                              options.is_forced ? Existing::replace : Existing::refuse));
    MN_TRY(const auto answer, ask(options, terminal));
    MN_TRY(const auto phenopacket, phenopacket_of(answer));
    const auto text = json::write_pretty(phenopacket);
    MN_DO(file.append(bytes_of(text)));
    MN_DO(file.commit());
    json::Object done;
    done.set("case", options.case_id);
    done.set("file", options.output);
    terminal.result(std::move(done), fmt::format("{}: {} bytes\n", options.output, text.size()));
    return 0;
}

}  // namespace

int cmd_case_show(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_case_show);
}

}  // namespace mednexus::cli
