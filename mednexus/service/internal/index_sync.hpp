#pragma once
/// The steps of index.sync: seal, lift, compare, publish, retire. Used by node_index_sync.cpp.
/// Threads: one act at a time uses one.
#include <map>

#include "mednexus/compute/encrypted_index.hpp"
#include "mednexus/service/internal/index_plan.hpp"
#include "mednexus/service/internal/node_index.hpp"

namespace mednexus::service::internal {

class IndexSync {
public:
    IndexSync(NodeState& node, Journal::Run& run, Keyed epoch)
        : node_(node), run_(run), epoch_(std::move(epoch)), rows_(*node.database) {}

    /// Errors   denied: a lift key may not be given, and by which rules; unavailable: the computing
    ///          node is away; corrupt, logged as refused (lift.differs): it lifted otherwise than
    ///          we did; conflict: a case was erased meanwhile, or the node has a newer index of
    ///          ours; io
    [[nodiscard]] Result<json::Value> perform();

private:
    struct LiftKeyBlob {
        compute::LiftKey key;
        Hash32 blob;
    };

    [[nodiscard]] Result<void> plan();
    [[nodiscard]] Result<void> seal_new();
    [[nodiscard]] Result<json::Value> seal(const BatchRow& batch);
    [[nodiscard]] Result<void> lift_all();
    [[nodiscard]] Result<json::Value> lift(std::span<const BatchRow> batches);
    [[nodiscard]] Result<PartHashes> lift_here(const BatchRow& batch);
    [[nodiscard]] Result<json::Value> ask_to_lift(std::span<const BatchRow> batches);
    [[nodiscard]] Result<IndexDocument> next_index();
    [[nodiscard]] Result<void> publish(const IndexDocument& index);
    [[nodiscard]] Result<json::Value> retire();

    [[nodiscard]] Result<std::vector<BatchRow>> live() const;
    [[nodiscard]] Result<const LiftKeyBlob*> lift_key_of(const Hash32& data_key);
    [[nodiscard]] Result<std::optional<Hash32>> published_lift_key(const Hash32& data_key) const;
    [[nodiscard]] Result<const Release*> release();
    [[nodiscard]] Result<Hash32> give_lift_key(const Release& release, const Hash32& data_key);
    [[nodiscard]] Result<const compute::PublicKey*> public_key();
    [[nodiscard]] Result<json::Value> call(std::string_view operation, const json::Value& body);

    NodeState& node_;
    Journal::Run& run_;
    Keyed epoch_;
    IndexRows rows_;
    std::optional<Release> release_;
    std::optional<compute::PublicKey> public_key_;
    std::map<Hash32, LiftKeyBlob> lift_keys_;
};

/// Where sealed batches stay ours while epochs come and go: nobody else's.
[[nodiscard]] Audience own_audience(std::string_view consortium_id);

[[nodiscard]] Result<IndexState> read_index_state(NodeState& node, const Consortium& consortium);

}  // namespace mednexus::service::internal
