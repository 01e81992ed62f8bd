#pragma once
/// What an opened header packet says: a data key or an edit list.
/// Source   GA4GH File Encryption Standard, sections 3.2.2 to 3.2.4
#include <variant>
#include <vector>

#include "mednexus/core/secret.hpp"
#include "mednexus/crypto/aead.hpp"

namespace mednexus::storage::internal {

inline constexpr std::uint32_t kPacketTypeDataKey = 0;
inline constexpr std::uint32_t kPacketTypeEditList = 1;
inline constexpr std::uint32_t kDataMethodChaCha20Poly1305 = 0;

/// Byte counts to leave out and keep in turn.
using EditLengths = std::vector<std::uint64_t>;
using Payload = std::variant<crypto::AeadKey, EditLengths>;

/// Reads one payload; bytes after its end are padding, which the format allows.
/// Errors   invalid: truncated, or a type or data method that is not supported
[[nodiscard]] Result<Payload> parse_payload(BytesView raw);

[[nodiscard]] SecretBytes encode_data_key(const crypto::AeadKey& key);

}  // namespace mednexus::storage::internal
