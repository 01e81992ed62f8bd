#pragma once
/// The names of things that more than two modules handle.
#include "mednexus/core/fixed.hpp"

namespace mednexus {

using CaseId =
    Fixed<struct CaseIdTag, 32>;  ///< random; never on chain, never in a log leaf in the clear
using ObjectRoot =
    Fixed<struct ObjectRootTag, 32>;  ///< 0G Storage Merkle root (Keccak-256) of a ciphertext
using Hash32 = Fixed<struct Hash32Tag, 32>;  ///< a 32-byte digest whose function the context names

}  // namespace mednexus
