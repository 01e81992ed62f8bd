#include "apps/mednexus/home.hpp"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "apps/passphrase/passphrase.hpp"

namespace mednexus::cli {
namespace {

std::string home_of_environment() {
    const char* home =
        std::getenv("MEDNEXUS_HOME");  // NOLINT(concurrency-mt-unsafe): no threads yet
    return home == nullptr ? "" : home;
}

}  // namespace

void declare_home(Parser& parser, HomeOptions& options) {
    options.home = home_of_environment();
    parser.text("--home", options.home);
}

void declare_home_and_passphrase(Parser& parser, HomeOptions& options) {
    declare_home(parser, options);
    parser.text("--passphrase-file", options.passphrase_file);
    parser.maybe_number("--passphrase-fd", options.passphrase_fd);
    parser.exclude("--passphrase-file", "--passphrase-fd");
}

Result<SecretBytes> read_passphrase(const HomeOptions& options,
                                    Passphrase which,
                                    Terminal& terminal) {
    if (!options.passphrase_file.empty()) {
        return passphrase::read_file(options.passphrase_file);
    }
    if (options.passphrase_fd) {
        return passphrase::read_descriptor(static_cast<int>(*options.passphrase_fd));
    }
    const auto prompt = fmt::format("Passphrase of {}: ", options.home);
    auto asked =
        which == Passphrase::fresh ? passphrase::ask_twice(prompt) : passphrase::ask(prompt);
    if (!asked) {
        terminal.hint("give the passphrase with --passphrase-file FILE or --passphrase-fd N");
    }
    return asked;
}

Result<void> require_home(const HomeOptions& options, Terminal& terminal) {
    if (options.home.empty()) {
        terminal.is_usage();
        terminal.hint("add --home DIR, or set MEDNEXUS_HOME");
        return fail(Kind::invalid, "no home was named");
    }
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(options.home + "/mednexus.toml", ignored)) {
        terminal.hint(
            fmt::format("mednexus init --home {} --name NAME --legal-name TEXT --jurisdiction CC",
                        options.home));
        return fail(Kind::not_found, options.home + ": is not the home of an institution");
    }
    return {};
}

}  // namespace mednexus::cli
