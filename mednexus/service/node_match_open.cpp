/// A match, its opening: shares of all members, numbers of permitted slots, their ranking.
#include <algorithm>
#include <map>

#include "mednexus/compute/vector.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/match_steps.hpp"

namespace mednexus::service::internal {

namespace {

/// Of one batch, by slot.
using Scores = std::map<std::string, std::vector<std::int32_t>>;

/// The release of our own share: no case of ours opens with it.
Result<Release> release_own_share(NodeState& node,
                                  Journal::Run& run,
                                  const MatchCall& call,
                                  const Hash32& object) {
    MN_TRY(const Decided decided,
           log_decision(node, run, "own.decision", [&]() -> Result<VerdictDraft> {
               ReleaseRequest asked = call.request.request;
               asked.object = object;
               const Verdict verdict = decide_own_opening(asked, evidence_about(node, node.name()));
               return VerdictDraft{
                   verdict,
                   decision_data(verdict, call.request.request.object, std::nullopt),
                   node.name(),
                   run.id()};
           }));
    return Release::from(decided.decision, ReleaseKind::opening_share, object);
}

/// A member's share: it must be the one that its logged answer names.
Result<Bytes> fetch_share(NodeState& node, const std::string& member, const Hash32& share) {
    const auto card = node.directory->card(member);
    if (!card) {
        return tl::unexpected(card.error());
    }
    auto bytes = node.peers.get_blob({card->name, card->endpoint, card->tls_pin}, share);
    if (!bytes) {
        return fail_in("peer " + member, bytes.error());
    }
    if (crypto::sha256(*bytes) != share) {
        return refuse(node, {member, "blob.hash", share}, std::nullopt);
    }
    return bytes;
}

Result<Scores> open_all(NodeState& node,
                        const PreparedQuery& prepared,
                        const CheckedOutputs& checked,
                        std::vector<Bytes> own,
                        const std::vector<PeerAnswer>& said) {
    Scores out;
    for (std::size_t i = 0; i < checked.batches.size(); ++i) {
        const FinishedBatch& batch = checked.batches[i];
        std::vector<Bytes> shares{std::move(own[i])};
        for (const PeerAnswer& one : said) {
            MN_TRY(Bytes share,
                   fetch_share(node, one.answer.institution, one.answer.openings.at(i).share));
            shares.push_back(std::move(share));
        }
        MN_TRY(out[batch.batch.batch],
               compute::open_scores(*node.ring, prepared.opening_seed, batch.finished, shares));
    }
    return out;
}

/// No score of vectors within their bounds is larger: docs/formats/score.md.
Result<void> check_range(std::int32_t score, const NodeState& node, const std::string& owner) {
    const std::int32_t bound = compute::score_bound(node.ring->options().dimensions);
    if (score > bound || score < -bound) {
        return fail(
            Kind::corrupt,
            "match: a score of a case of " + owner + " left its range: somebody's share is false");
    }
    return {};
}

/// Only slots with a record of permission have a number; in all others it is noise.
Result<std::vector<RankedSlot>> rank(const NodeState& node,
                                     const Scores& scores,
                                     const std::vector<PeerAnswer>& said,
                                     std::uint64_t top) {
    std::vector<RankedSlot> out;
    std::map<std::string, const PeerAnswer*> owners;
    for (const PeerAnswer& one : said) {
        owners[one.answer.institution] = &one;
        const auto& closed = one.answer.closed;
        for (const SlotRecord& record : one.permitted) {
            if (std::binary_search(closed.begin(), closed.end(), record.slot)) {
                continue;
            }
            const std::int32_t score = scores.at(record.batch).at(record.position);
            MN_DO(check_range(score, node, one.answer.institution));
            out.push_back({one.answer.institution, {}, record, score});
        }
    }
    std::sort(out.begin(), out.end(), &is_ranked_before);
    out.resize(std::min<std::size_t>(out.size(), top));
    for (RankedSlot& one : out) {
        MN_TRY(one.proof, slot_proof(owners.at(one.institution)->leaves, one.record.slot));
    }
    return out;
}

}  // namespace

Result<std::vector<RankedSlot>> open_and_rank(NodeState& node,
                                              Journal::Run& run,
                                              const MatchCall& call,
                                              const PreparedQuery& prepared,
                                              const CheckedOutputs& checked,
                                              const std::vector<PeerAnswer>& said) {
    const Hash32& object = checked.documents.outputs.digest;
    MN_TRY(const Release release, release_own_share(node, run, call, object));
    const Bytes key = compute::make_requester_key(*node.ring, prepared.opening_seed);
    const auto none = [&](const std::string&) {
        return compute::SlotMask(node.ring->slots(), false);
    };
    MN_TRY(std::vector<Bytes> own, make_opening_shares(node, release, object, checked, key, none));
    MN_TRY(const Scores scores, open_all(node, prepared, checked, std::move(own), said));
    return rank(node, scores, said, call.request.top);
}

}  // namespace mednexus::service::internal
