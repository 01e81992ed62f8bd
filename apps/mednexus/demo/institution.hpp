#pragma once
/// One institution of the demo as its operator sees it: a home, a daemon, and a command line. The
/// demo holds no secret of it: keys are made by `mednexus init`, the passphrase goes from one
/// program's file to the other. Threads: one.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/mednexus/demo/child.hpp"
#include "apps/mednexus/demo/workplace.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::demo {

struct InstitutionFacts {
    std::string key;   ///< "north"
    std::string name;  ///< "north.example"
    std::string legal_name;
    std::string jurisdiction;
};

/// The three of the demo: north, south, west.
[[nodiscard]] const std::vector<InstitutionFacts>& institutions_of_demo();
/// Who computes for them, and holds no case and no key of one.
[[nodiscard]] const InstitutionFacts& computing_node_of_demo();

/// Why a command failed: from its JSON error, else by its exit code and its standard error.
[[nodiscard]] Error error_of(const ChildResult& result);

/// Runs `mednexus WORDS… --json` to its end and reads what it printed: one value per line.
/// Errors   the command's own: its kind by its exit code, its words from its standard error
class CommandLine {
public:
    CommandLine(std::string program, const Workplace& workplace)
        : program_(std::move(program)), workplace_(&workplace) {}

    /// For a command that prints one object.
    [[nodiscard]] Result<json::Value> one(std::vector<std::string> words) const;
    /// For a command that prints one object per line.
    [[nodiscard]] Result<std::vector<json::Value>> lines(std::vector<std::string> words) const;
    /// For a command whose exit code is the answer.
    [[nodiscard]] Result<ChildResult> raw(std::vector<std::string> words, Network network) const;

private:
    std::string program_;
    const Workplace* workplace_;
};

class Institution;

struct FoundingOptions {
    std::string daemon_program;  ///< absolute path of mednexusd
    std::string ontology_dir;    ///< empty: a computing node, which has none
    /// What happens to a new home before its daemon starts.
    std::function<Result<void>(const Institution& made)> before_start;
    /// Folders that are empty for its daemon, which then has a mount and user namespace of its own.
    std::vector<std::string> hidden{};
};

class Institution {
public:
    /// Makes the home and starts the daemon; takes another port when the chosen one is lost.
    /// Errors   those of init; unavailable: the daemon does not start
    [[nodiscard]] static Result<Institution> found(const InstitutionFacts& facts,
                                                   const Workplace& workplace,
                                                   const CommandLine& command_line,
                                                   const FoundingOptions& options);

    [[nodiscard]] const InstitutionFacts& facts() const noexcept { return facts_; }

    [[nodiscard]] const std::string& name() const noexcept { return facts_.name; }

    [[nodiscard]] const std::string& card() const noexcept { return card_; }

    [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

    [[nodiscard]] pid_t pid() const noexcept { return daemon_ ? daemon_->pid() : 0; }

    /// `mednexus --home HOME WORDS… --json`. Errors: the command's own.
    [[nodiscard]] Result<json::Value> operate(std::vector<std::string> words) const;
    [[nodiscard]] Result<std::vector<json::Value>> operate_lines(
        std::vector<std::string> words) const;
    [[nodiscard]] Result<ChildResult> operate_raw(std::vector<std::string> words) const;

    [[nodiscard]] Result<void> stop();

private:
    Institution(const InstitutionFacts& facts,
                const Workplace& workplace,
                const CommandLine& command_line);
    [[nodiscard]] Result<void> make_home(const std::string& ontology_dir, std::uint16_t port);
    [[nodiscard]] Result<void> start_daemon(const FoundingOptions& options, std::uint16_t port);
    [[nodiscard]] std::vector<std::string> at_home(std::vector<std::string> words) const;

    InstitutionFacts facts_;
    const Workplace* workplace_;
    const CommandLine* command_line_;
    std::string home_;
    std::string passphrase_;
    std::string endpoint_;
    std::string card_;
    std::optional<Daemon> daemon_;
};

}  // namespace mednexus::demo
