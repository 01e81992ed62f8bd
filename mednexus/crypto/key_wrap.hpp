#pragma once
/// Secrets at rest under a passphrase: Argon2id and ChaCha20-Poly1305. See
/// docs/formats/keystore.md.
#include "mednexus/core/random.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {

inline constexpr std::size_t kWrapHeaderSizeBytes = 46;
inline constexpr std::size_t kWrappedSizeBytesMax = 1U << 20U;

/// The greatest cost that is written, and that a reader computes for a file it does not know yet.
inline constexpr Argon2idCost kWrapCostMax{.memory_kib = 1048576, .passes = 16};

/// Seals `plain` under a key that `cost` derives from the passphrase and a fresh salt.
///
/// Shape    header of 46 bytes ‖ ciphertext as long as `plain` ‖ tag of 16 bytes
/// Errors   invalid: a cost outside 8 KiB, 1 pass .. kWrapCostMax, or more than 1 MiB in all;
///          busy: not enough memory for the cost
/// Source   docs/formats/keystore.md section 1
[[nodiscard]] Result<Bytes> wrap_with_passphrase(const SecretBytes& passphrase,
                                                 BytesView plain,
                                                 Argon2idCost cost,
                                                 Random& random);

/// Opens what wrap_with_passphrase made. The header is judged before anything is computed from it.
///
/// Errors   corrupt: not this format, or a cost above `cost_max`; denied: the passphrase is
/// another,
///          or a byte was changed (the two cannot be told apart); busy: not enough memory
[[nodiscard]] Result<SecretBytes> unwrap_with_passphrase(const SecretBytes& passphrase,
                                                         BytesView wrapped,
                                                         Argon2idCost cost_max = kWrapCostMax);

}  // namespace mednexus::crypto
