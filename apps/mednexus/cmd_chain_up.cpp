#include <chrono>
#include <csignal>
#include <thread>

#include <fmt/format.h>

#include "apps/mednexus/chain_desk.hpp"
#include "apps/mednexus/chain_tools/anvil.hpp"
#include "apps/mednexus/chain_tools/folder.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/process/process.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus chain up [OPTIONS]

Starts a local chain (anvil, chain id 9107) on 127.0.0.1, or tells of the one that runs. Its state
is kept in the folder, also through a crash. It is for one machine: nothing on it costs anything.

  --dir DIR          the chain's folder (or MEDNEXUS_CHAIN_DIR;
                     otherwise ~/.local/state/mednexus/chain)
  --anvil PATH       the anvil program (or MEDNEXUS_ANVIL; otherwise the one that
                     `npm ci` puts into contracts/node_modules)
  --port N           where it listens (a free port)
  --block-seconds N  a block comes every N seconds (1)
  --foreground       stay; anvil ends with this command, and this command with its parent
  --json             {"chain_id":…,"dir":…,"pid":…,"rpc":…,"started":…}

examples:
  mednexus chain up
  mednexus chain up --dir chain --port 8545 --json
)";

struct Options {
    ChainOptions chain;
    std::string anvil;
    std::uint32_t port = 0;
    std::uint32_t block_seconds = 1;
    bool is_foreground = false;
};

void declare(Parser& parser, Options& options) {
    declare_chain_dir(parser, options.chain);
    parser.text("--anvil", options.anvil);
    parser.number("--port", options.port);
    parser.number("--block-seconds", options.block_seconds);
    parser.flag("--foreground", options.is_foreground);
}

void show(Terminal& terminal,
          const std::string& folder,
          const chain_tools::RunningAnvil& running,
          bool is_new) {
    json::Object object;
    object.set("chain_id", chain_tools::kLocalChainId);
    object.set("dir", folder);
    object.set("pid", static_cast<std::int64_t>(running.pid));
    object.set("rpc", running.url);
    object.set("started", is_new);
    terminal.result(std::move(object),
                    fmt::format("{}: {} at {} (process {})\n",
                                folder,
                                is_new ? "started" : "runs",
                                running.url,
                                running.pid));
}

/// Until anvil ends; a signal ends this process, and anvil with it.
Result<int> stay(const chain_tools::RunningAnvil& running, Terminal& terminal) {
    MN_DO(terminal.flush());
    while (chain_tools::is_alive(running.pid)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return fail(Kind::unavailable, "chain: anvil has ended");
}

Result<chain_tools::RunningAnvil> start(const Options& options,
                                        const std::string& folder,
                                        Terminal& terminal) {
    auto anvil = chain_tools::find_anvil(options.anvil);
    if (!anvil) {
        terminal.hint("npm ci --prefix contracts, or name the program with --anvil PATH");
        return Failure(anvil.error());
    }
    http::RpcTransport transport;
    terminal.hint("see " + folder + "/" + chain_tools::kLogFile);
    auto started =
        chain_tools::start_anvil({.anvil = *std::move(anvil),
                                  .folder = folder,
                                  .port = static_cast<std::uint16_t>(options.port),
                                  .block_seconds = options.block_seconds,
                                  .mode = options.is_foreground ? chain_tools::Mode::foreground
                                                                : chain_tools::Mode::detached},
                                 transport);
    if (started) {
        terminal.hint("");
    }
    return started;
}

Result<int> run_up(const Options& options, Terminal& terminal) {
    constexpr std::uint32_t kPortMax = 65535;
    constexpr std::uint32_t kBlockSecondsMax = 3600;
    const bool is_sound = options.port <= kPortMax && options.block_seconds >= 1 &&
                          options.block_seconds <= kBlockSecondsMax;
    if (!is_sound) {
        return terminal.report_usage("--port is at most 65535, --block-seconds 1 to 3600",
                                     "mednexus chain up");
    }
    if (options.is_foreground) {
        MN_DO(process::end_with_parent());
    }
    MN_TRY(const std::string chosen, chain_tools::choose_folder(options.chain.dir));
    MN_TRY(const std::string folder, chain_tools::make_folder(chosen));
    MN_TRY(const auto running, chain_tools::find_running(folder));
    if (running) {
        show(terminal, folder, *running, false);
        return options.is_foreground ? stay(*running, terminal) : Result<int>(0);
    }
    MN_TRY(const auto started, start(options, folder, terminal));
    MN_DO(chain_tools::back_up_state(folder));
    show(terminal, folder, started, true);
    return options.is_foreground ? stay(started, terminal) : Result<int>(0);
}

}  // namespace

int cmd_chain_up(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_up);
}

}  // namespace mednexus::cli
