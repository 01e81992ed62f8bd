#include "mednexus/http/internal/rpc_message.hpp"

#include "mednexus/http/limits.hpp"

namespace mednexus::http::internal {

namespace {

/// The text of a revert's data; nodes put other things there too, which are nobody's business.
std::string data_of(const json::Object& error) {
    const json::Value* data = error.find("data");
    const std::string* text = data == nullptr ? nullptr : data->as_string();
    return text != nullptr && text->starts_with("0x") ? *text : std::string();
}

Result<chain::RpcError> parse_error(const json::Value& value) {
    const json::Object* error = value.as_object();
    const json::Value* code = error == nullptr ? nullptr : error->find("code");
    const json::Value* message = error == nullptr ? nullptr : error->find("message");
    const bool is_sound = code != nullptr && code->as_number() != nullptr && message != nullptr &&
                          message->as_string() != nullptr;
    if (!is_sound) {
        return fail(Kind::invalid, "http.rpc: an error without code and message");
    }
    MN_TRY(const std::int64_t number, json::to_int64(*code->as_number()));
    return chain::RpcError{number, *message->as_string(), data_of(*error)};
}

bool is_answer_to(const json::Object& answer, std::uint64_t id) {
    const json::Value* version = answer.find("jsonrpc");
    const json::Value* answered = answer.find("id");
    return version != nullptr && *version == json::Value("2.0") && answered != nullptr &&
           *answered == json::Value(id);
}

}  // namespace

std::string write_rpc_request(std::uint64_t id,
                              std::string_view method,
                              const json::Value& params) {
    json::Object request;
    request.set("id", id);
    request.set("jsonrpc", "2.0");
    request.set("method", method);
    request.set("params", params);
    return json::write_canonical(std::move(request));
}

Result<chain::RpcAnswer> parse_rpc_answer(std::string_view text, std::uint64_t id) {
    constexpr std::size_t kValuesMax = 1U << 22U;
    const auto parsed =
        json::parse(text, {.size_bytes_max = kAnswerBodySizeBytesMax, .values_max = kValuesMax});
    if (!parsed) {
        return fail_in("http.rpc: the answer is no JSON", parsed.error());
    }
    const json::Object* answer = parsed->as_object();
    if (answer == nullptr || !is_answer_to(*answer, id)) {
        return fail(Kind::invalid, "http.rpc: no JSON-RPC 2.0 answer to this request");
    }
    const json::Value* result = answer->find("result");
    const json::Value* error = answer->find("error");
    const bool is_error = error != nullptr && !error->is_null();
    if (is_error ? result != nullptr && !result->is_null() : result == nullptr) {
        return fail(Kind::invalid, "http.rpc: neither, or both, of result and error");
    }
    if (!is_error) {
        return chain::RpcAnswer{*result, std::nullopt};
    }
    MN_TRY(chain::RpcError refused, parse_error(*error));
    return chain::RpcAnswer{{}, std::move(refused)};
}

}  // namespace mednexus::http::internal
