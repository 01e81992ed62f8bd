#pragma once
#include "mednexus/storage/crypt4gh.hpp"
#include "mednexus/storage/internal/packet.hpp"

namespace mednexus::storage::internal {

/// Appends one packet per payload for the reader. Errors: invalid: key of small order, or the
/// header would have too many packets or bytes.
[[nodiscard]] Result<void> append_packets(Header& header,
                                          std::span<const SecretBytes> payloads,
                                          const crypto::X25519PublicKey& reader,
                                          Random& random);

/// A header that gives each of the recipients all payloads. Errors: invalid: nobody; as above.
[[nodiscard]] Result<Header> make_header(std::span<const SecretBytes> payloads,
                                         Recipients recipients,
                                         Random& random);

}  // namespace mednexus::storage::internal
