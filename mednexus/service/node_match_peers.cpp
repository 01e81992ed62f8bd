/// A match, its middle: ask every peer, and check what each says before it is kept.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"
#include "mednexus/service/internal/match_steps.hpp"

namespace mednexus::service::internal {

namespace {

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

/// Asks one peer and keeps what it said. Errors: unavailable; corrupt: it answered falsely.
Result<PeerAnswer> ask_peer(NodeState& node,
                            Journal::Run& run,
                            const Card& peer,
                            const json::Value& body,
                            const MatchCall& call) {
    MN_TRY(const json::Value said, run.step("peer." + peer.name, [&]() -> Result<json::Value> {
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
    }));
    if (said.as_object() != nullptr && said.as_object()->find("denied") != nullptr) {
        return PeerAnswer{{peer.name, "denied", 0, 0}, std::nullopt, std::nullopt};
    }
    return read_answer(said, peer, call);
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
    std::vector<PeerAnswer> out;
    std::string missing;
    for (const std::string& name : call.request.recipients) {
        MN_TRY(const Card peer, node.directory->card(name));
        auto answer = ask_peer(node, run, peer, body, call);
        if (!answer && !is_away(answer.error().kind)) {
            return tl::unexpected(answer.error());
        }
        if (!answer) {
            missing += " " + name;
            answer = PeerAnswer{{name, "unavailable", 0, 0}, std::nullopt, std::nullopt};
        }
        out.push_back(std::move(*answer));
    }
    if (!missing.empty() && missing_peers == MissingPeers::refused) {
        return fail(Kind::unavailable, "match: no answer from" + missing);
    }
    return out;
}

}  // namespace mednexus::service::internal
