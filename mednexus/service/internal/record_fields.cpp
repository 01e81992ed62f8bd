#include "mednexus/service/internal/record_fields.hpp"

#include <algorithm>

#include "mednexus/service/records.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::int64_t kIntegerMax = (1LL << 53) - 1;  // exact in every JSON reader
constexpr std::size_t kRuleBytesMax = 64;

bool is_rule_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= kRuleBytesMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || c == '.' || c == '_';
           });
}

Failure not_well_formed(const json::Reader& reader, std::string_view key) {
    return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": not well formed");
}

}  // namespace

Result<std::uint64_t> read_count(json::Reader& reader, std::string_view key, std::uint64_t max) {
    MN_TRY(const std::int64_t value, reader.integer(key));
    if (value < 0 || static_cast<std::uint64_t>(value) > max) {
        return fail(
            Kind::invalid,
            reader.path() + "." + std::string(key) + ": not in 0 to " + std::to_string(max));
    }
    return static_cast<std::uint64_t>(value);
}

Result<std::int64_t> read_score(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::int64_t value, reader.integer(key));
    if (value > kIntegerMax || value < -kIntegerMax) {
        return not_well_formed(reader, key);
    }
    return value;
}

Result<Purpose> read_purpose(json::Reader& reader) {
    MN_TRY(const std::string code, reader.string("purpose"));
    auto purpose = parse_purpose(code);
    return purpose ? std::move(purpose) : fail_in(reader.path(), purpose.error());
}

Result<std::vector<Hash32>> read_hashes(json::Reader& reader,
                                        std::string_view key,
                                        std::size_t count_max) {
    MN_TRY(const std::vector<std::string> texts, reader.strings(key));
    if (texts.size() > count_max) {
        return not_well_formed(reader, key);
    }
    std::vector<Hash32> out;
    for (const std::string& text : texts) {
        const auto hash = codec::parse_hex_as<Hash32>(text);
        if (!hash || hex(*hash) != text) {
            return not_well_formed(reader, key);
        }
        out.push_back(*hash);
    }
    return out;
}

Result<std::vector<std::string>> read_rule_names(json::Reader& reader,
                                                 std::string_view key,
                                                 std::size_t count_max) {
    MN_TRY(std::vector<std::string> names, reader.strings(key));
    if (names.size() > count_max || !std::all_of(names.begin(), names.end(), &is_rule_name)) {
        return not_well_formed(reader, key);
    }
    return names;
}

Result<std::uint32_t> read_repetitions(json::Reader& reader) {
    MN_TRY(const std::uint64_t out, read_count(reader, "linear_repetitions", kRepetitionsMax));
    if (out < kRepetitionsMin) {
        return not_well_formed(reader, "linear_repetitions");
    }
    return static_cast<std::uint32_t>(out);
}

Result<void> expect_text(json::Reader& reader, std::string_view key, std::string_view text) {
    MN_TRY(const std::string found, reader.string(key));
    if (found != text) {
        return fail(Kind::invalid,
                    reader.path() + "." + std::string(key) + ": not \"" + std::string(text) + "\"");
    }
    return {};
}

json::Value texts_of(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& text : texts) {
        out.emplace_back(text);
    }
    return out;
}

json::Value hashes_of(const std::vector<Hash32>& hashes) {
    json::Array out;
    for (const Hash32& hash : hashes) {
        out.emplace_back(hex(hash));
    }
    return out;
}

}  // namespace mednexus::service::internal
