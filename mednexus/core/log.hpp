#pragma once
/// The diagnostic log of rows 2 to 4: one line per event, `level event key=value …`, ids and sizes
/// only. It may be lost at any time; the audit log is `ledger`. Threads: safe.
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace mednexus {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct LogField {
    std::string_view key;
    std::string value;
};

/// Writes the line to the sink (standard error unless set). Control characters and spaces in values
/// are replaced by '_', so that one event stays one line.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

/// Lines below `level` are dropped from now on. The default is info.
void set_log_level(LogLevel level);

/// Replaces the sink; an empty function restores standard error.
void set_log_sink(std::function<void(std::string_view line)> sink);

}  // namespace mednexus
