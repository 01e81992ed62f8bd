/// Anchors of this node's own log: queue one, find the one that covers some leaves; the operator
/// operation "log.anchor" and the peer operation "anchored".
#include "mednexus/service/internal/anchor_parts.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/availability_fields.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::int64_t kBlockMax = (1LL << 53) - 1;

std::string anchor_key(std::uint64_t size) {
    return "anchor/" + std::to_string(size);
}

/// The checkpoint as it was signed for an anchor; empty when this home did not anchor that size
/// (it was restored from a copy that is older than the anchor).
Result<std::optional<std::string>> checkpoint_at(const NodeState& node, const AnchorView& anchor) {
    const auto item = node.chain->outbox().item(anchor_key(anchor.size));
    if (!item && item.error().kind == Kind::not_found) {
        return std::optional<std::string>();
    }
    if (!item) {
        return tl::unexpected(item.error());
    }
    MN_TRY(std::string note, checkpoint_of(*item));
    MN_TRY(const ledger::Checkpoint checkpoint,
           ledger::open_checkpoint(note, node.log->verifier()));
    if (checkpoint.size != anchor.size || checkpoint.root != anchor.root) {
        return fail(Kind::corrupt, "chain: the anchor is not of the checkpoint that was queued");
    }
    return std::optional(std::move(note));
}

struct AnchoredCheckpoint {
    AnchorView anchor;
    std::string note;
};

Result<std::optional<AnchoredCheckpoint>> first_anchored(const NodeState& node,
                                                         std::uint64_t size,
                                                         const ChainEvidence& seen) {
    const Hash32 id = chain::institution_id(node.name());
    while (true) {
        MN_TRY(const auto anchor,
               node.chain->mirror().anchor_of(id, size, node.chain->depth_at(seen.block)));
        if (!anchor) {
            return std::optional<AnchoredCheckpoint>();
        }
        MN_TRY(const std::optional<std::string> note, checkpoint_at(node, *anchor));
        if (note) {
            return std::optional(AnchoredCheckpoint{*anchor, *note});
        }
        size = anchor->size + 1;  // sizes grow, so this ends
    }
}

/// Makes sure that a checkpoint of at least `size` entries is on its way to the chain.
Result<void> wait_for_anchor(NodeState& node, std::uint64_t size) {
    MN_TRY(const bool is_waiting, node.chain->outbox().has_open_anchor(size));
    if (!is_waiting) {
        MN_TRY(const AnchorQueued queued, queue_anchor(node));
        MN_TRY([[maybe_unused]] const ChainEvidence seen, node.chain->turn());
        MN_TRY(const Item item, node.chain->outbox().item(queued.key));
        if (item.state == ItemState::refused) {
            return fail(Kind::denied, "anchor: " + item.problem);
        }
    }
    return fail(Kind::busy, "the anchor of the log of " + node.name() + " is not deep yet");
}

/// What this node's answer to a job stands on.
Result<std::vector<std::uint64_t>> leaves_of_answer(const NodeState& node,
                                                    const std::string& peer,
                                                    const std::string& job) {
    MN_TRY(const json::Value outcome, node.journal->outcome_of("answer", peer + "/" + job));
    const json::Value* const evidence =
        outcome.as_object() == nullptr ? nullptr : outcome.as_object()->find("evidence");
    if (evidence == nullptr) {
        return fail(Kind::not_found, "anchored: the job was not answered");
    }
    MN_TRY(const LogEvidence answered, parse_evidence(*evidence));
    std::vector<std::uint64_t> out;
    for (const LogLeaf& leaf : answered.leaves) {
        out.push_back(leaf.index);
    }
    return out;
}

}  // namespace

Result<AnchorQueued> queue_anchor(NodeState& node) {
    const std::string note = node.log->checkpoint_note();
    MN_TRY(const ledger::Checkpoint checkpoint,
           ledger::open_checkpoint(note, node.log->verifier()));
    AnchorQueued out{.key = anchor_key(checkpoint.size), .checkpoint = checkpoint};
    MN_DO(node.chain->outbox().enqueue(
        ItemKind::anchor, out.key, write_anchor_item(checkpoint.size, checkpoint.root, note)));
    return out;
}

Result<AnchoredEvidence> anchored_evidence(NodeState& node,
                                           const std::vector<std::uint64_t>& indexes) {
    MN_TRY(ChainLink* const chain, need_chain(node));
    MN_TRY(const std::uint64_t size, size_with_certificates(node, indexes));
    MN_TRY(const ChainEvidence seen, chain->turn());
    MN_TRY(const auto found, first_anchored(node, size, seen));
    if (!found) {
        MN_DO(wait_for_anchor(node, size));
        return fail(Kind::busy, "anchor: not deep yet");
    }
    AnchoredEvidence out;
    MN_TRY(out.evidence, evidence_under(node, found->note, indexes));
    MN_TRY(const ledger::Checkpoint checkpoint,
           ledger::open_checkpoint(found->note, node.log->verifier()));
    MN_TRY(out.batches, batches_covering(node, checkpoint, indexes));
    out.block = found->anchor.block;
    out.transaction = found->anchor.transaction;
    return out;
}

json::Value write_anchored(const AnchoredEvidence& anchored) {
    json::Object out;
    if (!anchored.batches.empty()) {
        out.set("availability", to_json(BundleAvailability{anchored.batches}));
    }
    out.set("evidence", write_evidence(anchored.evidence));
    out.set("block", anchored.block);
    out.set("transaction", hex(anchored.transaction));
    return json::Value(std::move(out));
}

Result<AnchoredEvidence> parse_anchored(const json::Value& value) {
    json::Reader reader(value, "anchored");
    AnchoredEvidence out;
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_TRY(const std::int64_t block, reader.integer("block"));
    MN_TRY(out.transaction, read_hash(reader, "transaction"));
    const json::Value* const availability = reader.optional("availability");
    MN_DO(reader.finish());
    if (block < 0 || block > kBlockMax) {
        return fail(Kind::invalid, "anchored.block: out of bounds");
    }
    out.block = static_cast<std::uint64_t>(block);
    MN_TRY(out.evidence, parse_evidence(*evidence));
    if (availability != nullptr) {
        MN_TRY(BundleAvailability read, parse_availability(*availability));
        out.batches = std::move(read.batches);
    }
    return out;
}

/// No decision is asked for: the leaves went to this peer with the answer, and an anchor is public.
Result<json::Value> answer_anchored(NodeState& node,
                                    const std::string& peer,
                                    const json::Value& body) {
    json::Reader reader(body, "anchored");
    MN_TRY(const std::string job, reader.string("job"));
    MN_DO(reader.finish());
    if (!is_document_id(job)) {
        return fail(Kind::invalid, "anchored.job: not 32 hex digits");
    }
    MN_TRY(const std::vector<std::uint64_t> leaves, leaves_of_answer(node, peer, job));
    MN_TRY(const AnchoredEvidence anchored, anchored_evidence(node, leaves));
    return write_anchored(anchored);
}

}  // namespace mednexus::service::internal
