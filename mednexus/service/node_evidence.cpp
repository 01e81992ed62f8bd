/// Log evidence between nodes, and the body of a match request.
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

json::Value write_match_call(const MatchCall& call) {
    Bytes entries;
    for (const std::int8_t entry : call.vector) {
        entries.push_back(static_cast<std::uint8_t>(entry));
    }
    json::Object out;
    out.set("request", call.request.note);
    out.set("vector", codec::to_hex(entries));
    out.set("salt", hex(call.salt));
    out.set("profile", hex(call.request.profile));
    return out;
}

Result<MatchCall> parse_match_call(const json::Value& body) {
    json::Reader reader(body, "match");
    MatchCall out;
    MN_TRY(const std::string note, reader.string("request"));
    MN_TRY(const std::string entries, reader.string("vector"));
    MN_TRY(out.salt, read_hash(reader, "salt"));
    MN_TRY(const Hash32 profile, read_hash(reader, "profile"));
    MN_DO(reader.finish());
    MN_TRY(out.request, parse_request(note));
    MN_TRY(const Bytes raw, codec::parse_hex(entries));
    for (const std::uint8_t byte : raw) {
        out.vector.push_back(static_cast<std::int8_t>(byte));
    }
    if (out.request.request.kind != ReleaseKind::opening_share || out.request.profile != profile) {
        return fail(Kind::invalid, "match: the request is of another kind or profile");
    }
    if (commit_to_query(out.salt, out.vector) != out.request.request.object) {
        return fail(Kind::invalid, "match: the vector is not the one the request commits to");
    }
    return out;
}

}  // namespace mednexus::service::internal
