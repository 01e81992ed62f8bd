#include "mednexus/service/home.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

#define TOML_EXCEPTIONS 0  // errors are values here too; only this file includes the library
#include <fcntl.h>
#include <sys/file.h>
#include <toml++/toml.h>
#include <unistd.h>

namespace mednexus::service {

namespace {

constexpr std::size_t kConfigSizeBytesMax = 65536;

/// A TOML basic string.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + "\"";
}

/// Every key of the file with the member it sets; all are strings.
struct KeyRow {
    std::string_view key;
    std::string HomeConfig::*member;
};

constexpr std::array<KeyRow, 6> kKeys{{{"name", &HomeConfig::name},
                                       {"legal_name", &HomeConfig::legal_name},
                                       {"jurisdiction", &HomeConfig::jurisdiction},
                                       {"endpoint", &HomeConfig::endpoint},
                                       {"listen", &HomeConfig::listen},
                                       {"ontology", &HomeConfig::ontology}}};

Failure refuse(const toml::source_region& where, const std::string& rule) {
    return fail(Kind::invalid,
                "mednexus.toml: line " + std::to_string(where.begin.line) + ": " + rule);
}

Result<void> take(HomeConfig& config, std::string_view key, const toml::node& value) {
    const auto row =
        std::find_if(kKeys.begin(), kKeys.end(), [&](const KeyRow& one) { return one.key == key; });
    if (row == kKeys.end()) {
        const char* const what = value.is_table() ? "table" : "key";
        return refuse(value.source(), std::string(what) + " " + std::string(key) + " is unknown");
    }
    const auto text = value.value_exact<std::string>();
    if (!text) {
        return refuse(value.source(), std::string(key) + " is no string");
    }
    config.*(row->member) = *text;
    return {};
}

}  // namespace

std::string write_home_config(const HomeConfig& config) {
    return "# One institution of MedNexus. docs/formats/home.md says what each key means.\n"
           "name = " +
           quoted(config.name) + "\nlegal_name = " + quoted(config.legal_name) +
           "\njurisdiction = " + quoted(config.jurisdiction) +
           "\nendpoint = " + quoted(config.endpoint) + "\nlisten = " + quoted(config.listen) +
           "\nontology = " + quoted(config.ontology) + "\n";
}

Result<HomeConfig> parse_home_config(std::string_view text) {
    const toml::parse_result parsed = toml::parse(text);
    if (!parsed) {
        return refuse(parsed.error().source(), "not TOML");
    }
    HomeConfig out;
    for (const auto& [key, value] : parsed.table()) {
        MN_DO(take(out, key.str(), value));
    }
    if (out.name.empty()) {
        return fail(Kind::invalid, "mednexus.toml: name is missing");
    }
    return out;
}

Result<HomeConfig> read_home_config(const std::string& home) {
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
    return parse_home_config(text);
}

Result<std::string> listen_of(std::string_view endpoint) {
    constexpr std::string_view kScheme = "https://";
    if (!endpoint.starts_with(kScheme)) {
        return fail(Kind::invalid, "endpoint: does not begin with https://");
    }
    std::string_view rest = endpoint.substr(kScheme.size());
    if (rest.ends_with('/')) {
        rest.remove_suffix(1);
    }
    if (rest.empty() || rest.find('/') != std::string_view::npos) {
        return fail(Kind::invalid, "endpoint: not https://HOST:PORT");
    }
    return std::string(rest);
}

Result<void> need_home(const std::string& home) {
    if (::access((home + "/mednexus.toml").c_str(), F_OK) != 0) {
        return fail(Kind::not_found, "home: no mednexus.toml there");
    }
    return {};
}

Result<HomeLock> HomeLock::take(const std::string& home) {
    const std::string path = home + "/lock";
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open() is what it is
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return fail(Kind::io, "home: cannot open its lock file");
    }
    HomeLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? fail(Kind::busy, "home: another process holds it")
                                    : fail(Kind::io, "home: cannot lock it");
    }
    return lock;
}

HomeLock::~HomeLock() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

}  // namespace mednexus::service
