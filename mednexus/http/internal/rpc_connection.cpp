#include "mednexus/http/internal/rpc_connection.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "mednexus/core/fence.hpp"
#include "mednexus/http/internal/exchange.hpp"

namespace mednexus::http::internal {

namespace {

using Tcp = net::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using Posted = tl::expected<RpcConnection::Answer, RpcConnection::Failed>;

/// Runs a coroutine to its end on this thread.
template <typename T>
T run_here(net::io_context& io, net::awaitable<T> task) {
    std::optional<T> out;
    io.restart();
    net::co_spawn(io, std::move(task), [&](const std::exception_ptr& thrown, T result) {
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        out = std::move(result);
    });
    io.run();
    return *std::move(out);
}

net::awaitable<Result<void>> connect(PlainStream& stream, HostPort where, RpcLimits limits) {
    expires_after_ms(stream, limits.connect_ms_max);
    Tcp::resolver resolver(stream.get_executor());
    const auto [unknown, found] =
        co_await resolver.async_resolve(where.host, std::to_string(where.port), kTuple);
    if (unknown) {
        co_return unavailable(unknown);
    }
    const auto [error, used] = co_await stream.async_connect(found, kTuple);
    if (error) {
        co_return unavailable(error);
    }
    beast::error_code ignored;  // a socket that cannot do this is slow, not wrong
    stream.socket().set_option(Tcp::no_delay(true), ignored);
    co_return Result<void>();
}

bool is_closed_by_other(const beast::error_code& error) {
    return error == net::error::eof || error == wire::error::end_of_stream ||
           error == net::ssl::error::stream_truncated || error == net::error::connection_reset ||
           error == net::error::broken_pipe;
}

wire::request<wire::string_body> post_of(const RpcUrl& url, std::string body) {
    constexpr int kHttp11 = 11;
    wire::request<wire::string_body> message(wire::verb::post, url.target, kHttp11);
    message.set(wire::field::host, write_host_port(url.where));
    message.set(wire::field::content_type, "application/json");
    message.set(wire::field::user_agent, "mednexus");
    message.body() = std::move(body);
    message.prepare_payload();
    return message;
}

template <typename Stream>
net::awaitable<Posted> post_over(Stream& stream,
                                 const wire::request<wire::string_body>& message,
                                 std::uint32_t limit_ms) {
    expires_after_ms(stream, limit_ms);
    wire::response_parser<wire::string_body> parser;
    parser.header_limit(kRequestHeaderSizeBytesMax);
    parser.body_limit(kAnswerBodySizeBytesMax);
    beast::flat_buffer buffer;
    const auto [send_error, sent] = co_await wire::async_write(stream, message, kTuple);
    auto error = send_error;
    if (!error) {
        const auto [read_error, received] =
            co_await wire::async_read(stream, buffer, parser, kTuple);
        error = read_error;
    }
    if (error) {
        const bool is_untouched = is_closed_by_other(error) && !parser.got_some();
        const Kind kind = error == wire::error::body_limit ? Kind::invalid : Kind::unavailable;
        co_return tl::unexpected(RpcConnection::Failed{
            {kind, words_of(error)},
            is_untouched ? RpcConnection::Broken::before_answer : RpcConnection::Broken::other});
    }
    RpcConnection::Answer answer;
    answer.status = static_cast<int>(parser.get().result_int());
    answer.is_reusable = parser.get().keep_alive();
    answer.body = std::move(parser.get().body());
    co_return answer;
}

template <typename Stream>
class StreamConnection : public RpcConnection {
public:
    Posted post(const RpcUrl& url, std::string body, const RpcLimits& limits) override {
        const auto message = post_of(url, std::move(body));
        Posted out;
        const auto done = fenced("http.rpc", [&] {
            out = run_here(io_, post_over(*stream_, message, limits.call_ms_max));
        });
        if (!done) {
            return tl::unexpected(Failed{done.error(), Broken::other});
        }
        return out;
    }

protected:
    net::io_context io_{1};
    std::optional<Stream> stream_;
};

class PlainConnection final : public StreamConnection<PlainStream> {
public:
    [[nodiscard]] Result<void> connect_to(const RpcUrl& url, const RpcLimits& limits) {
        stream_.emplace(io_);
        return run_here(io_, connect(*stream_, url.where, limits));
    }
};

class TlsConnection final : public StreamConnection<TlsStream> {
public:
    [[nodiscard]] Result<void> connect_to(const RpcUrl& url, const RpcLimits& limits) {
        context_.set_default_verify_paths();
        context_.set_verify_mode(net::ssl::verify_peer);
        ::SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
        stream_.emplace(io_, context_);
        stream_->set_verify_callback(net::ssl::host_name_verification(url.where.host));
        MN_DO(say_host_name(url.where.host));
        MN_DO(run_here(io_, connect(beast::get_lowest_layer(*stream_), url.where, limits)));
        return run_here(io_, shake_hands(limits));
    }

private:
    /// RFC 6066 section 3: names only, no addresses.
    [[nodiscard]] Result<void> say_host_name(std::string host) {
        beast::error_code is_name;
        net::ip::make_address(host, is_name);
        if (is_name && ::SSL_ctrl(stream_->native_handle(),
                                  SSL_CTRL_SET_TLSEXT_HOSTNAME,
                                  TLSEXT_NAMETYPE_host_name,
                                  host.data()) != 1) {
            return fail(Kind::internal, "the TLS library refused the host's name");
        }
        return {};
    }

    [[nodiscard]] net::awaitable<Result<void>> shake_hands(RpcLimits limits) {
        expires_after_ms(*stream_, limits.connect_ms_max);
        const auto [error] =
            co_await stream_->async_handshake(net::ssl::stream_base::client, kTuple);
        co_return error ? Result<void>(unavailable(error)) : Result<void>();
    }

    net::ssl::context context_{net::ssl::context::tls_client};
};

template <typename Connection>
Result<std::unique_ptr<RpcConnection>> open_as(const RpcUrl& url, const RpcLimits& limits) {
    return fenced("http.rpc", [&]() -> Result<std::unique_ptr<RpcConnection>> {
        auto connection = std::make_unique<Connection>();
        MN_DO(connection->connect_to(url, limits));
        return std::unique_ptr<RpcConnection>(std::move(connection));
    });
}

}  // namespace

Result<std::unique_ptr<RpcConnection>> RpcConnection::open(const RpcUrl& url,
                                                           const RpcLimits& limits) {
    return url.is_tls ? open_as<TlsConnection>(url, limits) : open_as<PlainConnection>(url, limits);
}

}  // namespace mednexus::http::internal
