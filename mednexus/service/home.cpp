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

#include "mednexus/codec/hex.hpp"
#include "mednexus/disk/disk.hpp"

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

/// A key of [chain]; each is written and read by its own two functions.
struct ChainKey {
    std::string_view key;
    std::string (*write)(const ChainConfig&);
    Result<void> (*read)(ChainConfig&, const toml::node&);
};

Failure wrong_type(const toml::node& value, std::string_view type) {
    return refuse(value.source(), "no " + std::string(type));
}

template <auto Member>
std::string write_number(const ChainConfig& config) {
    return std::to_string(config.*Member);
}

template <auto Member>
Result<void> read_number(ChainConfig& config, const toml::node& value) {
    const auto number = value.value_exact<std::int64_t>();
    if (!number || *number < 0) {
        return wrong_type(value, "number from 0");
    }
    config.*Member = static_cast<std::remove_reference_t<decltype(config.*Member)>>(*number);
    return {};
}

template <auto Member>
std::string write_place(const ChainConfig& config) {
    return std::to_string(config.at.*Member);
}

template <auto Member>
Result<void> read_place(ChainConfig& config, const toml::node& value) {
    const auto number = value.value_exact<std::int64_t>();
    if (!number || *number < 0) {
        return wrong_type(value, "number from 0");
    }
    config.at.*Member = static_cast<std::uint64_t>(*number);
    return {};
}

template <auto Member>
std::string write_address(const ChainConfig& config) {
    return quoted(codec::to_hex_0x((config.at.*Member).view()));
}

template <auto Member>
Result<void> read_address(ChainConfig& config, const toml::node& value) {
    const auto text = value.value_exact<std::string>();
    const auto address =
        text ? crypto::parse_evm_address(*text) : Result<chain::Address>(fail(Kind::invalid, ""));
    if (!address) {
        return wrong_type(value, "address");
    }
    config.at.*Member = *address;
    return {};
}

std::string write_rpc(const ChainConfig& config) {
    return quoted(config.rpc);
}

Result<void> read_rpc(ChainConfig& config, const toml::node& value) {
    const auto text = value.value_exact<std::string>();
    if (!text || !(text->starts_with("http://") || text->starts_with("https://"))) {
        return wrong_type(value, "http:// or https:// address");
    }
    config.rpc = *text;
    return {};
}

using chain::Deployment;

constexpr std::array<ChainKey, 11> kChainKeys{{
    {"rpc", &write_rpc, &read_rpc},
    {"chain_id", &write_place<&Deployment::chain_id>, &read_place<&Deployment::chain_id>},
    {"institutions",
     &write_address<&Deployment::institutions>,
     &read_address<&Deployment::institutions>},
    {"consents", &write_address<&Deployment::consents>, &read_address<&Deployment::consents>},
    {"cases", &write_address<&Deployment::cases>, &read_address<&Deployment::cases>},
    {"anchors", &write_address<&Deployment::anchors>, &read_address<&Deployment::anchors>},
    {"from_block", &write_place<&Deployment::from_block>, &read_place<&Deployment::from_block>},
    {"confirmations",
     &write_number<&ChainConfig::confirmations>,
     &read_number<&ChainConfig::confirmations>},
    {"age_seconds_max",
     &write_number<&ChainConfig::age_seconds_max>,
     &read_number<&ChainConfig::age_seconds_max>},
    {"drift_seconds_max",
     &write_number<&ChainConfig::drift_seconds_max>,
     &read_number<&ChainConfig::drift_seconds_max>},
    {"tip_wei_min",
     &write_number<&ChainConfig::tip_wei_min>,
     &read_number<&ChainConfig::tip_wei_min>},
}};

