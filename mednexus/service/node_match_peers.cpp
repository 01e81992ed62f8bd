/// A match, its middle: ask every peer, and check what each says before it is kept.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/at_once.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"
#include "mednexus/service/internal/match_steps.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::size_t kPeersAtOnceMax = 8;

Failure lied(const Card& peer, const std::string& what) {
    return fail(Kind::corrupt, "peer " + peer.name + ": answer: " + what);
}

Result<PeerAnswer> parse_peer_answer(const json::Value& value) {
    json::Reader reader(value, "match");
    PeerAnswer out;
    MN_TRY(const json::Value* answer, reader.object("answer"));
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_DO(reader.finish());
    MN_TRY(out.answer, parse_answer(*answer));
    MN_TRY(out.evidence, parse_evidence(*evidence));
    out.outcome = {out.answer->institution, "answered", out.answer->count, out.answer->permitted};
    return out;
}

Result<PeerAnswer> read_answer(const json::Value& value, const Card& peer, const MatchCall& call) {
    auto out = parse_peer_answer(value);
    if (!out) {
        return lied(peer, out.error().what);
    }
    MN_DO(check_answer(*out->answer, *out->evidence, peer, call.request));
    return out;
}

/// What a bundle would say of this answer, as far as it concerns this peer alone.
Result<BundleFacts> facts_of(const Answer& answer,
                             const LogEvidence& evidence,
                             const Card& peer,
                             const SignedRequest& request) {
    BundleFacts out;
    out.request = request;
    out.bundle.parts.answers = {answer};
    out.bundle.parts.result.job = request.request.job;
    out.bundle.parts.result.requester = request.request.requester;
    out.cards.emplace(peer.name, peer);
    MN_TRY(out.parties[peer.name], read_party(evidence));
    return out;
}

/// What one peer says now, checked. Errors: unavailable; corrupt: it answered falsely; its own.
/// Threads: any number may ask at once.
Result<json::Value> ask_peer(NodeState& node,
                             const Card& peer,
                             const json::Value& body,
                             const MatchCall& call) {
    auto answer = node.peers.call({peer.name, peer.endpoint, peer.tls_pin}, "match", body);
    if (!answer && answer.error().kind == Kind::denied) {
        json::Object out;
        out.set("denied", answer.error().what);
        return json::Value(std::move(out));
    }
    if (!answer) {
        return fail_in("peer " + peer.name, answer.error());
    }
    MN_TRY([[maybe_unused]] const PeerAnswer checked, read_answer(*answer, peer, call));
    return answer;
}

std::string step_of(const Card& peer) {
    return "peer." + peer.name;
}

/// What each peer said: before, as its step has it, or now.
using Said = std::vector<std::optional<Result<json::Value>>>;

Result<Said> recall(const Journal::Run& run, const std::vector<Card>& peers) {
    Said out(peers.size());
    for (std::size_t i = 0; i < peers.size(); ++i) {
        MN_TRY(std::optional<json::Value> kept, run.kept(step_of(peers[i])));
        if (kept) {
            out[i] = *std::move(kept);
        }
    }
    return out;
}

/// Keeps every answer that came, whatever the others said: it is not asked for again.
Result<void> keep(Journal::Run& run, const std::vector<Card>& peers, const Said& said) {
    for (std::size_t i = 0; i < peers.size(); ++i) {
        if (const Result<json::Value>& one = *said[i]) {
            MN_TRY([[maybe_unused]] const json::Value kept,
                   run.step(step_of(peers[i]), [&] { return one; }));
        }
    }
    return {};
}

Result<PeerAnswer> read_said(const json::Value& said, const Card& peer, const MatchCall& call) {
    if (said.as_object() != nullptr && said.as_object()->find("denied") != nullptr) {
        return PeerAnswer{{peer.name, "denied", 0, 0}, std::nullopt, std::nullopt};
    }
    return read_answer(said, peer, call);
}

Result<std::vector<Card>> cards_of(const NodeState& node, const std::vector<std::string>& names) {
    std::vector<Card> out;
    for (const std::string& name : names) {
        MN_TRY(Card card, node.directory->card(name));
        out.push_back(std::move(card));
    }
    return out;
}

/// busy and unavailable: the peer is away; what else goes wrong is its own error.
bool is_away(Kind kind) noexcept {
    return kind == Kind::unavailable || kind == Kind::busy;
}

}  // namespace

Result<void> check_answer(const Answer& answer,
                          const LogEvidence& evidence,
                          const Card& peer,
                          const SignedRequest& request) {
    if (answer.institution != peer.name || evidence.institution != peer.name) {
        return lied(peer, "it is of another institution");
    }
    const auto facts = facts_of(answer, evidence, peer, request);
    if (!facts) {
        return lied(peer, facts.error().what);
    }
    if (const Problem problem = problem_with_one_answer(*facts, answer)) {
        return lied(peer, *problem);
    }
    return {};
}

Result<std::vector<PeerAnswer>> ask_peers(NodeState& node,
                                          Journal::Run& run,
                                          MissingPeers missing_peers,
                                          const json::Value& body,
                                          const MatchCall& call) {
    MN_TRY(const std::vector<Card> peers, cards_of(node, call.request.recipients));
    MN_TRY(Said said, recall(run, peers));
    for_each_at_once(peers.size(), kPeersAtOnceMax, [&](std::size_t i) {
        if (!said[i]) {
            said[i] = ask_peer(node, peers[i], body, call);
        }
    });
    MN_DO(keep(run, peers, said));
    std::vector<PeerAnswer> out;
    std::string missing;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        const Result<json::Value>& one = *said[i];
        if (one) {
            MN_TRY(PeerAnswer answer, read_said(*one, peers[i], call));
            if (answer.evidence) {
                MN_DO(need_own_chain(node, *answer.evidence));
            }
            out.push_back(std::move(answer));
            continue;
        }
        if (!is_away(one.error().kind)) {
            return tl::unexpected(one.error());
        }
        missing += " " + peers[i].name;
        out.push_back({{peers[i].name, "unavailable", 0, 0}, std::nullopt, std::nullopt});
    }
    if (!missing.empty() && missing_peers == MissingPeers::refused) {
        return fail(Kind::unavailable, "match: no answer from" + missing);
    }
    return out;
}

}  // namespace mednexus::service::internal
