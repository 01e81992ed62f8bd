#pragma once
/// One connection, from its first request to its last. Included by server.cpp only: it carries
/// Boost. Threads: everything here runs on the server's I/O thread; only jobs leave it.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>

#include "mednexus/codec/hex.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/log.hpp"
#include "mednexus/http/internal/jobs.hpp"
#include "mednexus/http/internal/routes.hpp"
#include "mednexus/http/limits.hpp"

namespace mednexus::http::internal {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;

inline constexpr auto kTuple = net::as_tuple(net::use_awaitable);
inline constexpr int kHttp11 = 11;

/// A connection as the stop procedure sees it.
class Cuttable {
public:
    Cuttable() = default;
    virtual ~Cuttable() = default;
    Cuttable(const Cuttable&) = delete;
    Cuttable& operator=(const Cuttable&) = delete;
    Cuttable(Cuttable&&) = delete;
    Cuttable& operator=(Cuttable&&) = delete;
    virtual void cut() = 0;
    [[nodiscard]] virtual bool has_request() const = 0;
};

/// What all connections of one server share.
struct Hall {
    service::Node& node;
    const ServerLimits& limits;
    Traffic traffic{};
    std::set<Cuttable*> sessions{};
    std::size_t body_bytes_in_flight = 0;
    std::size_t blob_bytes_in_flight = 0;
    bool is_stopping = false;
};

/// One of the two doors, as its connections see it.
struct Entrance {
    Door door;
    std::uint32_t connections_max;
    std::uint32_t connections;
    Jobs& jobs;
};

/// Who came in. At the peer door the pin is looked up for every request.
struct Visitor {
    Hash32 tls_pin{};          ///< peer door only
    bool is_own_user = false;  ///< operator door only
    bool is_one_too_many = false;
};

/// Arguments of coroutines are named values here, and co_await stands in no conditional expression:
/// g++ 12 destroys such temporaries twice (seen as a double free of an answer's body).
template <typename Stream>
class Session final : public Cuttable {
public:
    Session(Stream& stream, Hall& hall, Entrance& entrance, Visitor visitor)
        : stream_(stream), hall_(hall), entrance_(entrance), visitor_(std::move(visitor)) {
        hall_.sessions.insert(this);
    }

    ~Session() override { hall_.sessions.erase(this); }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Session(Session&&) = delete;
    Session& operator=(Session&&) = delete;

    void cut() override { beast::get_lowest_layer(stream_).close(); }

    [[nodiscard]] bool has_request() const override { return has_request_; }

    net::awaitable<void> serve() {
        bool goes_on = true;
        while (goes_on && !hall_.is_stopping) {
            goes_on = co_await serve_one();
        }
    }

private:
    using Parser = wire::request_parser<wire::string_body>;

    /// An answer of ours, or nothing when the connection is beyond answering.
    using MaybeAnswer = std::optional<Answer>;

    /// A part of one of the hall's totals, for as long as this lives.
    class Share {
    public:
        Share(std::size_t& total, std::size_t size) : total_(total), size_(size) { total_ += size; }

        ~Share() { total_ -= size_; }

        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        Share(Share&&) = delete;
        Share& operator=(Share&&) = delete;

        void shrink_to(std::size_t size) {
            const std::size_t less = size_ - std::min(size, size_);
            total_ -= less;
            size_ -= less;
        }

    private:
        std::size_t& total_;
        std::size_t size_;
    };

    void expires_after_ms(std::uint32_t limit_ms) {
        beast::get_lowest_layer(stream_).expires_after(std::chrono::milliseconds(limit_ms));
    }

