#pragma once
/// One request and its answer, free of any wire library.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::http::internal {

/// Where a request came in; docs/formats/http.md, section 1.
enum class Door : std::uint8_t { peer, operators };

struct Request {
    std::string method;
    std::string target;
    std::string content_type;
    std::string body;
};

struct Answer {
    int status = 200;
    std::string content_type = "application/json";
    Bytes body{};
    std::vector<std::pair<std::string, std::string>> headers{};
};

/// The error body of docs/formats/http.md, section 4. `status` 0: the one of the kind.
[[nodiscard]] Answer error_answer(const Error& error, int status = 0);

/// The typed error inside an answer of 400 or more; `unavailable` when there is none.
[[nodiscard]] Error error_of(const Answer& answer);

}  // namespace mednexus::http::internal
