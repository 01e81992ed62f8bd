#pragma once
/// The command line of mednexusd. See docs/man/mednexusd.8.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mednexus/core/log.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::mednexusd {

struct Options {
    std::string home;
    std::string listen;           ///< empty: as mednexus.toml says
    std::string passphrase_file;  ///< empty, and no descriptor: asked on the terminal
    std::optional<int> passphrase_fd;
    std::optional<int> ready_fd;
    LogLevel log_level = LogLevel::info;
    bool ends_with_parent = false;
    bool wants_help = false;
};

[[nodiscard]] std::string_view usage() noexcept;

/// `arguments` without the program's name. MEDNEXUS_HOME stands in for --home when it is `home`.
/// Errors   invalid: a usage error in words, for exit code 64
[[nodiscard]] Result<Options> parse_options(std::span<const char* const> arguments,
                                            const char* home);

}  // namespace mednexus::mednexusd
