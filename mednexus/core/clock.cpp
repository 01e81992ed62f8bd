#include "mednexus/core/clock.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace mednexus {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kYear0Seconds = -62167219200;     // 0000-01-01T00:00:00Z
constexpr std::int64_t kYear9999Seconds = 253402300799;  // 9999-12-31T23:59:59Z

/// `width` decimal digits at `text[at]`, or -1.
int digits_at(std::string_view text, std::size_t at, std::size_t width) {
    int value = 0;
    for (std::size_t i = at; i < at + width; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

}  // namespace

std::string to_rfc3339(UnixTime time) {
    using std::chrono::sys_days;
    const std::int64_t seconds = std::clamp(time.seconds, kYear0Seconds, kYear9999Seconds);
    std::int64_t day = seconds / kSecondsPerDay;
    std::int64_t rest = seconds % kSecondsPerDay;
    if (rest < 0) {
        rest += kSecondsPerDay;
        --day;
    }
    const std::chrono::year_month_day date{sys_days{std::chrono::days{day}}};
    std::array<char, 32> out{};
    const int length = std::snprintf(out.data(),
                                     out.size(),
                                     "%04d-%02u-%02uT%02d:%02d:%02dZ",
                                     static_cast<int>(date.year()),
                                     static_cast<unsigned>(date.month()),
                                     static_cast<unsigned>(date.day()),
                                     static_cast<int>(rest / 3600),
                                     static_cast<int>(rest / 60 % 60),
                                     static_cast<int>(rest % 60));
    return {out.data(), static_cast<std::size_t>(length)};
}

Result<UnixTime> parse_rfc3339(std::string_view text) {
    const auto refused = [] { return fail(Kind::invalid, "time is not YYYY-MM-DDTHH:MM:SSZ"); };
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != shape.size()) {
        return refused();
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] != 'd' && text[i] != shape[i]) {
            return refused();
        }
    }
    const int year = digits_at(text, 0, 4);
    const int month = digits_at(text, 5, 2);
    const int day = digits_at(text, 8, 2);
    const int hour = digits_at(text, 11, 2);
    const int minute = digits_at(text, 14, 2);
    const int second = digits_at(text, 17, 2);
    if (year < 0 || month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59) {
        return refused();
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) {
        return refused();
    }
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    return UnixTime{days * kSecondsPerDay + hour * 3600 + minute * 60 + second};
}

UnixTime SystemClock::now() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return UnixTime{std::chrono::duration_cast<std::chrono::seconds>(since).count()};
}

std::int64_t SystemClock::monotonic_ns() const {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

}  // namespace mednexus
