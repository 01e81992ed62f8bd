#include "mednexus/http/server.hpp"

#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "mednexus/codec/hex.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/core/fence.hpp"
#include "mednexus/http/internal/address.hpp"
#include "mednexus/http/internal/local_socket.hpp"
#include "mednexus/http/internal/session.hpp"
#include "mednexus/http/internal/tls.hpp"

namespace mednexus::http {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
using Tcp = net::ip::tcp;
using Local = net::local::stream_protocol;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using LocalStream = beast::basic_stream<Local>;
using internal::Door;
using internal::Entrance;
using internal::kTuple;
using internal::Visitor;

/// One connection in the count of its door, for as long as this lives.
class Counted {
public:
    explicit Counted(Entrance& entrance) : entrance_(entrance) { ++entrance_.connections; }

    ~Counted() { --entrance_.connections; }

    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    Counted(Counted&&) = delete;
    Counted& operator=(Counted&&) = delete;

    [[nodiscard]] bool is_one_too_many() const noexcept {
        return entrance_.connections > entrance_.connections_max;
    }

private:
    Entrance& entrance_;
};

Result<Tcp::endpoint> find_listen_address(const ServerOptions& options) {
    MN_TRY(const internal::HostPort where, internal::parse_host_port(options.listen));
    beast::error_code error;
    const bool is_localhost = where.host == "localhost";  // the one name that needs no resolver
    const auto address = net::ip::make_address(is_localhost ? "127.0.0.1" : where.host, error);
    if (error) {
        return fail(Kind::invalid, "http: listen takes an IP address or localhost, not a name");
    }
    if (!address.is_loopback() && options.exposure == Exposure::loopback_only) {
        return fail(Kind::denied, "http: " + options.listen + " is not a loopback address");
    }
    return Tcp::endpoint(address, where.port);
}

/// What was listened for, in the words of the operating system.
Failure cannot_listen(const std::string& listen, const beast::error_code& error) {
    return fail(Kind::unavailable, "http: cannot listen on " + listen + ": " + error.message());
}

}  // namespace

class Server::Impl {
public:
    Impl(service::Node& node, ServerOptions options)
        : options_(std::move(options)), hall_{.node = node, .limits = options_.limits} {}

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    Impl(Impl&&) = delete;
    Impl& operator=(Impl&&) = delete;

    ~Impl() {
        // Handlers that outlast the limit are waited for by the pools; nobody reads a result here.
        [[maybe_unused]] const auto stopped = stop();
    }

    [[nodiscard]] Result<void> open() {
        MN_TRY(const Tcp::endpoint where, find_listen_address(options_));
        MN_TRY(internal::Context context, internal::make_server_context(hall_.node.tls_identity()));
        tls_.emplace(context.release());
        MN_DO(open_peer_door(where));
        if (!options_.home.empty()) {
            MN_DO(open_operator_door());
        }
        is_running_ = true;
        thread_ = std::jthread([this] { io_.run(), ended_.set_value(); });
        return {};
    }

