#pragma once
/// One request and its answer over an open connection. Included by client.cpp only: it carries
/// Boost.
#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>

#include "mednexus/http/internal/message.hpp"
#include "mednexus/http/limits.hpp"

namespace mednexus::http::internal {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;

inline constexpr auto kTuple = net::as_tuple(net::use_awaitable);

/// Why nothing came of it, in words for people.
[[nodiscard]] inline std::string words_of(const beast::error_code& error) {
    const bool is_cut = error == net::error::eof || error == wire::error::end_of_stream ||
                        error == wire::error::partial_message ||
                        error == net::ssl::error::stream_truncated ||
                        error == net::error::connection_reset || error == net::error::broken_pipe;
    if (is_cut) {
        return "the connection closed before the answer was complete";
    }
    if (error == beast::error::timeout) {
        return "the time limit passed";
    }
    if (error == wire::error::body_limit) {
        return "the answer is longer than " + std::to_string(kAnswerBodySizeBytesMax) + " bytes";
    }
    if (error == net::error::connection_refused) {
        return "connection refused";
    }
    return error.message();
}

[[nodiscard]] inline Failure unavailable(const beast::error_code& error) {
    return fail(Kind::unavailable, words_of(error));
}

template <typename Stream>
void expires_after_ms(Stream& stream, std::uint32_t limit_ms) {
    beast::get_lowest_layer(stream).expires_after(std::chrono::milliseconds(limit_ms));
}

[[nodiscard]] inline wire::request<wire::string_body> message_of(const std::string& host,
                                                                 const Request& request) {
    constexpr int kHttp11 = 11;
    wire::request<wire::string_body> message;
    message.version(kHttp11);
    message.method_string(request.method);
    message.target(request.target);
    message.set(wire::field::host, host);
    message.keep_alive(false);
    if (!request.content_type.empty()) {
        message.set(wire::field::content_type, request.content_type);
    }
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

/// Sends the request and reads the whole answer, whatever its status.
/// Errors   unavailable: time limit, connection lost, an answer too long or without a length
template <typename Stream>
net::awaitable<Result<Answer>> exchange(Stream& stream,
                                        const std::string& host,
                                        const Request& request,
                                        const ClientLimits& limits) {
    const auto message = message_of(host, request);
    expires_after_ms(stream, limits.send_ms_max);
    const auto [send_error, sent] = co_await wire::async_write(stream, message, kTuple);
    if (send_error == beast::error::timeout) {
        co_return unavailable(send_error);
    }
    // A node that refuses a body stops reading it; its answer tells more than our broken pipe.
    wire::response_parser<wire::vector_body<std::uint8_t>> parser;
    parser.header_limit(kRequestHeaderSizeBytesMax);
    parser.body_limit(kAnswerBodySizeBytesMax);
    beast::flat_buffer buffer;
    expires_after_ms(stream, limits.answer_ms_max);
    const auto [error, received] = co_await wire::async_read(stream, buffer, parser, kTuple);
    if (error) {
        co_return unavailable(error);
    }
    if (!parser.content_length() && !parser.chunked()) {
        co_return fail(Kind::unavailable, "an answer without a length, which may be cut short");
    }
    Answer answer;
    answer.status = static_cast<int>(parser.get().result_int());
    answer.content_type = std::string(parser.get()[wire::field::content_type]);
    answer.body = std::move(parser.get().body());
    co_return answer;
}

}  // namespace mednexus::http::internal
