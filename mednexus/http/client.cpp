#include "mednexus/http/client.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "mednexus/codec/hex.hpp"
#include "mednexus/core/fence.hpp"
#include "mednexus/http/internal/address.hpp"
#include "mednexus/http/internal/exchange.hpp"
#include "mednexus/http/internal/local_socket.hpp"
#include "mednexus/http/internal/routes.hpp"
#include "mednexus/http/internal/tls.hpp"

namespace mednexus::http {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
using Tcp = net::ip::tcp;
using Local = net::local::stream_protocol;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using LocalStream = beast::basic_stream<Local>;
using internal::Answer;
using internal::kTuple;
using internal::Request;
using SharedContext = std::shared_ptr<net::ssl::context>;

constexpr int kStatusOk = 200;

/// Runs a coroutine to its end on this thread.
template <typename Start>
Result<Answer> run_here(Start start) {
    net::io_context io{1};
    std::optional<Result<Answer>> out;
    net::co_spawn(io, start(io), [&](const std::exception_ptr& thrown, Result<Answer> result) {
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        out = std::move(result);
    });
    io.run();
    return *std::move(out);
}

Result<Answer> unless_refused(Answer answer) {
    if (answer.status != kStatusOk) {
        return Failure(internal::error_of(answer));
    }
    return answer;
}

Result<json::Value> parse_answer(const Answer& answer) {
    auto value = json::parse(text_of(answer.body), {.size_bytes_max = kAnswerBodySizeBytesMax});
    if (!value) {
        return fail_in("the answer is no JSON", value.error());
    }
    return value;
}

Result<Request> make_post(std::string_view prefix,
                          std::string_view operation,
                          const json::Value& body) {
    if (!internal::is_operation_name(operation)) {
        return fail(Kind::invalid, "http: an operation is 1 to 64 of a-z 0-9 . _ -");
    }
    Request request{"POST", std::string(prefix), "application/json", json::write_canonical(body)};
    request.target += operation;
    if (request.body.size() > kRequestBodySizeBytesMax) {
        return fail(Kind::invalid,
                    "http: the request has " + std::to_string(request.body.size()) +
                        " bytes, the limit is " + std::to_string(kRequestBodySizeBytesMax));
    }
    return request;
}

Request make_get(std::string target) {
    return {"GET", std::move(target), "", ""};
}

// ---- peers

/// One call to one peer.
struct PeerCall {
    const service::PeerAddress& peer;
    internal::HostPort where;
    const Request& request;
    const ClientLimits& limits;
    net::ssl::context& tls;
};

/// A request is written in more than one piece: without this, Nagle's rule and delayed
/// acknowledgements cost each call about 40 ms.
Result<void> send_at_once(beast::tcp_stream& stream) {
    beast::error_code error;
    stream.socket().set_option(Tcp::no_delay(true), error);
    return error ? Result<void>(internal::unavailable(error)) : Result<void>();
}

net::awaitable<Result<void>> connect(const PeerCall& call, beast::tcp_stream& stream) {
    internal::expires_after_ms(stream, call.limits.connect_ms_max);
    beast::error_code not_an_address;
    const auto address = net::ip::make_address(call.where.host, not_an_address);
    if (!not_an_address) {
        const Tcp::endpoint endpoint(address, call.where.port);
        const auto [error] = co_await stream.async_connect(endpoint, kTuple);
        co_return error ? Result<void>(internal::unavailable(error)) : send_at_once(stream);
    }
    Tcp::resolver resolver(stream.get_executor());
    const auto [unknown, found] =
        co_await resolver.async_resolve(call.where.host, std::to_string(call.where.port), kTuple);
    if (unknown) {
        co_return internal::unavailable(unknown);
    }
    const auto [error, used] = co_await stream.async_connect(found, kTuple);
    co_return error ? Result<void>(internal::unavailable(error)) : send_at_once(stream);
}

net::awaitable<Result<void>> shake_hands(const PeerCall& call, TlsStream& stream) {
    internal::PinRule rule{call.peer.tls_pin};
    internal::expect_pin(stream.native_handle(), rule);
    internal::expires_after_ms(stream, call.limits.connect_ms_max);
    const auto [error] = co_await stream.async_handshake(net::ssl::stream_base::client, kTuple);
    if (rule.has_refused) {
        co_return fail(Kind::unavailable,
                       "the pin rule refused: the server's key is not the one of the card, " +
                           codec::to_hex_0x(call.peer.tls_pin.view()));
    }
    co_return error ? Result<void>(internal::unavailable(error)) : Result<void>();
}

net::awaitable<void> say_goodbye(TlsStream& stream) {
    constexpr std::uint32_t kLimitMs = 500;  // the answer is here; the goodbye is a courtesy
    internal::expires_after_ms(stream, kLimitMs);
    co_await stream.async_shutdown(kTuple);
}

net::awaitable<Result<Answer>> ask_peer(net::io_context& io, const PeerCall& call) {
    TlsStream stream(io, call.tls);
    const Result<void> connected = co_await connect(call, beast::get_lowest_layer(stream));
    if (!connected) {
        co_return Failure(connected.error());
    }
    const Result<void> trusted = co_await shake_hands(call, stream);
    if (!trusted) {
        co_return Failure(trusted.error());
    }
    const std::string host = internal::write_host_port(call.where);
    Result<Answer> answer = co_await internal::exchange(stream, host, call.request, call.limits);
    if (answer) {
        co_await say_goodbye(stream);
    }
    co_return answer;
}

// ---- the operator's socket

net::awaitable<Result<Answer>> ask_local(net::io_context& io,
                                         internal::Descriptor socket,
                                         const Request& request,
                                         const ClientLimits& limits) {
    Local::socket connected(io);
    beast::error_code error;
    connected.assign(Local(), socket.get(), error);
    if (error) {
        co_return fail(Kind::io, "cannot be watched: " + error.message());
    }
    socket.release();
    LocalStream stream(std::move(connected));
    co_return co_await internal::exchange(stream, "localhost", request, limits);
}

Result<Answer> ask_connected(internal::Descriptor socket,
                             const Request& request,
                             const ClientLimits& limits) {
    if (!internal::is_own_user(socket.get())) {
        return fail(Kind::denied, "operator socket: another user's process listens there");
    }
    return fenced("operator socket", [&] {
        return run_here(
            [&](net::io_context& io) { return ask_local(io, std::move(socket), request, limits); });
    });
}

Result<Answer> ask_operator_door(const std::string& home,
                                 const Request& request,
                                 const ClientLimits& limits) {
    auto socket = internal::connect_local(home);
    if (!socket) {
        const bool is_absent = socket.error().kind == Kind::not_found;
        return fail(is_absent ? Kind::unavailable : socket.error().kind, socket.error().what);
    }
    MN_TRY(Answer answer, ask_connected(*std::move(socket), request, limits));
    return unless_refused(std::move(answer));
}

}  // namespace

