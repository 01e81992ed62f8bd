#pragma once
/// Builds the objects of a node and keeps them until a signal comes.
#include "apps/mednexusd/options.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::mednexusd {

/// Returns once the node has been stopped by SIGTERM, SIGINT or SIGHUP.
/// Needs    to be called before any thread exists: it blocks those signals for all of them
/// Errors   those of process, config, passphrase, Node::open and http::Server
[[nodiscard]] Result<void> run_daemon(const Options& options);

}  // namespace mednexus::mednexusd
