#pragma once
/// A PeerTransport without a network: it calls nodes in the same process. For tests, and for a
/// demonstration that needs no ports; each node still sees only what a peer would send.
/// Threads: safe once every node is joined.
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "mednexus/service/node.hpp"

namespace mednexus::service {

/// Which nodes exist, by card name. A node that left is `unavailable`.
class LoopbackNetwork {
public:
    void join(std::string name, Node& node);
    void leave(std::string_view name);

    /// Called before each call; an error from it is the call's error. For tests.
    void set_fault(std::function<Result<void>(std::string_view to, std::string_view operation)> f);

private:
    friend class LoopbackTransport;
    [[nodiscard]] Result<Node*> reach(std::string_view name, std::string_view operation);

    std::mutex mutex_;  ///< guards both
    std::map<std::string, Node*, std::less<>> nodes_;
    std::function<Result<void>(std::string_view, std::string_view)> fault_;
};

/// How the institution `from` reaches the others. The network must outlive it.
class LoopbackTransport final : public PeerTransport {
public:
    LoopbackTransport(LoopbackNetwork& network, std::string from)
        : network_(&network), from_(std::move(from)) {}

    [[nodiscard]] Result<json::Value> call(const PeerAddress& peer,
                                           std::string_view operation,
                                           const json::Value& body) override;
    [[nodiscard]] Result<Bytes> get_object(const PeerAddress& peer,
                                           const ObjectRoot& root) override;
    [[nodiscard]] Result<Bytes> get_blob(const PeerAddress& peer, const Hash32& hash) override;

private:
    LoopbackNetwork* network_;
    std::string from_;
};

}  // namespace mednexus::service
