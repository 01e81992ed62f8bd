#pragma once
/// Small things that the steps share. Threads: free functions.
#include <string>
#include <string_view>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::demo {

inline constexpr std::string_view kPurpose = "DUO:0000043";  ///< clinical care
inline constexpr std::size_t kListedCasesMax = 20;           ///< more are counted, not listed
inline constexpr std::size_t kRankingLines = 5;

/// One year from now: how long agreements, consents and the consortium of the demo hold.
[[nodiscard]] inline std::string next_year() {
    constexpr std::int64_t kYearSeconds = 365LL * 24 * 3600;
    return to_rfc3339({SystemClock().now().seconds + kYearSeconds});
}

/// A string member of what a command printed. Errors: invalid.
[[nodiscard]] inline Result<std::string> text_at(const json::Value& value, std::string_view key) {
    return json::Reader(value, "output of mednexus").string(key);
}

[[nodiscard]] inline json::Object object_of(std::string key, json::Value value) {
    json::Object object;
    object.set(std::move(key), std::move(value));
    return object;
}

}  // namespace mednexus::demo
