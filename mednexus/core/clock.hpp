#pragma once
/// Time comes in as a `Clock&`; only programs in apps/ make the system one.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "mednexus/core/result.hpp"

namespace mednexus {

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct UnixTime {
    std::int64_t seconds = 0;
    friend auto operator<=>(const UnixTime&, const UnixTime&) = default;
};

/// "2026-11-22T17:40:32Z". Errors: none; years outside 0..9999 are clamped to that range.
[[nodiscard]] std::string to_rfc3339(UnixTime time);

/// Accepts exactly "YYYY-MM-DDTHH:MM:SSZ", the form that to_rfc3339 writes. Errors: invalid.
[[nodiscard]] Result<UnixTime> parse_rfc3339(std::string_view text);

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual UnixTime now() const = 0;
    /// Nanoseconds of a clock that never goes back, for durations only.
    [[nodiscard]] virtual std::int64_t monotonic_ns() const = 0;
};

/// The operating system's clocks. Threads: safe.
class SystemClock final : public Clock {
public:
    [[nodiscard]] UnixTime now() const override;
    [[nodiscard]] std::int64_t monotonic_ns() const override;
};

}  // namespace mednexus
