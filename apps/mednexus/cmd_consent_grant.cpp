#include <vector>

#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/arguments.hpp"
#include "apps/mednexus/chain_wait.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consent grant [OPTIONS] CASE…

Records what the patient of each CASE permits. The consent is signed with a key of its own and does
not leave this home; only that one was recorded is logged. In a home with a chain it is granted
there too, under a handle that says nothing, and counts once it is deep enough.

  --purpose DUO           DUO:0000042, DUO:0000006, DUO:0000007 or DUO:0000043; may be repeated
  --recipient NAME        an institution; may be repeated
  --jurisdiction CC       where the recipient may be, e.g. DE; may be repeated
  --from TIME             RFC 3339 in UTC, e.g. 2026-12-01T00:00:00Z (now)
  --until TIME
  --wait SECONDS          wait so long for the chain (120); 0: do not wait
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer, one object a case

examples:
  mednexus consent grant --home north 0x<64 hex digits> --purpose DUO:0000043 \
    --recipient south.example --jurisdiction FR --until 2027-12-31T23:59:59Z
  mednexus consent grant -h
)";

struct Options {
    HomeOptions home;
    std::vector<std::string> case_ids;
    std::vector<std::string> purposes;
    std::vector<std::string> recipients;
    std::vector<std::string> jurisdictions;
    std::string from;
    std::string until;
    std::uint32_t wait_seconds = kChainWaitSeconds;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.words("CASE", options.case_ids);
    parser.texts("--purpose", options.purposes, Need::required);
    parser.texts("--recipient", options.recipients, Need::required);
    parser.texts("--jurisdiction", options.jurisdictions, Need::required);
    parser.text("--from", options.from);
    parser.text("--until", options.until, Need::required);
    parser.number("--wait", options.wait_seconds);
}

Result<int> run_consent_grant(const Options& options, Terminal& terminal) {
    MN_TRY(const auto node, open_operator(options.home, terminal));
    std::vector<std::string> waiting;
    Progress progress(terminal, "recording", options.case_ids.size());
    json::Object arguments;
    arguments.set("purposes", array_of(options.purposes));
    arguments.set("recipients", array_of(options.recipients));
    arguments.set("jurisdictions", array_of(options.jurisdictions));
    arguments.set("from", time_or_now(options.from, terminal));
    arguments.set("until", options.until);
    for (const auto& case_id : options.case_ids) {
        arguments.set("case", case_id);
        const auto answer = node->execute("consent.grant", arguments);
        if (!answer) {
            return fail_in(case_id, answer.error());
        }
        terminal.result(*answer,
                        fmt::format("{}: consent recorded until {}\n", case_id, options.until));
        progress.advance(1);
        if (const auto item = string_of(*answer, "chain_item")) {
            waiting.push_back(*item);
        }
    }
    MN_DO(wait_for_chain(*node, terminal, waiting, options.wait_seconds));
    return 0;
}

}  // namespace

int cmd_consent_grant(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consent_grant);
}

}  // namespace mednexus::cli
