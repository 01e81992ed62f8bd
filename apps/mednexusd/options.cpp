#include "apps/mednexusd/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mednexus::mednexusd {

namespace {

constexpr std::string_view kUsage = R"(usage: mednexusd --home DIR [options]

Serves one institution: HTTPS with pinned keys for its peers, a Unix socket for its operator.

  --home DIR              the folder made by "mednexus init" (or MEDNEXUS_HOME)
  --listen ADDRESS:PORT   instead of `listen` in DIR/mednexus.toml
  --passphrase-file FILE  first line of FILE; without this and the next: asked on the terminal
  --passphrase-fd N       first line from file descriptor N
  --role LIST             institution (the only one so far, and the default)
  --ready-fd N            write "ready" and a line feed to descriptor N once it serves
  --die-with-parent       end when the process that started this one ends
  --log-level LEVEL       debug, info (default), warning or error; lines go to standard error
  -h, --help              this text

examples:
  mednexusd --home ~/north
  mednexusd --home /srv/north --passphrase-file /run/keys/north --listen 10.0.0.5:8443
)";

/// What one option does with its value.
using Take = Result<void> (*)(Options&, std::string_view value);

struct Option {
    std::string_view name;
    bool has_value;
    Take take;
};

Result<void> take_descriptor(std::optional<int>& to, std::string_view value) {
    int number = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || stop != end || number < 0) {
        return fail(Kind::invalid, "a file descriptor is a number from 0");
    }
    to = number;
    return {};
}

Result<void> take_text(std::string& to, std::string_view value) {
    if (value.empty()) {
        return fail(Kind::invalid, "its value is empty");
    }
    to = value;
    return {};
}

Result<void> take_level(Options& options, std::string_view value) {
    constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLevels{{
        {"debug", LogLevel::debug},
        {"info", LogLevel::info},
        {"warning", LogLevel::warning},
        {"error", LogLevel::error},
    }};
    for (const auto& [name, level] : kLevels) {
        if (name == value) {
            options.log_level = level;
            return {};
        }
    }
    return fail(Kind::invalid, "a level is debug, info, warning or error");
}

Result<void> take_role(Options& /*options*/, std::string_view value) {
    std::string_view rest = value;
    while (true) {
        const std::size_t comma = rest.find(',');
        const std::string_view role = rest.substr(0, comma);
        if (role != "institution") {
            return fail(Kind::invalid, "role " + std::string(role) + " is not supported yet");
        }
        if (comma == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(comma + 1);
    }
}

constexpr std::array<Option, 10> kOptions{{
    {"--home", true, [](Options& o, std::string_view v) { return take_text(o.home, v); }},
    {"--listen", true, [](Options& o, std::string_view v) { return take_text(o.listen, v); }},
    {"--passphrase-file",
     true,
     [](Options& o, std::string_view v) { return take_text(o.passphrase_file, v); }},
    {"--passphrase-fd",
     true,
     [](Options& o, std::string_view v) { return take_descriptor(o.passphrase_fd, v); }},
    {"--role", true, take_role},
    {"--ready-fd",
     true,
     [](Options& o, std::string_view v) { return take_descriptor(o.ready_fd, v); }},
    {"--log-level", true, take_level},
    {"--die-with-parent",
     false,
     [](Options& o, std::string_view) -> Result<void> {
         o.ends_with_parent = true;
         return {};
     }},
    {"--help",
     false,
     [](Options& o, std::string_view) -> Result<void> {
         o.wants_help = true;
         return {};
     }},
    {"-h",
     false,
     [](Options& o, std::string_view) -> Result<void> {
         o.wants_help = true;
         return {};
     }},
}};

const Option* find_option(std::string_view name) {
    const auto* const found = std::find_if(
        kOptions.begin(), kOptions.end(), [&](const Option& o) { return o.name == name; });
    return found == kOptions.end() ? nullptr : found;
}

Failure refuse(std::string_view name, const std::string& why) {
    return fail(Kind::invalid, std::string(name) + ": " + why);
}

/// Takes one option from the front of `words`, with its value, written "--x V" or "--x=V".
Result<void> take_front(std::span<const char* const>& words, Options& options) {
    const std::string_view word = words.front();
    words = words.subspan(1);
    const std::size_t equals = word.find('=');
    const bool is_joined = word.substr(0, 2) == "--" && equals != std::string_view::npos;
    const std::string_view name = is_joined ? word.substr(0, equals) : word;
    const Option* option = find_option(name);
    if (option == nullptr) {
        return refuse(name, "no such option");
    }
    std::string_view value = is_joined ? word.substr(equals + 1) : std::string_view();
    if (option->has_value && !is_joined) {
        if (words.empty()) {
            return refuse(name, "its value is missing");
        }
        value = words.front();
        words = words.subspan(1);
    } else if (!option->has_value && is_joined) {
        return refuse(name, "it takes no value");
    }
    const auto taken = option->take(options, value);
    return taken ? taken : refuse(name, taken.error().what);
}

Result<void> check_whole(const Options& options) {
    if (options.wants_help) {
        return {};
    }
    if (options.home.empty()) {
        return refuse("--home", "it is missing");
    }
    if (!options.passphrase_file.empty() && options.passphrase_fd) {
        return refuse("--passphrase-fd", "there is a --passphrase-file too");
    }
    return {};
}

}  // namespace

std::string_view usage() noexcept {
    return kUsage;
}

Result<Options> parse_options(std::span<const char* const> arguments, const char* home) {
    Options options;
    while (!arguments.empty()) {
        MN_DO(take_front(arguments, options));
    }
    if (options.home.empty() && home != nullptr) {
        options.home = home;
    }
    MN_DO(check_whole(options));
    return options;
}

}  // namespace mednexus::mednexusd
