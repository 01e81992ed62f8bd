#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "mednexus/service/bundle.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus verify [OPTIONS] [--trust POLICY] FILE…

Checks proof bundles (.mnx) and log receipts (tlog-proof), offline: no home, no network, no clock.
POLICY holds the keys you trust and came to you by another way than FILE. Without it the best
verdict is "consistent, signers not established". Printed per claim: proven, not_proven
or contradicted, and what the file does not show at all.

  --trust POLICY  C2SP tlog-policy lines (log, witness, group, quorum), roster, chain-id,
                  anchor, trusted-block, and availability
  --json          one object a file

Exit: 0 every claim of every FILE is proven; 1 not so; 65 not a bundle or receipt at all.

examples:
  mednexus verify --trust trust.policy result.mnx
  mednexus verify --json --trust trust.policy receipt.tlog-proof
)";

struct Options {
    std::string trust;
    std::vector<std::string> files;
};

void declare(Parser& parser, Options& options) {
    parser.text("--trust", options.trust);
    parser.words("FILE", options.files);
}

Result<std::optional<ledger::TrustPolicy>> read_policy(const std::string& path) {
    if (path.empty()) {
        return std::optional<ledger::TrustPolicy>{};
    }
    MN_TRY(const Bytes text, read_input(path, ledger::kPolicySizeBytesMax));
    auto policy = ledger::parse_trust_policy(text_of(text));
    if (!policy) {
        return fail_in(path, policy.error());
    }
    return std::optional(*std::move(policy));
}

std::string prose_of(const std::string& path, const service::VerificationReport& report) {
    std::string prose;
    for (const auto& claim : report.claims) {
        prose += fmt::format(
            "{:<12} {}: {}\n", name_of(claim.status), claim.claim, printable(claim.detail));
    }
    for (const auto& line : report.not_shown) {
        prose += fmt::format("{:<12} {}\n", "not shown", printable(line));
    }
    return prose + fmt::format("{}: {}\n", path, words_of(report));
}

Result<int> verify_one(const std::string& path,
                       const std::optional<ledger::TrustPolicy>& policy,
                       Terminal& terminal) {
    MN_TRY(const Bytes bytes, read_input(path, service::kMnxSizeBytesMax));
    const auto report = service::verify_file(bytes, policy);
    if (!report) {
        return fail_in(path, report.error());
    }
    json::Value value = to_json(*report);
    value.as_object()->set("file", path);
    terminal.result(value, prose_of(path, *report));
    return report->verdict == service::VerificationVerdict::accepted ? 0 : kExitVerificationSaysNo;
}

Result<int> run_verify(const Options& options, Terminal& terminal) {
    MN_TRY(const auto policy, read_policy(options.trust));
    int code = 0;
    for (const auto& path : options.files) {
        const auto one = verify_one(path, policy, terminal);
        // A file that is no bundle outranks one that says no.
        code = std::max(code, one ? *one : terminal.report(one.error()));
    }
    return code;
}

}  // namespace

int cmd_verify(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_verify);
}

}  // namespace mednexus::cli
