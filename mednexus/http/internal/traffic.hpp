#pragma once
/// What the HTTP layer counts for Prometheus. Threads: safe.
#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "mednexus/http/internal/message.hpp"

namespace mednexus::http::internal {

class Traffic {
public:
    void count_answer(Door door, int status) noexcept;
    void count_failed_handshake() noexcept;
    [[nodiscard]] std::string text() const;

private:
    static constexpr std::size_t kDoors = 2;
    static constexpr std::size_t kClasses = 6;  ///< status / 100
    using Count = std::atomic<std::uint64_t>;
    std::array<std::array<Count, kClasses>, kDoors> answers_{};
    Count failed_handshakes_{0};
};

}  // namespace mednexus::http::internal
