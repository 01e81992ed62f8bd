#pragma once

namespace mednexus::crypto::internal {

/// Prepares libsodium once; every function that calls it calls this first. Threads: safe.
void need_sodium();

}  // namespace mednexus::crypto::internal
