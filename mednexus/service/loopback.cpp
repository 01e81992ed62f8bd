#include "mednexus/service/loopback.hpp"

namespace mednexus::service {

void LoopbackNetwork::join(std::string name, Node& node) {
    const std::scoped_lock lock(mutex_);
    nodes_.insert_or_assign(std::move(name), &node);
}

void LoopbackNetwork::leave(std::string_view name) {
    const std::scoped_lock lock(mutex_);
    if (const auto at = nodes_.find(name); at != nodes_.end()) {
        nodes_.erase(at);
    }
}

void LoopbackNetwork::set_fault(
    std::function<Result<void>(std::string_view to, std::string_view operation)> f) {
    const std::scoped_lock lock(mutex_);
    fault_ = std::move(f);
}

Result<Node*> LoopbackNetwork::reach(std::string_view name, std::string_view operation) {
    std::function<Result<void>(std::string_view, std::string_view)> fault;
    Node* node = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        fault = fault_;
        const auto at = nodes_.find(name);
        node = at == nodes_.end() ? nullptr : at->second;
    }
    if (node == nullptr) {
        return fail(Kind::unavailable, "peer: cannot connect");
    }
    if (fault) {
        MN_DO(fault(name, operation));
    }
    return node;
}

Result<json::Value> LoopbackTransport::call(const PeerAddress& peer,
                                            std::string_view operation,
                                            const json::Value& body) {
    MN_TRY(Node* const node, network_->reach(peer.name, operation));
    return node->answer_peer(from_, operation, body);
}

Result<Bytes> LoopbackTransport::get_object(const PeerAddress& peer, const ObjectRoot& root) {
    MN_TRY(Node* const node, network_->reach(peer.name, "object"));
    return node->object_for_peer(from_, root);
}

Result<Bytes> LoopbackTransport::get_blob(const PeerAddress& peer, const Hash32& hash) {
    MN_TRY(Node* const node, network_->reach(peer.name, "blob"));
    return node->blob_for_peer(from_, hash);
}

}  // namespace mednexus::service
