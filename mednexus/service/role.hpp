#pragma once
/// What a home is for; docs/adr/0111-two-roles.md. Threads: plain values.
#include <cstdint>
#include <string_view>

#include "mednexus/core/result.hpp"

namespace mednexus::service {

enum class Role : std::uint8_t {
    institution,  ///< holds cases and keys to them, decides
    compute       ///< scores under encryption for a consortium; holds no case and no key of one
};

[[nodiscard]] std::string_view name_of(Role role) noexcept;
/// Errors: invalid.
[[nodiscard]] Result<Role> parse_role(std::string_view name);

}  // namespace mednexus::service
