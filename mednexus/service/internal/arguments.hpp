#pragma once
/// Fields of operations, typed. Every error names the field.
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/internal/document_fields.hpp"

namespace mednexus::service::internal {

template <typename F>
[[nodiscard]] Result<F> read_hex(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::string text, reader.string(key));
    auto value = codec::parse_hex_as<F>(text);
    if (!value) {
        return fail(Kind::invalid,
                    reader.path() + "." + std::string(key) + ": not 0x hex of " +
                        std::to_string(F::kSizeBytes) + " bytes");
    }
    return *value;
}

[[nodiscard]] inline Result<Purpose> read_purpose(json::Reader& reader) {
    MN_TRY(const std::string code, reader.string("purpose"));
    return parse_purpose(code);
}

/// A list in any order; purposes as codes.
[[nodiscard]] inline Result<std::vector<Purpose>> read_purpose_list(json::Reader& reader) {
    MN_TRY(const std::vector<std::string> codes, reader.strings("purposes"));
    return parse_purposes(codes);
}

/// The text, or the default when the member is absent.
[[nodiscard]] inline Result<std::string> string_or(json::Reader& reader,
                                                   std::string_view key,
                                                   std::string_view otherwise) {
    const json::Value* value = reader.optional(key);
    if (value == nullptr) {
        return std::string(otherwise);
    }
    if (value->as_string() == nullptr) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": no string");
    }
    return *value->as_string();
}

[[nodiscard]] inline Result<std::int64_t> integer_or(json::Reader& reader,
                                                     std::string_view key,
                                                     std::int64_t otherwise) {
    const json::Value* value = reader.optional(key);
    if (value == nullptr) {
        return otherwise;
    }
    if (value->as_number() == nullptr) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": no number");
    }
    return json::to_int64(*value->as_number());
}

[[nodiscard]] inline Result<bool> boolean_or(json::Reader& reader,
                                             std::string_view key,
                                             bool otherwise) {
    const json::Value* value = reader.optional(key);
    if (value == nullptr) {
        return otherwise;
    }
    if (value->as_bool() == nullptr) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": no boolean");
    }
    return *value->as_bool();
}

template <typename F>
[[nodiscard]] std::string hex_of(const F& id) {
    return codec::to_hex_0x(id.view());
}

}  // namespace mednexus::service::internal
