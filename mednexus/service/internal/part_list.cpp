#include "mednexus/service/internal/part_list.hpp"

#include <algorithm>

#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

json::Value json_of_parts(const PartHashes& parts) {
    return hashes_of({parts.begin(), parts.end()});
}

Result<PartHashes> read_part_list(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::vector<Hash32> list, read_hashes(reader, key, kBatchParts));
    if (list.size() != kBatchParts) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": 5 blobs are needed");
    }
    PartHashes out;
    std::copy(list.begin(), list.end(), out.begin());
    return out;
}

std::string write_part_list(const PartHashes& parts) {
    json::Object out;
    out.set("parts", json_of_parts(parts));
    return json::write_canonical(json::Value(std::move(out)));
}

Result<std::optional<PartHashes>> parse_part_list(std::string_view text) {
    if (text.empty()) {
        return std::optional<PartHashes>();
    }
    const auto value = json::parse(text);
    if (!value) {
        return fail(Kind::corrupt, "database: parts of a batch do not read");
    }
    json::Reader reader(*value, "parts");
    auto parts = read_part_list(reader, "parts");
    if (!parts) {
        return fail(Kind::corrupt, "database: parts of a batch do not read");
    }
    return std::optional(*parts);
}

}  // namespace mednexus::service::internal
