/// Log evidence between nodes.
#include "mednexus/codec/base64.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/match_parts.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::size_t kEvidenceLeavesMax = 8;
constexpr std::int64_t kIndexMax = (1LL << 53) - 1;  // what a bundle can hold

Result<LogLeaf> parse_leaf(const json::Value& value) {
    json::Reader reader(value, "evidence.leaves");
    LogLeaf out;
    MN_TRY(const std::int64_t index, reader.integer("index"));
    MN_TRY(const std::string entry, reader.string("entry"));
    MN_TRY(const std::vector<std::string> proof, reader.strings("proof"));
    MN_DO(reader.finish());
    if (index < 0 || index > kIndexMax || proof.size() > merkle::kProofLengthMax) {
        return fail(Kind::invalid, "evidence.leaves: out of bounds");
    }
    out.index = static_cast<std::uint64_t>(index);
    MN_TRY(out.entry, codec::parse_base64(entry));
    for (const std::string& hash : proof) {
        MN_TRY(const Hash32 one, codec::parse_hex_as<Hash32>(hash));
        out.proof.push_back(one);
    }
    return out;
}

json::Value write_leaf(const LogLeaf& leaf) {
    json::Array proof;
    for (const Hash32& hash : leaf.proof) {
        proof.emplace_back(hex(hash));
    }
    json::Object out;
    out.set("index", leaf.index);
    out.set("entry", codec::to_base64(leaf.entry));
    out.set("proof", std::move(proof));
    return out;
}

}  // namespace

Result<LogEvidence> evidence_of_log(const NodeState& node,
                                    const std::vector<std::uint64_t>& indexes) {
    return evidence_under(node, node.log->checkpoint_note(), indexes);
}

Result<LogEvidence> evidence_under(const NodeState& node,
                                   const std::string& checkpoint_note,
                                   const std::vector<std::uint64_t>& indexes) {
    LogEvidence out;
    out.institution = node.name();
    out.checkpoint = checkpoint_note;
    MN_TRY(const ledger::Checkpoint checkpoint,
           ledger::open_checkpoint(out.checkpoint, node.log->verifier()));
    for (const std::uint64_t index : indexes) {
        LogLeaf leaf;
        leaf.index = index;
        MN_TRY(leaf.entry, node.log->entry(index));
        MN_TRY(leaf.proof, node.log->inclusion_proof(index, checkpoint.size));
        out.leaves.push_back(std::move(leaf));
    }
    return out;
}

json::Value write_evidence(const LogEvidence& evidence) {
    json::Array leaves;
    for (const LogLeaf& leaf : evidence.leaves) {
        leaves.push_back(write_leaf(leaf));
    }
    json::Object out;
    out.set("institution", evidence.institution);
    out.set("checkpoint", evidence.checkpoint);
    out.set("leaves", std::move(leaves));
    return out;
}

Result<LogEvidence> parse_evidence(const json::Value& value) {
    json::Reader reader(value, "evidence");
    LogEvidence out;
    MN_TRY(out.institution, reader.string("institution"));
    MN_TRY(out.checkpoint, reader.string("checkpoint"));
    MN_TRY(const json::Array* leaves, reader.array("leaves"));
    MN_DO(reader.finish());
    if (leaves->size() > kEvidenceLeavesMax) {
        return fail(Kind::invalid, "evidence.leaves: too many");
    }
    for (const json::Value& leaf : *leaves) {
        MN_TRY(LogLeaf one, parse_leaf(leaf));
        out.leaves.push_back(std::move(one));
    }
    return out;
}

Result<void> need_own_chain(const NodeState& node, const LogEvidence& evidence) {
    if (!node.chain) {
        return {};
    }
    for (const LogLeaf& leaf : evidence.leaves) {
        MN_TRY(const Event event, parse_event(leaf.entry));
        if (event.kind != EventKind::decision) {
            continue;
        }
        const auto of_match = parse_match_decision(event);
        const auto of_case = parse_decision(event);
        const auto chain = of_match ? of_match->chain : of_case ? of_case->chain : std::nullopt;
        if (!chain || chain->chain_id != node.chain->config().at.chain_id) {
            return fail(Kind::denied,
                        evidence.institution + (chain ? ": its decision rests on another chain"
                                                      : ": its decision rests on files alone"));
        }
    }
    return {};
}

Result<void> check_evidence(const LogEvidence& evidence, const Card& card) {
    if (evidence.institution != card.name) {
        return fail(Kind::corrupt, "evidence: of another institution");
    }
    const auto checkpoint = ledger::open_checkpoint(evidence.checkpoint, card.log);
    if (!checkpoint) {
        return fail(Kind::corrupt, "evidence: " + checkpoint.error().what);
    }
    for (const LogLeaf& leaf : evidence.leaves) {
        const auto included =
            merkle::verify_inclusion(ledger::kRfc6962,
                                     {.index = leaf.index,
                                      .tree_size = checkpoint->size,
                                      .leaf_hash = crypto::rfc6962_leaf(leaf.entry),
                                      .root = checkpoint->root},
                                     leaf.proof);
        if (!included) {
            return fail(Kind::corrupt, "evidence: " + included.error().what);
        }
    }
    return {};
}

}  // namespace mednexus::service::internal
