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
/// Names of rules: 1 to 64 of a-z . _ each.
[[nodiscard]] Result<std::vector<std::string>> read_rule_names(json::Reader& reader,
                                                               std::string_view key,
                                                               std::size_t count_max);
/// "linear_repetitions", kRepetitionsMin .. kRepetitionsMax.
[[nodiscard]] Result<std::uint32_t> read_repetitions(json::Reader& reader);
/// Refuses a member that is not exactly `text`.
[[nodiscard]] Result<void> expect_text(json::Reader& reader,
                                       std::string_view key,
                                       std::string_view text);

/// An array of at most `count_max` items, each read by `read`.
template <typename T>
[[nodiscard]] Result<std::vector<T>> read_array(json::Reader& reader,
                                                std::string_view key,
                                                std::size_t count_max,
                                                Result<T> (*read)(const json::Value&)) {
    MN_TRY(const json::Array* list, reader.array(key));
    if (list->size() > count_max) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": too many");
    }
    std::vector<T> out;
    for (const json::Value& one : *list) {
        MN_TRY(T item, read(one));
        out.push_back(std::move(item));
    }
    return out;
}

[[nodiscard]] json::Value hashes_of(const std::vector<Hash32>& hashes);
/// In their order.
[[nodiscard]] json::Value texts_of(const std::vector<std::string>& texts);

}  // namespace mednexus::service::internal
