#pragma once
/// The folder of one institution: its configuration file and its lock. See docs/formats/home.md.
/// Threads: plain data; a HomeLock belongs to its owner.
#include <string>
#include <string_view>

#include "mednexus/core/result.hpp"

namespace mednexus::service {

/// mednexus.toml. What is not set there is empty.
struct HomeConfig {
    std::string name;
    std::string legal_name;
    std::string jurisdiction;
    std::string endpoint;  ///< "https://HOST:PORT", as on the card
    std::string listen;    ///< "HOST:PORT"
    std::string ontology;  ///< folder of the HPO release
};

[[nodiscard]] std::string write_home_config(const HomeConfig& config);
/// Strict, so that a misspelt key is not a setting that silently does nothing.
/// Errors   invalid: "mednexus.toml: line L: rule" for TOML, unknown keys and tables, wrong types
[[nodiscard]] Result<HomeConfig> parse_home_config(std::string_view text);
/// Reads <home>/mednexus.toml; needs neither the lock nor the keys of the home.
/// Errors   not_found: no home there; io; invalid
[[nodiscard]] Result<HomeConfig> read_home_config(const std::string& home);

/// "HOST:PORT" of "https://HOST:PORT". Errors: invalid.
[[nodiscard]] Result<std::string> listen_of(std::string_view endpoint);

/// Errors   not_found: no folder with a mednexus.toml there. Makes nothing.
[[nodiscard]] Result<void> need_home(const std::string& home);

/// An exclusive flock on <home>/lock; freed when this goes, or when the process does.
class HomeLock {
public:
    /// Errors   busy: another process holds it; io
    [[nodiscard]] static Result<HomeLock> take(const std::string& home);
    ~HomeLock();
    HomeLock(const HomeLock&) = delete;
    HomeLock& operator=(const HomeLock&) = delete;

    HomeLock(HomeLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }

    HomeLock& operator=(HomeLock&&) = delete;

private:
    explicit HomeLock(int descriptor) noexcept : descriptor_(descriptor) {}

    int descriptor_;
};

}  // namespace mednexus::service
