#include "mednexus/http/internal/message.hpp"

#include <algorithm>

#include "mednexus/codec/json.hpp"
#include "mednexus/codec/utf8.hpp"
#include "mednexus/http/limits.hpp"

namespace mednexus::http::internal {

namespace {

constexpr int kStatusServiceUnavailable = 503;

/// What another machine wrote, fit for one line of a log or terminal.
std::string harmless(std::string_view text) {
    std::string out(text.substr(0, kErrorTextSizeBytesMax));
    if (const auto cut = codec::first_invalid_utf8(out)) {
        out.resize(*cut);
    }
    std::replace_if(
        out.begin(), out.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, '_');
    return out;
}

Result<Error> parse_error(BytesView body) {
    MN_TRY(const json::Value value, json::parse(text_of(body)));
    json::Reader outer(value, "error answer");
    MN_TRY(const json::Value* inner, outer.object("error"));
    json::Reader reader(*inner, "error");
    MN_TRY(const std::string kind, reader.string("kind"));
    MN_TRY(const std::string what, reader.string("what"));
    return Error{kind_named(kind), harmless(what)};
}

}  // namespace

Answer error_answer(const Error& error, int status) {
    json::Object inner;
    inner.set("kind", name_of(error.kind));
    inner.set("what", error.what);
    json::Object outer;
    outer.set("error", std::move(inner));
    Answer answer;
    answer.status = status != 0 ? status : http_status_of(error.kind);
    answer.body = to_bytes(json::write_canonical(std::move(outer)));
    if (answer.status == kStatusServiceUnavailable) {
        answer.headers.emplace_back("Retry-After", "1");
    }
    return answer;
}

Error error_of(const Answer& answer) {
    auto parsed = parse_error(answer.body);
    if (parsed) {
        return *std::move(parsed);
    }
    return {Kind::unavailable, "answered " + std::to_string(answer.status) + " without a reason"};
}

}  // namespace mednexus::http::internal
