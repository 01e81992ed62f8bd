#pragma once
/// Fields that events and match records share, beyond those of document_fields.hpp.
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/internal/document_fields.hpp"
#include "mednexus/service/purpose.hpp"

namespace mednexus::service::internal {

/// An integer in 0 .. max.
[[nodiscard]] Result<std::uint64_t> read_count(json::Reader& reader,
                                               std::string_view key,
                                               std::uint64_t max);
/// An integer within ±(2^53 - 1).
[[nodiscard]] Result<std::int64_t> read_score(json::Reader& reader, std::string_view key);
[[nodiscard]] Result<Purpose> read_purpose(json::Reader& reader);
/// Hashes as "0x…", at most `count_max`.
[[nodiscard]] Result<std::vector<Hash32>> read_hashes(json::Reader& reader,
                                                      std::string_view key,
                                                      std::size_t count_max);
/// Refuses a member that is not exactly `text`.
[[nodiscard]] Result<void> expect_text(json::Reader& reader,
                                       std::string_view key,
                                       std::string_view text);

[[nodiscard]] json::Value hashes_of(const std::vector<Hash32>& hashes);

}  // namespace mednexus::service::internal
