#pragma once
/// Counters for Prometheus. Threads: safe.
#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "mednexus/service/policy.hpp"

namespace mednexus::service::internal {

class Metrics {
public:
    void count_deposit() noexcept { ++deposits_; }

    void count_match_asked() noexcept { ++matches_asked_; }

    void count_match_answered() noexcept { ++matches_answered_; }

    void count_decision(ReleaseKind kind, bool is_permitted) noexcept {
        ++decisions_.at(static_cast<std::size_t>(kind)).at(is_permitted ? 1 : 0);
    }

    /// Text exposition format 0.0.4.
    [[nodiscard]] std::string text(std::uint64_t log_entries, std::uint64_t cases) const;

private:
    std::atomic<std::uint64_t> deposits_ = 0;
    std::atomic<std::uint64_t> matches_asked_ = 0;
    std::atomic<std::uint64_t> matches_answered_ = 0;
    std::array<std::array<std::atomic<std::uint64_t>, 2>, 7> decisions_{};
};

}  // namespace mednexus::service::internal
