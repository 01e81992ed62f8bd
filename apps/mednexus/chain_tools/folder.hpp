#pragma once
/// The folder of `mednexus chain`: which one it is, and the files in it. See docs/formats/chain.md
/// section 2 and mednexus-chain(1). Threads: free functions and plain data.
#include <optional>
#include <string>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::chain_tools {

/// `--dir`, else MEDNEXUS_CHAIN_DIR, else $XDG_STATE_HOME/mednexus/chain, else
/// ~/.local/state/mednexus/chain: one local chain per person, found from any working folder.
/// Errors: not_found: none of these is set.
[[nodiscard]] Result<std::string> choose_folder(const std::string& given);

/// Absolute path, made with its parents for its owner alone. Errors: io.
[[nodiscard]] Result<std::string> make_folder(const std::string& path);

inline constexpr const char* kUrlFile = "chain-rpc";              ///< the node's URL, one line
inline constexpr const char* kDeploymentFile = "chain.json";      ///< public
inline constexpr const char* kAccreditorFile = "accreditor.mnk";  ///< sealed key
inline constexpr const char* kStateFile = "state.json";           ///< anvil's
inline constexpr const char* kBackupFile = "state.backup.json";
inline constexpr const char* kLogFile = "anvil.log";
inline constexpr const char* kPidFile = "anvil.pid";

/// Small files of ours, without their final LF. Errors: not_found; io; invalid: over 64 KiB.
[[nodiscard]] Result<std::string> read_small(const std::string& folder, const char* name);
/// Replaces it, whole or not at all. Errors: io.
[[nodiscard]] Result<void> write_small(const std::string& folder,
                                       const char* name,
                                       std::string_view text);

/// chain.json; empty when there is none. Errors: as parse_deployment; io.
[[nodiscard]] Result<std::optional<chain::Deployment>> read_deployment(const std::string& folder);

/// `given`, or what chain-rpc says. Errors: unavailable: neither.
[[nodiscard]] Result<std::string> choose_url(const std::string& folder, const std::string& given);

}  // namespace mednexus::chain_tools
