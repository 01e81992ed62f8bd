#include "mednexus/http/internal/rpc_url.hpp"

#include <algorithm>

namespace mednexus::http::internal {

namespace {

constexpr std::size_t kUrlSizeBytesMax = 2048;

bool is_target_character(char c) {
    return c > ' ' && c < 0x7F && c != '#';
}

Failure bad_url() {
    return fail(Kind::invalid, "http: a node's URL is http[s]://HOST[:PORT][/PATH]");
}

/// The authority with the scheme's port where it names none.
std::string with_port(std::string_view authority, bool is_tls) {
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    return std::string(authority) + (has_port ? "" : is_tls ? ":443" : ":80");
}

}  // namespace

std::string RpcUrl::origin() const {
    return (is_tls ? "https://" : "http://") + write_host_port(where);
}

Result<RpcUrl> parse_rpc_url(std::string_view text) {
    constexpr std::string_view kPlain = "http://";
    constexpr std::string_view kTls = "https://";
    RpcUrl out;
    out.is_tls = text.starts_with(kTls);
    if (text.size() > kUrlSizeBytesMax || (!out.is_tls && !text.starts_with(kPlain))) {
        return bad_url();
    }
    text.remove_prefix(out.is_tls ? kTls.size() : kPlain.size());
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    const auto where = parse_host_port(with_port(text.substr(0, end), out.is_tls));
    const std::string_view rest = text.substr(end);
    if (!where || where->port == 0 || !std::ranges::all_of(rest, is_target_character)) {
        return bad_url();
    }
    out.where = *where;
    out.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
    return out;
}

}  // namespace mednexus::http::internal
