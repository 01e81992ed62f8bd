#pragma once
/// What every program of ours asks of the operating system before it holds a key. Threads: call
/// these at the start of main, before any thread exists.
#include "mednexus/core/result.hpp"

namespace mednexus::process {

/// No core file and no attaching debugger of the same user: this process holds keys in the clear.
[[nodiscard]] Result<void> keep_memory_private();

/// A peer that closes its end gives an error value, not a signal.
void ignore_broken_pipes();

/// SIGTERM for us when the parent ends: a demonstration leaves no daemon behind.
/// Errors   unavailable: the parent has ended already; internal
[[nodiscard]] Result<void> end_with_parent();

}  // namespace mednexus::process
