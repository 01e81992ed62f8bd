// mednexusd: the node of one institution. See docs/man/mednexusd.8.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "apps/mednexusd/daemon.hpp"
#include "apps/mednexusd/options.hpp"

namespace {

using mednexus::Error;
using mednexus::Kind;

void complain(const std::string& what) {
    std::fputs(("mednexusd: error: " + what + "\n").c_str(), stderr);
}

void hint(const std::string& what) {
    std::fputs(("mednexusd: hint: " + what + "\n").c_str(), stderr);
}

void hint_at(const Error& error, const std::string& home) {
    if (error.kind == Kind::not_found && error.what.find("mednexus.toml") != std::string::npos) {
        hint("mednexus init --home " + home + " … makes a home");
    } else if (error.kind == Kind::busy) {
        hint("another mednexus or mednexusd holds this home; end it first");
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
    const auto options = mednexus::mednexusd::parse_options(words.subspan(argc > 0 ? 1 : 0),
                                                            std::getenv("MEDNEXUS_HOME"));
    if (!options) {
        complain(options.error().what);
        hint("mednexusd --help");
        return mednexus::kExitUsage;
    }
    if (options->wants_help) {
        std::fputs(std::string(mednexus::mednexusd::usage()).c_str(), stdout);
        return EXIT_SUCCESS;
    }
    const auto ended = mednexus::mednexusd::run_daemon(*options);
    if (!ended) {
        complain(ended.error().what);
        hint_at(ended.error(), options->home);
        return mednexus::exit_code_of(ended.error().kind);
    }
    return EXIT_SUCCESS;
}
