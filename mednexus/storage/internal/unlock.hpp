#pragma once
#include <optional>
#include <vector>

#include "mednexus/storage/crypt4gh.hpp"
#include "mednexus/storage/internal/payload.hpp"

namespace mednexus::storage::internal {

/// What one reader learns from a header.
struct Unlocked {
    std::vector<crypto::AeadKey> keys;  ///< one or more
    std::optional<EditLengths> edit_lengths;
    std::vector<SecretBytes> payloads;  ///< the same, as they were sealed: for other readers
};

/// Tries every packet, as the standard asks; those that do not open are someone else's.
///
/// Errors   denied: no data key for this reader; invalid: what parse_payload refuses, or two edit
///          lists
/// Source   GA4GH File Encryption Standard, section 3.3.3
[[nodiscard]] Result<Unlocked> unlock(const Header& header, const crypto::X25519SecretKey& secret);

}  // namespace mednexus::storage::internal
