#include "mednexus/http/internal/traffic.hpp"

#include <fmt/format.h>

namespace mednexus::http::internal {

namespace {

constexpr std::array<std::string_view, 2> kDoorNames{"peer", "operator"};

}  // namespace

void Traffic::count_answer(Door door, int status) noexcept {
    const auto group = static_cast<std::size_t>(status) / 100U;
    ++answers_[static_cast<std::size_t>(door)][group < kClasses ? group : 0];
}

void Traffic::count_failed_handshake() noexcept {
    ++failed_handshakes_;
}

std::string Traffic::text() const {
    std::string out = "# TYPE mednexus_http_answers_total counter\n";
    for (std::size_t door = 0; door < kDoors; ++door) {
        for (std::size_t group = 2; group < kClasses; ++group) {
            out += fmt::format("mednexus_http_answers_total{{door=\"{}\",status=\"{}xx\"}} {}\n",
                               kDoorNames[door],
                               group,
                               answers_[door][group].load());
        }
    }
    out += "# TYPE mednexus_http_failed_handshakes_total counter\n";
    out += fmt::format("mednexus_http_failed_handshakes_total {}\n", failed_handshakes_.load());
    return out;
}

}  // namespace mednexus::http::internal
