#pragma once
/// The five parts of a batch by their hashes: as a column, and as a member of what peers send.
#include <optional>
#include <string>
#include <string_view>

#include "mednexus/codec/json.hpp"
#include "mednexus/service/documents_index.hpp"

namespace mednexus::service::internal {

[[nodiscard]] json::Value json_of_parts(const PartHashes& parts);
/// Errors   invalid: not five
[[nodiscard]] Result<PartHashes> read_part_list(json::Reader& reader, std::string_view key);

/// Canonical JSON.
[[nodiscard]] std::string write_part_list(const PartHashes& parts);
/// Nothing for "". Errors   corrupt
[[nodiscard]] Result<std::optional<PartHashes>> parse_part_list(std::string_view text);

}  // namespace mednexus::service::internal