class PeerClient::Impl {
public:
    explicit Impl(ClientLimits limits) : limits_(limits) {}

    [[nodiscard]] Result<void> present(const service::TlsIdentity& identity) {
        MN_TRY(internal::Context context, internal::make_client_context(identity));
        auto shared = std::make_shared<net::ssl::context>(context.release());
        const std::scoped_lock lock(mutex_);
        tls_ = std::move(shared);
        return {};
    }

    [[nodiscard]] Result<Answer> ask(const service::PeerAddress& peer,
                                     const Request& request) const {
        auto answer = ask_unnamed(peer, request);
        if (!answer) {
            return fail_in("peer " + peer.name, answer.error());
        }
        return answer;
    }

private:
    [[nodiscard]] SharedContext tls() const {
        const std::scoped_lock lock(mutex_);
        return tls_;
    }

    [[nodiscard]] Result<Answer> ask_unnamed(const service::PeerAddress& peer,
                                             const Request& request) const {
        MN_TRY(internal::HostPort where, internal::parse_endpoint(peer.endpoint));
        const SharedContext context = tls();
        if (!context) {
            return fail(Kind::unavailable, "this node has no TLS identity to show yet");
        }
        const PeerCall call{peer, std::move(where), request, limits_, *context};
        MN_TRY(Answer answer, fenced("http.client", [&] {
                   return run_here([&](net::io_context& io) { return ask_peer(io, call); });
               }));
        return unless_refused(std::move(answer));
    }

