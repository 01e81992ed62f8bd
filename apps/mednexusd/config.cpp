#include "apps/mednexusd/config.hpp"

#include <algorithm>
#include <array>
#include <fstream>

// Not with TOML_EXCEPTIONS 0: service/ has this library with exceptions, and one program cannot
// hold both (the linker folds two parsers of one name, and tables come out empty).
#include <toml++/toml.h>

namespace mednexus::mednexusd {

namespace {

/// Those that a home's other readers use (docs/formats/home.md); all are strings.
constexpr std::array<std::string_view, 6> kKeys{
    "name", "legal_name", "jurisdiction", "endpoint", "listen", "ontology"};

Failure refuse(const toml::source_region& where, const std::string& rule) {
    return fail(Kind::invalid,
                "mednexus.toml: line " + std::to_string(where.begin.line) + ": " + rule);
}

Result<toml::table> parse_table(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        return refuse(error.source(), "not TOML");
    }
}

Result<void> check_key(std::string_view key, const toml::node& value) {
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
        const char* const what = value.is_table() ? "table" : "key";
        return refuse(value.source(), std::string(what) + " " + std::string(key) + " is unknown");
    }
    if (!value.is_string()) {
        return refuse(value.source(), std::string(key) + " is no string");
    }
    return {};
}

}  // namespace

Result<Config> parse_config(std::string_view text) {
    MN_TRY(const toml::table table, parse_table(text));
    for (const auto& [key, value] : table) {
        MN_DO(check_key(key.str(), value));
    }
    return Config{std::string(table["listen"].value_or(std::string_view()))};
}

Result<Config> read_config(const std::string& home) {
    std::ifstream file(home + "/mednexus.toml", std::ios::binary);
    if (!file) {
        return fail(Kind::not_found, "mednexus.toml: not in " + home);
    }
    std::string text(kConfigSizeBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad()) {
        return fail(Kind::io, "mednexus.toml: cannot be read");
    }
    if (text.size() > kConfigSizeBytesMax) {
        return fail(Kind::invalid, "mednexus.toml: longer than 65536 bytes");
    }
    return parse_config(text);
}

}  // namespace mednexus::mednexusd
