#pragma once
/// What the daemon reads of a home's mednexus.toml. See docs/man/mednexusd.8.
#include <string>
#include <string_view>

#include "mednexus/core/result.hpp"

namespace mednexus::mednexusd {

inline constexpr std::size_t kConfigSizeBytesMax = 65536;

struct Config {
    std::string listen;  ///< "ADDRESS:PORT", empty when it is not set
};

/// Strict, so that a misspelt key is not a setting that silently does nothing.
/// Errors   invalid: "mednexus.toml: line L: rule" for TOML, unknown keys and tables, wrong types
[[nodiscard]] Result<Config> parse_config(std::string_view text);

/// Errors   not_found: no such file in the home; io; invalid
[[nodiscard]] Result<Config> read_config(const std::string& home);

}  // namespace mednexus::mednexusd
