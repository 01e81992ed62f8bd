#pragma once
/// Fields that several signed documents share. Every error names its place.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::service::internal {

[[nodiscard]] std::string hex(const Hash32& hash);

[[nodiscard]] Result<Hash32> read_hash(json::Reader& reader, std::string_view key);
[[nodiscard]] Result<UnixTime> read_time(json::Reader& reader, std::string_view key);
/// Members "from" and "until".
[[nodiscard]] Result<Period> read_period(json::Reader& reader);
[[nodiscard]] Result<std::string> read_checked(json::Reader& reader,
                                               std::string_view key,
                                               bool (*is_good)(std::string_view) noexcept);
/// Sorted, no repeats, 1 to kListItemsMax items.
[[nodiscard]] Result<std::vector<std::string>> read_list(
    json::Reader& reader, std::string_view key, bool (*is_good)(std::string_view) noexcept);
[[nodiscard]] Result<std::vector<Purpose>> read_purposes(json::Reader& reader);
/// A verifier key of type Ed25519 with this note name.
[[nodiscard]] Result<crypto::NoteVerifier> read_vkey(json::Reader& reader,
                                                     std::string_view key,
                                                     std::string_view name);

/// Sorted, repeats dropped.
[[nodiscard]] json::Value list_of(std::vector<std::string> items);
[[nodiscard]] json::Value list_of(std::span<const Purpose> purposes);

/// Errors   denied: one of the keys did not sign, or a signature is false
[[nodiscard]] Result<void> signed_by_all(const codec::Note& note,
                                         std::span<const crypto::NoteVerifier> keys,
                                         std::string_view what);

}  // namespace mednexus::service::internal
