#include "mednexus/http/internal/address.hpp"

#include <algorithm>
#include <charconv>

namespace mednexus::http::internal {

namespace {

constexpr std::size_t kHostSizeBytesMax = 253;  // RFC 1035 section 2.3.4, as text

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':';
}

Failure bad_address() {
    return fail(Kind::invalid, "http: an address is HOST:PORT or [IPV6]:PORT");
}

Result<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (text.empty() || text.front() == '+' || error != std::errc{} || stop != end) {
        return fail(Kind::invalid, "http: a port is a number from 0 to 65535");
    }
    return port;
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return bad_address();
    }
    HostPort out;
    std::string_view host = text.substr(0, colon);
    out.is_bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (out.is_bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const bool has_colon = host.find(':') != std::string_view::npos;
    if (host.empty() || host.size() > kHostSizeBytesMax || has_colon != out.is_bracketed ||
        !std::all_of(host.begin(), host.end(), is_host_character)) {
        return bad_address();
    }
    out.host = host;
    MN_TRY(out.port, parse_port(text.substr(colon + 1)));
    return out;
}

Result<HostPort> parse_endpoint(std::string_view text) {
    constexpr std::string_view kScheme = "https://";
    if (text.substr(0, kScheme.size()) != kScheme) {
        return fail(Kind::invalid, "http: an endpoint begins with https://");
    }
    MN_TRY(HostPort out, parse_host_port(text.substr(kScheme.size())));
    if (out.port == 0) {
        return fail(Kind::invalid, "http: an endpoint has a port from 1 to 65535");
    }
    return out;
}

std::string write_host_port(const HostPort& where) {
    const std::string port = ":" + std::to_string(where.port);
    return where.is_bracketed ? "[" + where.host + "]" + port : where.host + port;
}

}  // namespace mednexus::http::internal
