#pragma once
/// The local chain: anvil, run directly, on a loopback port, with its state in the folder. See
/// mednexus-chain(1). Threads: one.
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "mednexus/chain/client.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::chain_tools {

inline constexpr std::uint64_t kLocalChainId = 9107;  ///< ours: no public chain has it

/// `given`, else MEDNEXUS_ANVIL, else contracts/node_modules beside this program's build folder or
/// one of its parents. Errors: unavailable: none is there, or it is not executable.
[[nodiscard]] Result<std::string> find_anvil(const std::string& given);

enum class Mode : std::uint8_t {
    detached,    ///< a daemon of its own
    foreground,  ///< becomes this process, and ends with the one that started it
};

struct AnvilOptions {
    std::string anvil;
    std::string folder;      ///< absolute
    std::uint16_t port = 0;  ///< 0: one that is free
    std::uint32_t block_seconds = 1;
    Mode mode = Mode::detached;
};

struct RunningAnvil {
    pid_t pid = 0;
    std::string url;
};

/// The anvil of this folder, if it runs: a process whose number the folder holds, that has the
/// folder's state file among its arguments. Errors: io.
[[nodiscard]] Result<std::optional<RunningAnvil>> find_running(const std::string& folder);

/// Starts it, waits until it answers with our chain id, writes pid and URL. A state file that a
/// kill cut short is put aside, and the last backup takes its place.
/// Errors   unavailable: it ended or did not answer in time (see the log); io; conflict: a chain of
///          another id is in the folder
[[nodiscard]] Result<RunningAnvil> start_anvil(const AnvilOptions& options,
                                               chain::Transport& transport);

/// SIGTERM, then SIGKILL after 15 s. False: none ran. Errors: io; internal: it does not end.
[[nodiscard]] Result<bool> stop_anvil(const std::string& folder);

/// Whether the process still runs.
[[nodiscard]] bool is_alive(pid_t pid);

/// Keeps a copy of a state file that is whole. Nothing happens when there is none. Errors: io.
[[nodiscard]] Result<void> back_up_state(const std::string& folder);

}  // namespace mednexus::chain_tools
