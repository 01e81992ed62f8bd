#include "apps/mednexus/chain_tools/folder.hpp"

#include <cstdlib>
#include <filesystem>

#include "apps/mednexus/files.hpp"

namespace mednexus::chain_tools {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSmallBytesMax = 64U << 10U;

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no threads yet
    return value == nullptr ? "" : value;
}

}  // namespace

Result<std::string> choose_folder(const std::string& given) {
    if (!given.empty()) {
        return given;
    }
    if (std::string named = environment("MEDNEXUS_CHAIN_DIR"); !named.empty()) {
        return named;
    }
    if (const std::string state = environment("XDG_STATE_HOME"); state.starts_with('/')) {
        return state + "/mednexus/chain";
    }
    if (const std::string home = environment("HOME"); !home.empty()) {
        return home + "/.local/state/mednexus/chain";
    }
    return fail(Kind::not_found, "chain: no folder was named, and HOME is not set");
}

Result<std::string> make_folder(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    const bool is_new = fs::create_directories(absolute, error);
    if (error || !fs::is_directory(absolute, error)) {
        return fail(Kind::io, path + ": cannot be made");
    }
    if (is_new) {
        fs::permissions(absolute, fs::perms::owner_all, error);
    }
    return absolute.string();
}

Result<std::string> read_small(const std::string& folder, const char* name) {
    MN_TRY(const Bytes raw, cli::read_input(folder + "/" + name, kSmallBytesMax));
    std::string text(text_of(raw));
    if (text.ends_with('\n')) {
        text.pop_back();
    }
    return text;
}

Result<void> write_small(const std::string& folder, const char* name, std::string_view text) {
    return cli::write_output(
        folder + "/" + name, bytes_of(std::string(text) + "\n"), cli::Existing::replace);
}

Result<std::optional<chain::Deployment>> read_deployment(const std::string& folder) {
    const auto raw = cli::read_input(folder + "/" + kDeploymentFile, kSmallBytesMax);
    if (!raw && raw.error().kind == Kind::not_found) {
        return std::optional<chain::Deployment>();
    }
    if (!raw) {
        return Failure(raw.error());
    }
    const auto parsed = chain::parse_deployment(text_of(*raw));
    if (!parsed) {
        return fail_in(folder + "/" + kDeploymentFile, parsed.error());
    }
    return std::optional(*parsed);
}

Result<std::string> choose_url(const std::string& folder, const std::string& given) {
    if (!given.empty()) {
        return given;
    }
    auto written = read_small(folder, kUrlFile);
    if (!written) {
        return fail(Kind::unavailable, folder + ": no chain was started here");
    }
    return written;
}

}  // namespace mednexus::chain_tools
