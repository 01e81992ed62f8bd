#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/chain_wait.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus log anchor [OPTIONS]

Writes size and root of the institution's log to the home's chain, so that it cannot show another
history of that size later. With --job, anchors the bundle of a match: every institution of it does
the same, and the bundle is made anew with the proof. It ends with the three lines of a policy that
trusts the newest block; whoever checks the bundle compares them with a source of his own. What the
institutions dispersed before (log disperse) goes into the bundle too, with its certificates.

  --job JOB               anchor the bundle of this match
  --wait SECONDS          wait so long for the chain (120)
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  {"item":…,"root":…,"size":…,"state":…}; with --job the node's answer,
                          the bundle's file in place of the bundle

examples:
  mednexus log anchor --home north
  mednexus log anchor --home north --job 00112233445566778899aabbccddeeff --wait 60
)";

struct Options {
    HomeOptions home;
    std::string job;
    std::uint32_t wait_seconds = kChainWaitSeconds;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.text("--job", options.job);
    parser.number("--wait", options.wait_seconds);
}

/// Asks until the answer is another than `busy`, or the time is over.
Result<json::Value> anchor_bundle(Operator& node, const Options& options, Terminal& terminal) {
    constexpr auto kPause = std::chrono::milliseconds(500);
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(options.wait_seconds);
    json::Object arguments;
    arguments.set("job", options.job);
    Progress progress(terminal, "waiting for anchors", 0);
    while (true) {
        auto answer = node.execute("bundle.anchor", arguments);
        if (answer || answer.error().kind != Kind::busy) {
            return answer;
        }
        if (std::chrono::steady_clock::now() >= until) {
            terminal.hint("nothing is lost: the anchors are on their way; ask again");
            return answer;
        }
        progress.advance(1);
        std::this_thread::sleep_for(kPause);
    }
}

/// The answer with the bundle's file in place of the bundle.
json::Value without_bundle(const json::Value& answer, const std::string& file) {
    json::Object out;
    for (const auto& [key, value] : answer.as_object()->members()) {
        out.set(key, key == "bundle" ? json::Value(file) : value);
    }
    return out;
}

Result<int> run_bundle_anchor(const Options& options, Terminal& terminal) {
    MN_TRY(const auto node, open_operator(options.home, terminal));
    MN_TRY(const json::Value answer, anchor_bundle(*node, options, terminal));
    const std::string file = fmt::format("{}/bundles/{}.mnx", options.home.home, options.job);
    std::string prose;
    for (const json::Value& one : elements(answer, "anchors")) {
        prose += fmt::format("{}: {} entries anchored in block {}\n",
                             shown(one, "institution"),
                             shown(one, "size"),
                             shown(one, "block"));
    }
    for (const json::Value& one : elements(answer, "batches")) {
        prose += fmt::format("{}: entries {} to {} are held by others too\n",
                             shown(one, "institution"),
                             shown(one, "from"),
                             shown(one, "to"));
    }
    const json::Value* const block = answer.as_object()->find("block");
    if (block == nullptr) {
        return fail(Kind::internal, "bundle.anchor: no block in the answer");
    }
    prose += fmt::format("{}: anchored up to block {}\nchain-id {}\nanchor {}\ntrusted-block {}\n",
                         file,
                         shown(*block, "number"),
                         shown(answer, "chain_id"),
                         shown(answer, "contract"),
                         shown(*block, "hash"));
    terminal.result(without_bundle(answer, file), prose);
    return 0;
}

Result<int> run_own_anchor(const Options& options, Terminal& terminal) {
    MN_TRY(const auto node, open_operator(options.home, terminal));
    MN_TRY(const json::Value answer, node->execute("log.anchor", json::Object{}));
    const json::Value* const item = answer.as_object()->find("item");
    const json::Value* const size = answer.as_object()->find("size");
    if (item == nullptr || size == nullptr) {
        return fail(Kind::internal, "log.anchor: no item or size in the answer");
    }
    MN_TRY(const std::string name, string_of(*item, "item"));
    MN_DO(wait_for_chain(*node, terminal, {name}, options.wait_seconds));
    const std::string state = options.wait_seconds > 0 ? "settled" : shown(*item, "state");
    MN_TRY(const std::string root, string_of(answer, "root"));
    json::Object out;
    out.set("item", name);
    out.set("root", root);
    out.set("size", *size);
    out.set("state", state);
    terminal.result(out,
                    fmt::format("{} entries, root {}: {}\n", shown(answer, "size"), root, state));
    return 0;
}

Result<int> run_log_anchor(const Options& options, Terminal& terminal) {
    return options.job.empty() ? run_own_anchor(options, terminal)
                               : run_bundle_anchor(options, terminal);
}

}  // namespace

int cmd_log_anchor(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_log_anchor);
}

}  // namespace mednexus::cli
