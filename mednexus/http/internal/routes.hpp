#pragma once
/// From a request to the node's answer. Source: docs/formats/http.md, sections 3 and 4.
/// Threads: any; every call may block as long as the Node does.
#include <optional>
#include <string_view>

#include "mednexus/http/internal/message.hpp"
#include "mednexus/http/internal/traffic.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::http::internal {

struct Site {
    service::Node& node;
    const Traffic& traffic;
};

/// Answers every request, errors included. `peer_name` is empty at the operator's door.
[[nodiscard]] Answer answer_request(const Site& site,
                                    Door door,
                                    std::string_view peer_name,
                                    const Request& request);

/// The answer of GET /v1/health, which needs no node and so no thread; else nothing.
[[nodiscard]] std::optional<Answer> answer_health(const Request& request);

/// The refusal that the header alone deserves, before a body is read: unknown route, method, type.
[[nodiscard]] std::optional<Answer> refuse_header(Door door, const Request& header);

/// What an answer may need in memory, to be reserved before it is made; 0 for small ones.
[[nodiscard]] std::size_t answer_bytes_reserved(const Request& request);

/// Length 1..64 of a-z 0-9 . _ -
[[nodiscard]] bool is_operation_name(std::string_view text) noexcept;

/// "checkpoint", or "tile/" and then 0-9 a-z x . / without an empty or dotted segment.
[[nodiscard]] bool is_log_path(std::string_view text) noexcept;

}  // namespace mednexus::http::internal
