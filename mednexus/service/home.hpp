#pragma once
/// The folder of one institution: its configuration file and its lock. See docs/formats/home.md.
/// Threads: plain data; a HomeLock belongs to its owner.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/role.hpp"

namespace mednexus::service {

/// The table [chain] of mednexus.toml: which chain decisions rest on, and how fresh and deep what
/// it says must be. docs/formats/chain.md section 4.
struct ChainConfig {
    std::string rpc;  ///< "http://…" or "https://…" of the institution's own node
    chain::Deployment at;
    std::uint64_t confirmations = 2;      ///< 1: the block of the event is enough
    std::int64_t age_seconds_max = 60;    ///< of the newest block
    std::int64_t drift_seconds_max = 30;  ///< how far its time may be ahead of the clock
    std::uint64_t tip_wei_min = 0;        ///< 0G networks refuse tips below 2 gwei

    friend bool operator==(const ChainConfig&, const ChainConfig&) = default;
};

/// mednexus.toml. What is not set there is empty.
struct HomeConfig {
    std::string name;
    std::string legal_name;
    std::string jurisdiction;
    std::string endpoint;  ///< "https://HOST:PORT", as on the card
    std::string listen;    ///< "HOST:PORT"
    std::string ontology;  ///< folder of the HPO release
    Role role = Role::institution;
    std::optional<ChainConfig> chain{};  ///< absent: decisions rest on signed files alone
};

[[nodiscard]] std::string write_home_config(const HomeConfig& config);
/// Strict, so that a misspelt key is not a setting that silently does nothing.
/// Errors   invalid: "mednexus.toml: line L: rule" for TOML, unknown keys and tables, wrong types
[[nodiscard]] Result<HomeConfig> parse_home_config(std::string_view text);
/// Reads <home>/mednexus.toml; needs neither the lock nor the keys of the home.
/// Errors   not_found: no home there; io; invalid
[[nodiscard]] Result<HomeConfig> read_home_config(const std::string& home);

/// Writes the table [chain] of a home that no process holds; the one before is replaced. From the
/// next start on its decisions rest on that chain.
/// Errors   not_found: no home there; busy: a process holds it; invalid; io
[[nodiscard]] Result<void> join_chain(const std::string& home, const ChainConfig& chain);

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
