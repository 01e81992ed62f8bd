#include "mednexus/http/internal/routes.hpp"

#include <algorithm>
#include <array>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::http::internal {

namespace {

constexpr std::size_t kOperationSizeBytesMax = 64;
constexpr std::size_t kLogPathSizeBytesMax = 128;
constexpr int kMethodNotAllowed = 405;
constexpr int kUnsupportedMediaType = 415;
constexpr std::string_view kHealthTarget = "/v1/health";
constexpr std::string_view kBlobPrefix = "/v1/blobs/";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kBytesType = "application/octet-stream";

/// One call: where, by whom, and the part of the target after the route's prefix.
struct Call {
    const Site& site;
    std::string_view peer_name;
    std::string_view rest;
    const Request& request;
};

using Handler = Result<Answer> (*)(const Call&);

struct Route {
    std::string_view prefix;  ///< ends in '/' when something must follow
    std::string_view method;
    bool at_peer_door;
    bool at_operator_door;
    Handler handler;
};

Answer json_answer(const json::Value& value) {
    Answer answer;
    answer.body = to_bytes(json::write_canonical(value));
    return answer;
}

Answer bytes_answer(std::string_view type, Bytes body) {
    Answer answer;
    answer.content_type = type;
    answer.body = std::move(body);
    return answer;
}

Failure no_such_route() {
    return fail(Kind::not_found, "http: no such route");
}

Answer health() {
    json::Object body;
    body.set("status", "serving");
    return json_answer(std::move(body));
}

Result<Answer> get_health(const Call& /*call*/) {
    return health();
}

Result<Answer> get_log_file(const Call& call) {
    if (!is_log_path(call.rest)) {
        return no_such_route();
    }
    MN_TRY(Bytes file, call.site.node.log_file(call.rest));
    return bytes_answer(call.rest == "checkpoint" ? kTextType : kBytesType, std::move(file));
}

/// The rest of a target as "0x" and lower-case digits, nothing else.
template <typename F>
Result<F> name_in(const Call& call) {
    const auto name = codec::parse_hex_as<F>(call.rest);
    if (!name || codec::to_hex_0x(name->view()) != call.rest) {
        return no_such_route();
    }
    return name;
}

Result<Answer> get_object(const Call& call) {
    MN_TRY(const ObjectRoot root, name_in<ObjectRoot>(call));
    MN_TRY(Bytes object, call.site.node.object_for_peer(call.peer_name, root));
    return bytes_answer(kBytesType, std::move(object));
}

Result<Answer> get_blob(const Call& call) {
    MN_TRY(const Hash32 hash, name_in<Hash32>(call));
    MN_TRY(Bytes blob, call.site.node.blob_for_peer(call.peer_name, hash));
    return bytes_answer(kBytesType, std::move(blob));
}

Result<Answer> post_peer_operation(const Call& call) {
    MN_TRY(const json::Value body, json::parse(call.request.body));
    MN_TRY(const json::Value out, call.site.node.answer_peer(call.peer_name, call.rest, body));
    return json_answer(out);
}

Result<Answer> post_operator_operation(const Call& call) {
    MN_TRY(const json::Value body, json::parse(call.request.body));
    MN_TRY(const json::Value out, call.site.node.execute(call.rest, body));
    return json_answer(out);
}

Result<Answer> get_metrics(const Call& call) {
    const std::string text = call.site.node.metrics() + call.site.traffic.text();
    return bytes_answer(kMetricsType, to_bytes(text));
}

constexpr std::array<Route, 7> kRoutes{{
    {kHealthTarget, "GET", true, true, get_health},
    {"/v1/log/", "GET", true, false, get_log_file},
    {"/v1/objects/", "GET", true, false, get_object},
    {kBlobPrefix, "GET", true, false, get_blob},
    {"/v1/peer/", "POST", true, false, post_peer_operation},
    {"/v1/operator/", "POST", false, true, post_operator_operation},
    {"/metrics", "GET", false, true, get_metrics},
}};

bool matches(const Route& route, Door door, std::string_view target) {
    if (!(door == Door::peer ? route.at_peer_door : route.at_operator_door)) {
        return false;
    }
    return route.prefix.back() == '/' ? target.substr(0, route.prefix.size()) == route.prefix
                                      : target == route.prefix;
}

const Route* find_route(Door door, std::string_view target) {
    const auto* const found = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& route) {
        return matches(route, door, target);
    });
    return found == kRoutes.end() ? nullptr : found;
}

std::string_view rest_of(const Route& route, std::string_view target) {
    return target.substr(route.prefix.size());
}

/// `Application/JSON; charset=utf-8` is JSON too.
bool is_json_type(std::string_view content_type) {
    constexpr std::string_view kJson = "application/json";
    const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
    return std::equal(type.begin(), type.end(), kJson.begin(), kJson.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

Answer refuse_method(const Route& route) {
    Answer answer =
        error_answer({Kind::invalid, "http: this route has another method"}, kMethodNotAllowed);
    answer.headers.emplace_back("Allow", route.method);
    return answer;
}

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::optional<Answer> answer_health(const Request& request) {
    if (request.method != "GET" || request.target != kHealthTarget) {
        return std::nullopt;
    }
    return health();
}

std::optional<Answer> refuse_header(Door door, const Request& header) {
    const Route* route = find_route(door, header.target);
    if (route == nullptr) {
        return error_answer(no_such_route().value());
    }
    if (header.method != route->method) {
        return refuse_method(*route);
    }
    if (route->method != "POST") {
        return std::nullopt;
    }
    if (!is_operation_name(rest_of(*route, header.target))) {
        return error_answer(no_such_route().value());
    }
    if (!is_json_type(header.content_type)) {
        return error_answer({Kind::invalid, "http: content-type is not application/json"},
                            kUnsupportedMediaType);
    }
    return std::nullopt;
}

Answer answer_request(const Site& site,
                      Door door,
                      std::string_view peer_name,
                      const Request& request) {
    if (auto refusal = refuse_header(door, request)) {
        return *std::move(refusal);
    }
    const Route* route = find_route(door, request.target);
    const Call call{site, peer_name, rest_of(*route, request.target), request};
    auto answer = route->handler(call);
    return answer ? *std::move(answer) : error_answer(answer.error());
}

std::size_t answer_bytes_reserved(const Request& request) {
    return request.target.starts_with(kBlobPrefix) ? service::kBlobSizeBytesMax : 0;
}

bool is_operation_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kOperationSizeBytesMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-';
           });
}

bool is_log_path(std::string_view text) noexcept {
    constexpr std::string_view kTiles = "tile/";
    if (text == "checkpoint") {
        return true;
    }
    if (text.size() > kLogPathSizeBytesMax || text.substr(0, kTiles.size()) != kTiles) {
        return false;
    }
    char before = '/';
    for (const char c : text.substr(kTiles.size())) {
        const bool begins_segment = before == '/';
        const bool fits = is_lower_or_digit(c) || (!begins_segment && (c == '.' || c == '/'));
        if (!fits || (c == '.' && before == '.')) {
            return false;
        }
        before = c;
    }
    return before != '/';
}

}  // namespace mednexus::http::internal
