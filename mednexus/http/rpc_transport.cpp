#include "mednexus/http/rpc_transport.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "mednexus/http/internal/rpc_connection.hpp"
#include "mednexus/http/internal/rpc_message.hpp"
#include "mednexus/http/limits.hpp"

namespace mednexus::http {

using internal::RpcConnection;
using internal::RpcUrl;

class RpcTransport::Impl {
public:
    explicit Impl(RpcLimits limits) : limits_(limits) {}

    [[nodiscard]] Result<chain::RpcAnswer> call(const std::string& url,
                                                std::string_view method,
                                                const json::Value& params) {
        MN_TRY(const RpcUrl where, internal::parse_rpc_url(url));
        const std::uint64_t id = ++last_id_;
        const std::string request = internal::write_rpc_request(id, method, params);
        if (request.size() > kRequestBodySizeBytesMax) {
            return fail(Kind::invalid, "http.rpc: the request is too large");
        }
        MN_TRY(const std::string answer, exchange(where, request));
        return internal::parse_rpc_answer(answer, id);
    }

private:
    struct Idle {
        std::string origin;
        std::unique_ptr<RpcConnection> connection;
    };

    [[nodiscard]] std::unique_ptr<RpcConnection> take_idle(const std::string& origin) {
        const std::scoped_lock lock(mutex_);
        const auto found = std::ranges::find(idle_, origin, &Idle::origin);
        if (found == idle_.end()) {
            return nullptr;
        }
        auto out = std::move(found->connection);
        idle_.erase(found);
        return out;
    }

    void keep(const std::string& origin, std::unique_ptr<RpcConnection> connection) {
        const std::scoped_lock lock(mutex_);
        if (idle_.size() < limits_.idle_connections_max) {
            idle_.push_back({origin, std::move(connection)});
        }
    }

    [[nodiscard]] Result<std::string> exchange(const RpcUrl& url, const std::string& request) {
        while (auto kept = take_idle(url.origin())) {
            auto answer = kept->post(url, request, limits_);
            const bool was_closed =
                !answer && answer.error().how == RpcConnection::Broken::before_answer;
            if (!was_closed) {
                return finish(url, std::move(kept), std::move(answer));
            }
        }
        auto fresh = RpcConnection::open(url, limits_);
        if (!fresh) {
            return fail_in("http.rpc", fresh.error());
        }
        auto answer = (*fresh)->post(url, request, limits_);
        return finish(url, *std::move(fresh), std::move(answer));
    }

    using Posted = tl::expected<RpcConnection::Answer, RpcConnection::Failed>;

    [[nodiscard]] Result<std::string> finish(const RpcUrl& url,
                                             std::unique_ptr<RpcConnection> connection,
                                             Posted answer) {
        constexpr int kOk = 200;
        if (!answer) {
            return fail_in("http.rpc", answer.error().error);
        }
        if (answer->is_reusable) {
            keep(url.origin(), std::move(connection));
        }
        if (answer->status != kOk) {
            return fail(Kind::unavailable,
                        "http.rpc: HTTP status " + std::to_string(answer->status));
        }
        return std::move(answer->body);
    }

    RpcLimits limits_;
    std::atomic<std::uint64_t> last_id_ = 0;
    std::mutex mutex_;
    std::vector<Idle> idle_;  // guarded by mutex_
};

RpcTransport::RpcTransport(RpcLimits limits) : impl_(std::make_unique<Impl>(limits)) {}

RpcTransport::~RpcTransport() = default;

Result<chain::RpcAnswer> RpcTransport::call(const std::string& url,
                                            std::string_view method,
                                            const json::Value& params) {
    return impl_->call(url, method, params);
}

}  // namespace mednexus::http