    [[nodiscard]] Result<void> stop() {
        if (!std::exchange(is_running_, false)) {
            return {};
        }
        constexpr auto kAfterCut = std::chrono::seconds(1);
        const auto limit = std::chrono::milliseconds(options_.limits.stop_ms_max);
        const auto ended = ended_.get_future();
        net::post(io_, [this] { begin_stop(); });
        if (ended.wait_for(limit) == std::future_status::ready) {
            return {};
        }
        net::post(io_, [this] { cut(Cut::all); });
        if (ended.wait_for(kAfterCut) == std::future_status::ready) {
            return {};
        }
        io_.stop();
        return fail(Kind::unavailable, "http: requests are still running after the limit to stop");
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    enum class Cut : std::uint8_t { idle, all };

    Result<void> open_peer_door(const Tcp::endpoint& where) {
        beast::error_code error;
        auto check = [&](auto&& step) { return !error && (step(), !error); };
        const bool is_open =
            check([&] { peers_.open(where.protocol(), error); }) &&
            check([&] { peers_.set_option(net::socket_base::reuse_address(true), error); }) &&
            check([&] { peers_.bind(where, error); }) &&
            check([&] { peers_.listen(backlog(), error); });
        if (!is_open) {
            return cannot_listen(options_.listen, error);
        }
        port_ = peers_.local_endpoint().port();
        net::co_spawn(io_, accept_peers(), net::detached);
        return {};
    }

    Result<void> open_operator_door() {
        MN_TRY(internal::Descriptor socket, internal::listen_local(options_.home));
        beast::error_code error;
        operators_.assign(Local(), socket.get(), error);
        if (error) {
            return fail(Kind::io, "operator socket: cannot be watched: " + error.message());
        }
        socket.release();
        net::co_spawn(io_, accept_operators(), net::detached);
        return {};
    }

    [[nodiscard]] static int backlog() { return net::socket_base::max_listen_connections; }

    // ---- everything below runs on the I/O thread

    net::awaitable<void> accept_peers() {
        while (peers_.is_open()) {
            auto [error, socket] = co_await peers_.async_accept(kTuple);
            if (!error && has_room(peer_entrance_)) {
                net::co_spawn(io_, serve_peer(std::move(socket)), net::detached);
            } else if (error && peers_.is_open()) {
                co_await pause();
            }
        }
    }

    net::awaitable<void> accept_operators() {
        while (operators_.is_open()) {
            auto [error, socket] = co_await operators_.async_accept(kTuple);
            if (!error && has_room(operator_entrance_)) {
                net::co_spawn(io_, serve_operator(std::move(socket)), net::detached);
            } else if (error && operators_.is_open()) {
                co_await pause();
            }
        }
    }

    [[nodiscard]] bool has_room(const Entrance& entrance) const {
        return entrance.connections <
               entrance.connections_max + options_.limits.refused_connections_max;
    }

    /// Out of descriptors, most likely: a busy loop would not give one back.
    net::awaitable<void> pause() {
        constexpr auto kAWhile = std::chrono::milliseconds(100);
        net::steady_timer timer(io_, kAWhile);
        co_await timer.async_wait(kTuple);
    }

    net::awaitable<void> serve_peer(Tcp::socket socket) {
        const Counted counted(peer_entrance_);
        beast::error_code ignored;
        socket.set_option(Tcp::no_delay(true), ignored);
        TlsStream stream(std::move(socket), *tls_);
        beast::get_lowest_layer(stream).expires_after(
            std::chrono::milliseconds(options_.limits.handshake_ms_max));
        Handshake handshake(stream, hall_);
        const auto [error] = co_await stream.async_handshake(net::ssl::stream_base::server, kTuple);
        const auto pin = internal::pin_of_other_side(stream.native_handle());
        if (error || !pin) {
            hall_.traffic.count_failed_handshake();
            log(LogLevel::info, "http.handshake_failed", {{"why", error.message()}});
            co_return;
        }
        handshake.end();
        internal::Session session(
            stream,
            hall_,
            peer_entrance_,
            Visitor{.tls_pin = *pin, .is_one_too_many = counted.is_one_too_many()});
        co_await session.serve();
        co_await say_goodbye(stream);
    }

    /// A handshake can be cut like any connection that has no request yet.
    class Handshake final : public internal::Cuttable {
    public:
        Handshake(TlsStream& stream, internal::Hall& hall) : stream_(stream), hall_(hall) {
            hall_.sessions.insert(this);
        }

        Handshake(const Handshake&) = delete;
        Handshake& operator=(const Handshake&) = delete;
        Handshake(Handshake&&) = delete;
        Handshake& operator=(Handshake&&) = delete;

        ~Handshake() override { end(); }

        void end() { hall_.sessions.erase(this); }

        void cut() override { beast::get_lowest_layer(stream_).close(); }

        [[nodiscard]] bool has_request() const override { return false; }

    private:
        TlsStream& stream_;
        internal::Hall& hall_;
    };

    /// close_notify, so that the other side can tell an end from an attack.
    static net::awaitable<void> say_goodbye(TlsStream& stream) {
        constexpr auto kLimit = std::chrono::seconds(2);
        beast::get_lowest_layer(stream).expires_after(kLimit);
        co_await stream.async_shutdown(kTuple);
    }

    net::awaitable<void> serve_operator(Local::socket socket) {
        const Counted counted(operator_entrance_);
        LocalStream stream(std::move(socket));
        const bool is_own_user = internal::is_own_user(stream.socket().native_handle());
        internal::Session session(
            stream,
            hall_,
            operator_entrance_,
            Visitor{.is_own_user = is_own_user, .is_one_too_many = counted.is_one_too_many()});
        co_await session.serve();
    }

    void begin_stop() {
        hall_.is_stopping = true;
        beast::error_code ignored;
        peers_.close(ignored);
        if (operators_.is_open()) {
            operators_.close(ignored);
            internal::remove_local(options_.home);
        }
        cut(Cut::idle);
    }

    void cut(Cut which) {
        for (internal::Cuttable* session : hall_.sessions) {
            if (which == Cut::all || !session->has_request()) {
                session->cut();
            }
        }
    }

    // Order matters: the thread ends first, then handlers are waited for, then coroutines that
    // wait for them are destroyed with io_, and only then what they refer to.
    ServerOptions options_;
    internal::Hall hall_;
    std::optional<net::ssl::context> tls_;
    std::promise<void> ended_;
    net::io_context io_{1};
    Tcp::acceptor peers_{io_};
    Local::acceptor operators_{io_};
    internal::Jobs peer_jobs_{options_.limits.peer_threads, options_.limits.jobs_waiting_max};
    internal::Jobs operator_jobs_{options_.limits.operator_threads,
                                  options_.limits.jobs_waiting_max};
    Entrance peer_entrance_{Door::peer, options_.limits.peer_connections_max, 0, peer_jobs_};
    Entrance operator_entrance_{
        Door::operators, options_.limits.operator_connections_max, 0, operator_jobs_};
    std::uint16_t port_ = 0;
    bool is_running_ = false;
    std::jthread thread_;
};

Result<Server> Server::start(service::Node& node, ServerOptions options) {
    auto impl = std::make_unique<Impl>(node, std::move(options));
    MN_DO(fenced("http.start", [&] { return impl->open(); }));
    return Server(std::move(impl));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::Server(Server&&) noexcept = default;
Server::~Server() = default;

std::uint16_t Server::port() const noexcept {
    return impl_->port();
}

Result<void> Server::stop() {
    return impl_->stop();
}

}  // namespace mednexus::http
