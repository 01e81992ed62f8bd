#include <optional>

#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/clinical/phenopacket.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage =
    R"(usage: mednexus match [OPTIONS] (CASE | --phenopacket FILE) --purpose DUO

Looks for cases like this one in the indexes of the consortium, under encryption: the computing node
sees neither query nor scores. Every member checks what was computed, decides case by case, logs,
and gives its share; all shares together open the scores of permitted cases, to this institution
alone. When one member is away nothing opens (exit 69).

  --phenopacket FILE      ask for a case that is not deposited here
  --purpose DUO           e.g. DUO:0000043 (clinical care)
  --top N                 rank at most N cases (10)
  -o, --output FILE.mnx   write the proof bundle; a file that is there is not overwritten
  --force                 overwrite it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer; with -o the bundle's file in place of the bundle

examples:
  mednexus match --home north 0x<64 hex digits> --purpose DUO:0000043 -o result.mnx
  mednexus match --home north --phenopacket case.json --purpose DUO:0000043 --top 5 -o result.mnx
)";

struct Options {
    HomeOptions home;
    std::string case_id;
    std::string phenopacket;
    std::string purpose;
    std::uint32_t top = 10;
    std::string output;
    bool is_forced = false;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("CASE", options.case_id, Need::optional);
    parser.text("--phenopacket", options.phenopacket);
    parser.text("--purpose", options.purpose, Need::required);
    parser.number("--top", options.top);
    parser.text("-o,--output", options.output);
    parser.flag("--force", options.is_forced);
}

Result<json::Value> arguments_of(const Options& options) {
    json::Object arguments;
    if (options.phenopacket.empty()) {
        arguments.set("case", options.case_id);
    } else {
        MN_TRY(const Bytes text, read_input(options.phenopacket, clinical::kPhenopacketBytesMax));
        arguments.set("phenopacket", text_of(text));
    }
    arguments.set("purpose", options.purpose);
    arguments.set("top", std::uint64_t{options.top});
    return json::Value(std::move(arguments));
}

std::string prose_of(const json::Value& answer) {
    std::string prose =
        fmt::format("{:>4}  {:>7}  {:<32}  {}\n", "rank", "score", "handle", "institution");
    std::size_t rank = 0;
    for (const auto& place : elements(answer, "ranking")) {
        prose += fmt::format("{:>4}  {:>7}  {:<32}  {}\n",
                             ++rank,
                             shown(place, "score"),
                             shown(place, "handle"),
                             shown(place, "institution"));
    }
    for (const auto& peer : elements(answer, "peers")) {
        prose += fmt::format("{}: {} cases in its index, {} not permitted\n",
                             shown(peer, "name"),
                             shown(peer, "counted"),
                             shown(peer, "not_permitted"));
    }
    return prose + fmt::format("{}\n", shown(answer, "notice"));
}

/// The answer with the bundle's file in place of the bundle.
json::Value without_bundle(const json::Value& answer, const std::string& file) {
    json::Object out;
    for (const auto& [key, value] : answer.as_object()->members()) {
        out.set(key, key == "bundle" ? json::Value(file) : value);
    }
    return out;
}

Result<int> match_into(OutputFile file, const Options& options, Terminal& terminal) {
    MN_TRY(const auto arguments, arguments_of(options));
    MN_TRY(const auto answer, execute(options.home, terminal, "match", arguments));
    MN_TRY(const std::string bundle, string_of(answer, "bundle"));
    MN_DO(file.append(bytes_of(bundle)));
    MN_DO(file.commit());
    terminal.result(
        without_bundle(answer, options.output),
        prose_of(answer) + fmt::format("{}: the proof; mednexus verify --trust POLICY {}\n",
                                       options.output,
                                       options.output));
    return 0;
}

Result<int> run_match(const Options& options, Terminal& terminal) {
    if (options.case_id.empty() == options.phenopacket.empty()) {
        return terminal.report_usage("name one case: CASE or --phenopacket FILE", "mednexus match");
    }
    if (!options.output.empty()) {
        MN_TRY(OutputFile file,
               OutputFile::create(options.output,
                                  options.is_forced ? Existing::replace : Existing::refuse));
        return match_into(std::move(file), options, terminal);
    }
    MN_TRY(const auto arguments, arguments_of(options));
    MN_TRY(const auto answer, execute(options.home, terminal, "match", arguments));
    terminal.result(answer, prose_of(answer));
    return 0;
}

}  // namespace

int cmd_match(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_match);
}

}  // namespace mednexus::cli
