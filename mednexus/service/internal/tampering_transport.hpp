#pragma once
/// A wire that changes what passes, for tests. Threads: calls may come at once; the members are set
/// while none is under way, and run one at a time.
#include <functional>
#include <mutex>

#include "mednexus/service/node.hpp"

namespace mednexus::service::internal {

/// Changes what goes to, or comes from, a peer.
class TamperingTransport final : public PeerTransport {
public:
    using Change = std::function<void(json::Value&)>;
    using ChangeBytes = std::function<void(Bytes&)>;

    explicit TamperingTransport(PeerTransport& under) : under_(under) {}

    [[nodiscard]] Result<json::Value> call(const PeerAddress& peer,
                                           std::string_view operation,
                                           const json::Value& body) override {
        json::Value sent = body;
        pass(change_request, sent);
        MN_TRY(json::Value answer, under_.call(peer, operation, sent));
        pass(change_answer, answer);
        return answer;
    }

    [[nodiscard]] Result<Bytes> get_object(const PeerAddress& peer,
                                           const ObjectRoot& root) override {
        return under_.get_object(peer, root);
    }

    [[nodiscard]] Result<Bytes> get_blob(const PeerAddress& peer, const Hash32& hash) override {
        MN_TRY(Bytes blob, under_.get_blob(peer, hash));
        pass(change_blob, blob);
        return blob;
    }

    Change change_request;
    Change change_answer;
    ChangeBytes change_blob;

private:
    template <typename T>
    void pass(const std::function<void(T&)>& change, T& value) {
        const std::scoped_lock lock(mutex_);
        if (change) {
            change(value);
        }
    }

    PeerTransport& under_;
    std::mutex mutex_;
};

}  // namespace mednexus::service::internal
