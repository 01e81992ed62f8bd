#pragma once
/// The home of an institution, as the command line names it.
#include <optional>
#include <string>

#include "apps/mednexus/parser.hpp"
#include "apps/mednexus/terminal.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::cli {

struct HomeOptions {
    std::string home;
    std::string passphrase_file;
    std::optional<std::uint32_t> passphrase_fd;
};

/// --home; with MEDNEXUS_HOME where it is not given.
void declare_home(Parser& parser, HomeOptions& options);
/// --home, --passphrase-file and --passphrase-fd.
void declare_home_and_passphrase(Parser& parser, HomeOptions& options);

enum class Passphrase : std::uint8_t { existing, fresh };

/// From the file, the descriptor, or the terminal (twice when it is a fresh one).
/// Errors   as apps/passphrase; the hint tells the options
[[nodiscard]] Result<SecretBytes> read_passphrase(const HomeOptions& options,
                                                  Passphrase which,
                                                  Terminal& terminal);

/// Errors   invalid: no home was named; not_found: it was not made by init. Both with a hint.
[[nodiscard]] Result<void> require_home(const HomeOptions& options, Terminal& terminal);

}  // namespace mednexus::cli
