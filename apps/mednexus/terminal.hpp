#pragma once
/// Where a command's words go: results to standard output, talk to standard error; with --json one
/// object instead of prose. Threads: one.
#include <cstdio>
#include <string>
#include <string_view>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::cli {

class Terminal {
public:
    explicit Terminal(const Clock& clock) : clock_(clock) {}

    void set_json(bool on) noexcept { is_json_ = on; }

    [[nodiscard]] bool is_json() const noexcept { return is_json_; }

    void set_progress(bool on) noexcept { is_progress_ = on; }

    [[nodiscard]] const Clock& clock() const noexcept { return clock_; }

    /// `prose` for people, or `value` on one line with --json. Prose ends in LF.
    void result(const json::Value& value, std::string_view prose);
    /// Bytes of standard output as they are.
    void raw(std::string_view text);
    /// A line of standard error that is no result. LF is added; silent with --json.
    void talk(std::string_view line);
    /// "mednexus: error: …" and the hint; with --json also {"error":{…}} on standard output.
    /// Returns the exit code of the kind.
    int report(const Error& error);
    /// As report, for words on the command line that make no sense. Returns 64.
    int report_usage(std::string_view what, std::string_view command);

    /// The next error is about the words of the command line, whatever its kind: exit 64.
    void is_usage() noexcept { is_usage_ = true; }

    /// The exact command that would work, or the fact that helps; shown with the next error.
    void hint(std::string text) { hint_ = std::move(text); }

    /// True when people see standard output.
    [[nodiscard]] bool is_output_a_terminal() const;
    [[nodiscard]] bool shows_progress() const;

    /// Errors   io: something that was printed did not arrive (disk full, closed pipe)
    [[nodiscard]] Result<void> flush();

private:
    void report_as(std::string_view kind, std::string_view what);

    const Clock& clock_;
    bool is_json_ = false;
    bool is_progress_ = false;
    bool has_failed_ = false;
    bool is_usage_ = false;
    std::string hint_;
};

/// Shows how far a long task is, from its second second on, when a person watches or --progress
/// asks.
class Progress {
public:
    /// `total` 0: unknown.
    Progress(Terminal& terminal, std::string task, std::uint64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void advance(std::uint64_t by);

private:
    void show();

    Terminal& terminal_;
    std::string task_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    std::int64_t started_ns_;
    std::int64_t shown_ns_ = 0;
};

/// The text with control characters replaced by '?': what others wrote cannot move the cursor.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace mednexus::cli
