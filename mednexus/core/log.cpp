#include "mednexus/core/log.hpp"

#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>

namespace mednexus {

namespace {

struct Sink {
    std::mutex mutex;
    std::function<void(std::string_view)> write;  // guarded by mutex
    std::atomic<LogLevel> level{LogLevel::info};
};

Sink& sink() {
    static Sink the_sink;
    return the_sink;
}

void append_value(std::string& line, std::string_view value) {
    for (const char c : value) {
        line += (c > ' ' && c != '\x7f') ? c : '_';
    }
}

}  // namespace

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    if (level < sink().level.load()) {
        return;
    }
    std::string line(names[static_cast<std::size_t>(level)]);
    line += ' ';
    append_value(line, event);
    for (const LogField& field : fields) {
        line += ' ';
        append_value(line, field.key);
        line += '=';
        append_value(line, field.value);
    }
    const std::scoped_lock lock(sink().mutex);
    if (sink().write) {
        sink().write(line);
        return;
    }
    line += '\n';
    std::fputs(line.c_str(), stderr);
}

void set_log_level(LogLevel level) {
    sink().level = level;
}

void set_log_sink(std::function<void(std::string_view line)> new_sink) {
    const std::scoped_lock lock(sink().mutex);
    sink().write = std::move(new_sink);
}

}  // namespace mednexus
