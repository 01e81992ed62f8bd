#pragma once
/// One header packet: encryption and decryption for one reader.
/// Source   GA4GH File Encryption Standard, sections 3.2.1 and 3.3
#include <optional>

#include "mednexus/core/random.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/crypto/x25519.hpp"
#include "mednexus/storage/crypt4gh.hpp"

namespace mednexus::storage::internal {

inline constexpr std::uint32_t kMethodX25519ChaCha20Poly1305 = 0;
inline constexpr std::size_t kPacketOverheadBytes = 32 + 12 + 16;  ///< public key, nonce, tag

/// Encrypts under a writer key made for this packet and forgotten: only the reader can open it.
/// Errors: invalid: the reader's key is of small order.
[[nodiscard]] Result<HeaderPacket> seal_packet(BytesView payload,
                                               const crypto::X25519PublicKey& reader,
                                               Random& random);

struct ReaderKey {
    const crypto::X25519SecretKey& secret;
    crypto::X25519PublicKey public_key;
};

/// The payload, or nothing when the packet is not for this reader (or was damaged: the format does
/// not tell the two apart).
[[nodiscard]] std::optional<SecretBytes> open_packet(const HeaderPacket& packet,
                                                     const ReaderKey& reader);

}  // namespace mednexus::storage::internal