    ClientLimits limits_;
    mutable std::mutex mutex_;
    SharedContext tls_;  // guarded by mutex_; shared with the calls that run
};

PeerClient::PeerClient(ClientLimits limits) : impl_(std::make_unique<Impl>(limits)) {}

PeerClient::PeerClient(PeerClient&&) noexcept = default;
PeerClient& PeerClient::operator=(PeerClient&&) noexcept = default;
PeerClient::~PeerClient() = default;

Result<void> PeerClient::present(const service::TlsIdentity& identity) {
    return impl_->present(identity);
}

Result<json::Value> PeerClient::call(const service::PeerAddress& peer,
                                     std::string_view operation,
                                     const json::Value& body) {
    MN_TRY(const Request request, make_post("/v1/peer/", operation, body));
    MN_TRY(const Answer answer, impl_->ask(peer, request));
    auto value = parse_answer(answer);
    if (!value) {
        return fail_in("peer " + peer.name, value.error());
    }
    return value;
}

Result<Bytes> PeerClient::get_object(const service::PeerAddress& peer, const ObjectRoot& root) {
    const Request request = make_get("/v1/objects/" + codec::to_hex_0x(root.view()));
    MN_TRY(Answer answer, impl_->ask(peer, request));
    return std::move(answer.body);
}

Result<Bytes> PeerClient::get_blob(const service::PeerAddress& peer, const Hash32& hash) {
    const Request request = make_get("/v1/blobs/" + codec::to_hex_0x(hash.view()));
    MN_TRY(Answer answer, impl_->ask(peer, request));
    return std::move(answer.body);
}

Result<Bytes> PeerClient::get_log_file(const service::PeerAddress& peer, std::string_view path) {
    if (!internal::is_log_path(path)) {
        return fail(Kind::invalid, "http: not the path of a log file");
    }
    MN_TRY(Answer answer, impl_->ask(peer, make_get("/v1/log/" + std::string(path))));
    return std::move(answer.body);
}

OperatorClient::OperatorClient(std::string home, ClientLimits limits)
    : home_(std::move(home)), limits_(limits) {}

Result<bool> OperatorClient::is_answering() const {
    constexpr ClientLimits kQuick{.send_ms_max = 2'000, .answer_ms_max = 2'000};
    auto socket = internal::connect_local(home_);
    if (!socket) {
        return socket.error().kind == Kind::not_found ? Result<bool>(false)
                                                      : Failure(socket.error());
    }
    MN_TRY(Answer answer, ask_connected(*std::move(socket), make_get("/v1/health"), kQuick));
    MN_TRY(const Answer health, unless_refused(std::move(answer)));
    return true;
}

Result<json::Value> OperatorClient::execute(std::string_view operation,
                                            const json::Value& arguments) const {
    MN_TRY(const Request request, make_post("/v1/operator/", operation, arguments));
    MN_TRY(const Answer answer, ask_operator_door(home_, request, limits_));
    return parse_answer(answer);
}

Result<std::string> OperatorClient::metrics() const {
    MN_TRY(const Answer answer, ask_operator_door(home_, make_get("/metrics"), limits_));
    return std::string(text_of(answer.body));
}

}  // namespace mednexus::http
