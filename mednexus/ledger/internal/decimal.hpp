#pragma once
/// Decimal numbers of log formats: ASCII digits, no sign, no leading zeros, below 2^63.
#include <cstdint>
#include <optional>
#include <string_view>

namespace mednexus::ledger::internal {

[[nodiscard]] inline std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
    constexpr std::uint64_t kLimit = 1ULL << 63U;
    if (text.empty() || text.size() > 19 || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    std::uint64_t value = 0;  // 19 digits stay below 10^19 < 2^64
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value < kLimit ? std::optional(value) : std::nullopt;
}

}  // namespace mednexus::ledger::internal