    /// True when another request may follow.
    net::awaitable<bool> serve_one() {
        Parser parser;
        parser.header_limit(kRequestHeaderSizeBytesMax);
        parser.body_limit(kRequestBodySizeBytesMax);
        has_request_ = false;
        expires_after_ms(hall_.limits.idle_ms_max);
        const auto [error, size] =
            co_await wire::async_read_header(stream_, buffer_, parser, kTuple);
        has_request_ = true;
        if (hall_.is_stopping) {
            co_return false;
        }
        MaybeAnswer answer;
        if (error) {
            answer = refuse_unreadable(error);
        } else {
            answer = co_await answer_to(parser);
        }
        if (!answer) {
            co_return false;
        }
        const bool goes_on = !error && parser.is_done() && parser.get().keep_alive() &&
                             !visitor_.is_one_too_many && !hall_.is_stopping;
        const bool is_written = co_await write(*answer, goes_on);
        answer_share_.reset();
        if (is_written && !parser.is_done()) {
            co_await drain(unread_bytes(parser));
        }
        co_return is_written&& goes_on;
    }

    /// What the other side may still send of this request, as far as its header told.
    [[nodiscard]] std::size_t unread_bytes(const Parser& parser) const {
        constexpr std::size_t kDrainBytesMax = 2 * kRequestBodySizeBytesMax;
        const std::uint64_t left = parser.is_header_done()
                                       ? parser.content_length_remaining().value_or(kDrainBytesMax)
                                       : kDrainBytesMax;
        const std::uint64_t here = buffer_.size();
        return left > here ? std::min<std::uint64_t>(left - here, kDrainBytesMax) : 0;
    }

    /// The other side may still be sending: closing now would make its kernel drop our answer.
    net::awaitable<void> drain(std::size_t size_bytes) {
        constexpr std::uint32_t kDrainMsMax = 2'000;
        constexpr std::size_t kPartBytes = 16U << 10U;
        expires_after_ms(kDrainMsMax);
        buffer_.clear();
        while (size_bytes > 0) {
            const auto part = buffer_.prepare(kPartBytes);
            const auto [error, size] = co_await stream_.async_read_some(part, kTuple);
            if (error) {
                break;
            }
            size_bytes -= std::min(size, size_bytes);
        }
    }

    static MaybeAnswer refuse_unreadable(const beast::error_code& error) {
        constexpr int kContentTooLarge = 413;
        constexpr int kHeaderTooLarge = 431;
        if (error == wire::error::body_limit) {
            return error_answer({Kind::invalid, "http: the body is longer than 16777216 bytes"},
                                kContentTooLarge);
        }
        if (error == wire::error::header_limit || error == wire::error::buffer_overflow) {
            return error_answer({Kind::invalid, "http: the header is longer than 16384 bytes"},
                                kHeaderTooLarge);
        }
        const bool is_bad_http =
            error.category() == make_error_code(wire::error::bad_version).category() &&
            error != wire::error::end_of_stream && error != wire::error::partial_message;
        if (is_bad_http) {
            return error_answer({Kind::invalid, "http: the request is no HTTP/1.1"});
        }
        return std::nullopt;  // closed, too slow, or cut
    }

    static Request header_of(const Parser& parser) {
        const auto& message = parser.get();
        return {std::string(message.method_string()),
                std::string(message.target()),
                std::string(message[wire::field::content_type]),
                {}};
    }

    net::awaitable<MaybeAnswer> answer_to(Parser& parser) {
        if (visitor_.is_one_too_many) {
            co_return error_answer({Kind::busy, "http: too many connections, try again"});
        }
        const Result<std::string> name = co_await admit();
        if (!name) {
            co_return error_answer(name.error());
        }
        Request request = header_of(parser);
        if (auto refusal = refuse_framing(parser, request)) {
            co_return refusal;
        }
        const std::size_t body_bytes = parser.content_length().value_or(0);
        if (hall_.body_bytes_in_flight + body_bytes > hall_.limits.bodies_in_flight_bytes_max) {
            co_return error_answer({Kind::busy, "http: too many request bodies, try again"});
        }
        const Share reserved(hall_.body_bytes_in_flight, body_bytes);
        const bool is_read = co_await read_body(parser);
        if (!is_read) {
            co_return std::nullopt;
        }
        request.body = std::move(parser.get().body());
        const std::size_t blob_bytes = answer_bytes_reserved(request);
        if (hall_.blob_bytes_in_flight + blob_bytes > hall_.limits.blobs_in_flight_bytes_max) {
            co_return error_answer({Kind::busy, "http: too many blobs at once, try again"});
        }
        answer_share_.emplace(hall_.blob_bytes_in_flight, blob_bytes);
        MaybeAnswer answer = co_await work(*name, request);
        answer_share_->shrink_to(answer ? answer->body.size() : 0);
        co_return answer;
    }

