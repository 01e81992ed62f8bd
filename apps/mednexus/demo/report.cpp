#include "apps/mednexus/demo/report.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "mednexus/core/clock.hpp"

namespace mednexus::demo {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

void print(std::string_view text) {
    fmt::print("{}\n", text);
    std::fflush(stdout);
}

}  // namespace

void Report::begin(std::string name, std::string_view title) {
    ++number_;
    name_ = std::move(name);
    lines_.clear();
    if (form_ == Form::people) {
        print(fmt::format("\n{:2}  {}", number_, title));
    }
}

void Report::line(const std::string& text) {
    lines_.emplace_back(text);
    if (form_ == Form::people) {
        print("      " + text);
    }
}

void Report::end(json::Object facts) {
    facts_.set(name_, facts);
    if (form_ == Form::people) {
        return;
    }
    json::Object step;
    step.set("step", number_);
    step.set("name", name_);
    step.set("lines", lines_);
    step.set("facts", std::move(facts));
    print(json::write_canonical(step));
}

void Report::progress(const std::string& text) {
    const std::int64_t now = SystemClock().monotonic_ns();
    if (now - last_progress_ns_ >= kNanosecondsPerSecond) {
        last_progress_ns_ = now;
        fmt::print(stderr, "mednexus: demo: {}\n", text);
    }
}

void Report::check(const std::string& name, const std::string& found, bool holds) {
    json::Object one;
    one.set("check", name);
    one.set("found", found);
    one.set("holds", holds);
    checks_.emplace_back(std::move(one));
}

void Report::summarise(std::string_view result) {
    if (form_ == Form::people) {
        return;
    }
    json::Object summary = facts_;
    summary.set("format", "mednexus/demo-summary/v1");
    summary.set("result", result);
    summary.set("checks", checks_);
    print(json::write_canonical(summary));
}

}  // namespace mednexus::demo
