#pragma once
/// Addresses as configuration and cards write them.
#include <cstdint>
#include <string>
#include <string_view>

#include "mednexus/core/result.hpp"

namespace mednexus::http::internal {

struct HostPort {
    std::string host;  ///< without the brackets of an IPv6 address
    std::uint16_t port = 0;
    bool is_bracketed = false;
};

/// "HOST:PORT" or "[IPV6]:PORT". Errors: invalid.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);

/// "https://HOST:PORT", nothing after the port; port 0 is refused. Errors: invalid.
[[nodiscard]] Result<HostPort> parse_endpoint(std::string_view text);

/// As a Host header wants it.
[[nodiscard]] std::string write_host_port(const HostPort& where);

}  // namespace mednexus::http::internal
