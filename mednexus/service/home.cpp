#include "mednexus/service/home.hpp"

#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <toml++/toml.h>
#include <unistd.h>

#include "mednexus/core/fence.hpp"

namespace mednexus::service {

namespace {

constexpr std::uint64_t kConfigSizeBytesMax = 65536;

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

Result<void> take_string(const toml::table& table, const char* key, std::string& to) {
    const auto node = table[key];
    if (!node) {
        return {};
    }
    const auto value = node.value_exact<std::string>();
    if (!value) {
        return fail(Kind::invalid, std::string("mednexus.toml: ") + key + " is no string");
    }
    to = *value;
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
    std::optional<toml::table> table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(
            Kind::invalid,
            "mednexus.toml: line " + std::to_string(error.source().begin.line) + ": not TOML");
    }
    HomeConfig out;
    MN_DO(take_string(*table, "name", out.name));
    MN_DO(take_string(*table, "legal_name", out.legal_name));
    MN_DO(take_string(*table, "jurisdiction", out.jurisdiction));
    MN_DO(take_string(*table, "endpoint", out.endpoint));
    MN_DO(take_string(*table, "listen", out.listen));
    MN_DO(take_string(*table, "ontology", out.ontology));
    if (out.name.empty()) {
        return fail(Kind::invalid, "mednexus.toml: name is missing");
    }
    return out;
}

Result<HomeConfig> read_home_config(const Disk& home) {
    MN_TRY(const Bytes raw, home.read("mednexus.toml", kConfigSizeBytesMax));
    return parse_home_config(text_of(raw));
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
