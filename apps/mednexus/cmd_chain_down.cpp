#include <fmt/format.h>

#include "apps/mednexus/chain_desk.hpp"
#include "apps/mednexus/chain_tools/anvil.hpp"
#include "apps/mednexus/chain_tools/folder.hpp"
#include "apps/mednexus/commands.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus chain down [OPTIONS]

Stops the local chain of the folder. Its state stays, and `mednexus chain up` goes on from it.

  --dir DIR  the chain's folder (or MEDNEXUS_CHAIN_DIR; otherwise ~/.local/state/mednexus/chain)
  --json     {"dir":…,"stopped":…}

examples:
  mednexus chain down
  mednexus chain down --dir chain --json
)";

Result<int> run_down(const ChainOptions& options, Terminal& terminal) {
    MN_TRY(const std::string chosen, chain_tools::choose_folder(options.dir));
    MN_TRY(const std::string folder, chain_tools::make_folder(chosen));
    MN_TRY(const bool has_run, chain_tools::stop_anvil(folder));
    if (has_run) {
        MN_DO(chain_tools::back_up_state(folder));
    }
    json::Object object;
    object.set("dir", folder);
    object.set("stopped", has_run);
    terminal.result(std::move(object),
                    fmt::format("{}: {}\n", folder, has_run ? "stopped" : "no chain ran here"));
    return 0;
}

}  // namespace

int cmd_chain_down(Args args, Terminal& terminal) {
    return command<ChainOptions>(kUsage, args, terminal, declare_chain_dir, run_down);
}

}  // namespace mednexus::cli