/// Every key of [chain] must be there: what decisions rest on is never a default.
Result<ChainConfig> read_chain(const toml::table& table) {
    ChainConfig out;
    for (const ChainKey& one : kChainKeys) {
        const toml::node* value = table.get(one.key);
        if (value == nullptr) {
            return refuse(table.source(), "chain." + std::string(one.key) + " is missing");
        }
        MN_DO(one.read(out, *value).map_error([&](Error error) {
            error.what += " in chain." + std::string(one.key);
            return error;
        }));
    }
    for (const auto& [key, value] : table) {
        const std::string_view name = key.str();
        const bool is_known = std::any_of(kChainKeys.begin(),
                                          kChainKeys.end(),
                                          [&](const ChainKey& one) { return one.key == name; });
        if (!is_known) {
            return refuse(value.source(), "key chain." + std::string(name) + " is unknown");
        }
    }
    if (out.confirmations == 0) {
        return refuse(table.source(), "chain.confirmations is 0: a block counts as its own first");
    }
    return out;
}

Result<void> take(HomeConfig& config, std::string_view key, const toml::node& value) {
    if (key == "chain" && value.is_table()) {
        MN_TRY(config.chain, read_chain(*value.as_table()));
        return {};
    }
    if (key == "role") {
        const auto role = value.value_exact<std::string>();
        const auto parsed = parse_role(role.value_or(""));
        if (!parsed) {
            return refuse(value.source(), parsed.error().what);
        }
        config.role = *parsed;
        return {};
    }
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

/// Letters beyond ASCII belong into one-line strings and comments. Anywhere else TOML refuses them,
/// and toml++ 3.3.0 meets them with undefined behaviour (is_non_ascii_horizontal_whitespace).
Result<void> check_characters(std::string_view text) {
    constexpr unsigned kAsciiEnd = 0x80;
    std::size_t line = 1;
    char inside = '\0';  // '"', '\'' or '#': what we are in; 0: neither string nor comment
    bool is_escaped = false;
    for (const char c : text) {
        if (c == '\n') {
            ++line;
            inside = '\0';
        } else if (inside == '\0' && (c == '"' || c == '\'' || c == '#')) {
            inside = c;
        } else if (inside == '\0' && static_cast<unsigned char>(c) >= kAsciiEnd) {
            return fail(Kind::invalid,
                        "mednexus.toml: line " + std::to_string(line) + ": not TOML");
        } else if (inside == c && c != '#' && !is_escaped) {
            inside = '\0';
        }
        is_escaped = inside == '"' && c == '\\' && !is_escaped;
    }
    return {};
}

}  // namespace

std::string write_home_config(const HomeConfig& config) {
    std::string chain;
    if (config.chain) {
        chain = "\n[chain]\n";
        for (const ChainKey& one : kChainKeys) {
            chain += std::string(one.key) + " = " + one.write(*config.chain) + "\n";
        }
    }
    return "# One institution of MedNexus. docs/formats/home.md says what each key means.\n"
           "name = " +
           quoted(config.name) + "\nlegal_name = " + quoted(config.legal_name) +
           "\njurisdiction = " + quoted(config.jurisdiction) +
           "\nendpoint = " + quoted(config.endpoint) + "\nlisten = " + quoted(config.listen) +
           "\nontology = " + quoted(config.ontology) + "\nrole = " + quoted(name_of(config.role)) +
           "\n" + chain;
}

Result<HomeConfig> parse_home_config(std::string_view text) {
    MN_DO(check_characters(text));
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
    if (out.role == Role::compute && (out.chain || !out.ontology.empty())) {
        return fail(Kind::invalid, "mednexus.toml: a computing node has no ontology and no chain");
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

Result<void> join_chain(const std::string& home, const ChainConfig& chain) {
    MN_DO(need_home(home));
    MN_TRY(const HomeLock lock, HomeLock::take(home));
    MN_TRY(HomeConfig config, read_home_config(home));
    config.chain = chain;
    const std::string text = write_home_config(config);
    MN_TRY([[maybe_unused]] const HomeConfig checked, parse_home_config(text));
    MN_TRY(const std::unique_ptr<Disk> disk, open_posix_disk(home));
    return disk->write("mednexus.toml", bytes_of(text));
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
