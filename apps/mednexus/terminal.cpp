#include "apps/mednexus/terminal.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace mednexus::cli {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kShowEveryNs = kNsPerSecond / 4;

void write_to(std::FILE* file, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), file);
}

bool is_terminal(std::FILE* file) {
    return ::isatty(::fileno(file)) == 1;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out(text);
    const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
    std::replace_if(out.begin(), out.end(), is_control, '?');
    return out;
}

void Terminal::result(const json::Value& value, std::string_view prose) {
    raw(is_json_ ? json::write_canonical(value) + "\n" : std::string(prose));
}

void Terminal::raw(std::string_view text) {
    has_failed_ = std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || has_failed_;
}

void Terminal::talk(std::string_view line) {
    if (!is_json_) {
        write_to(stderr, fmt::format("{}\n", line));
    }
}

void Terminal::report_as(std::string_view kind, std::string_view what) {
    if (is_json_) {
        json::Object error;
        error.set("kind", kind);
        error.set("what", what);
        if (!hint_.empty()) {
            error.set("hint", hint_);
        }
        json::Object object;
        object.set("error", std::move(error));
        raw(json::write_canonical(std::move(object)) + "\n");
    }
    write_to(stderr, fmt::format("mednexus: error: {}\n", printable(what)));
    if (!hint_.empty()) {
        write_to(stderr, fmt::format("mednexus: hint: {}\n", printable(hint_)));
    }
    hint_.clear();
}

int Terminal::report(const Error& error) {
    report_as(is_usage_ ? "usage" : name_of(error.kind), error.what);
    return is_usage_ ? kExitUsage : exit_code_of(error.kind);
}

int Terminal::report_usage(std::string_view what, std::string_view command) {
    if (hint_.empty()) {
        hint(fmt::format("{} -h", command));
    }
    report_as("usage", what);
    return kExitUsage;
}

bool Terminal::is_output_a_terminal() const {
    return is_terminal(stdout);
}

bool Terminal::shows_progress() const {
    return is_progress_ || (!is_json_ && is_terminal(stderr));
}

Result<void> Terminal::flush() {
    if (std::fflush(stdout) != 0 || has_failed_) {
        return fail(Kind::io, "standard output: not everything could be written");
    }
    return {};
}

Progress::Progress(Terminal& terminal, std::string task, std::uint64_t total)
    : terminal_(terminal),
      task_(std::move(task)),
      total_(total),
      started_ns_(terminal.clock().monotonic_ns()) {}

Progress::~Progress() {
    if (shown_ns_ != 0 && is_terminal(stderr)) {
        write_to(stderr, "\r\x1b[K");
    }
}

void Progress::advance(std::uint64_t by) {
    done_ += by;
    const auto now = terminal_.clock().monotonic_ns();
    const bool is_due = now - started_ns_ > kNsPerSecond && now - shown_ns_ > kShowEveryNs;
    if (is_due && terminal_.shows_progress()) {
        shown_ns_ = now;
        show();
    }
}

void Progress::show() {
    const auto far =
        total_ == 0 ? std::to_string(done_) : fmt::format("{} %", done_ * 100 / total_);
    const bool is_watched = is_terminal(stderr);
    write_to(stderr,
             fmt::format("{}{}: {}{}", is_watched ? "\r" : "", task_, far, is_watched ? "" : "\n"));
}

}  // namespace mednexus::cli