    [[nodiscard]] Result<std::string> admit_operator() const {
        if (!visitor_.is_own_user) {
            return fail(Kind::denied, "operator socket: you are not the user who runs this node");
        }
        return std::string();
    }

    /// The name that the visitor has proved, empty for the operator.
    net::awaitable<Result<std::string>> admit() {
        if (entrance_.door == Door::operators) {
            co_return admit_operator();
        }
        const service::Node& node = hall_.node;
        const Hash32 pin = visitor_.tls_pin;
        const auto look_up = [&] { return node.peer_named_by_pin(pin); };
        auto name = co_await entrance_.jobs.run(look_up);
        if (!name && name.error().kind == Kind::denied) {
            log(LogLevel::warning,
                "http.refused",
                {{"pin", codec::to_hex_0x(pin.view())}, {"why", name.error().what}});
        }
        co_return name;
    }

    [[nodiscard]] MaybeAnswer refuse_framing(const Parser& parser, const Request& request) const {
        constexpr int kLengthRequired = 411;
        if (auto refusal = refuse_header(entrance_.door, request)) {
            return refusal;
        }
        const bool lacks_length = request.method == "POST" && !parser.content_length();
        if (parser.chunked() || lacks_length) {
            return error_answer({Kind::invalid, "http: a request needs a content-length"},
                                kLengthRequired);
        }
        return std::nullopt;
    }

    net::awaitable<bool> read_body(Parser& parser) {
        expires_after_ms(hall_.limits.body_ms_max);
        if (beast::iequals(parser.get()[wire::field::expect], "100-continue")) {
            const wire::response<wire::empty_body> go_on(wire::status::continue_, kHttp11);
            const auto [error, size] = co_await wire::async_write(stream_, go_on, kTuple);
            if (error) {
                co_return false;
            }
        }
        if (parser.is_done()) {
            co_return true;
        }
        const auto [error, size] = co_await wire::async_read(stream_, buffer_, parser, kTuple);
        co_return !error;
    }

    net::awaitable<MaybeAnswer> work(const std::string& name, const Request& request) {
        if (auto health = answer_health(request)) {
            co_return health;
        }
        beast::get_lowest_layer(stream_).expires_never();
        const Site site{hall_.node, hall_.traffic};
        const auto handle = [&]() -> Result<Answer> {
            return answer_request(site, entrance_.door, name, request);
        };
        auto answer = co_await entrance_.jobs.run(handle);
        if (!answer) {
            co_return error_answer(answer.error());
        }
        co_return *std::move(answer);
    }

    net::awaitable<bool> write(Answer& answer, bool goes_on) {
        hall_.traffic.count_answer(entrance_.door, answer.status);
        wire::response<wire::vector_body<std::uint8_t>> message;
        message.version(kHttp11);
        message.result(static_cast<unsigned>(answer.status));
        message.set(wire::field::content_type, answer.content_type);
        message.set(wire::field::cache_control, "no-store");
        for (const auto& [key, value] : answer.headers) {
            message.set(key, value);
        }
        message.keep_alive(goes_on);
        message.body() = std::move(answer.body);
        message.prepare_payload();
        expires_after_ms(hall_.limits.answer_ms_max);
        const auto [error, size] = co_await wire::async_write(stream_, message, kTuple);
        co_return !error;
    }

    Stream& stream_;
    Hall& hall_;
    Entrance& entrance_;
    Visitor visitor_;
    beast::flat_buffer buffer_{kRequestHeaderSizeBytesMax + (64U << 10U)};
    bool has_request_ = false;
    std::optional<Share> answer_share_;  ///< of blobs, until its answer is written
};

}  // namespace mednexus::http::internal
