#pragma once
/// The key that deploys the contracts and accredits institutions, in a file under a passphrase
/// (docs/formats/keystore.md section 1). Threads: free functions.
#include <string>

#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain_tools {

[[nodiscard]] bool has_accreditor(const std::string& path);

/// A fresh key, durable in a new file when this returns.
/// Errors: conflict: the file is there; io; busy: not enough memory.
[[nodiscard]] Result<Secret<32>> make_accreditor(const std::string& path,
                                                 const SecretBytes& passphrase,
                                                 Random& random,
                                                 crypto::Argon2idCost cost = {});

/// Errors: not_found; denied: wrong passphrase; corrupt: no such file, or no key inside; io.
[[nodiscard]] Result<Secret<32>> open_accreditor(const std::string& path,
                                                 const SecretBytes& passphrase);

}  // namespace mednexus::chain_tools
