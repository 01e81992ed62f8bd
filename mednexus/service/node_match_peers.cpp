/// A match, its middle: ask every peer, and check what each says before it is kept.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/match_steps.hpp"

namespace mednexus::service::internal {

namespace {

Failure lied(const Card& peer, const std::string& what) {
    return fail(Kind::corrupt, "match: " + peer.name + ": " + what);
}

/// The answer is for this request and its owner logged the decision and the answer.
Result<void> check_answer(const PeerAnswer& given, const Card& peer, const MatchCall& call) {
    const Answer& answer = *given.answer;
    if (answer.institution != peer.name || answer.job != call.request.request.job ||
        answer.request != call.request.digest || answer.profile != call.request.profile ||
        answer.query_commitment != call.request.request.object) {
        return lied(peer, "its answer is for another request");
    }
    if (answer.opened.size() > call.request.top) {
        return lied(peer, "its answer opens more slots than were asked for");
    }
    if (const auto checked = check_evidence(*given.evidence, peer); !checked) {
        return lied(peer, checked.error().what);
    }
    if (given.evidence->leaves.size() != 2) {
        return lied(peer, "its evidence is not the two leaves of an answer");
    }
    MN_TRY(const Event event, parse_event(given.evidence->leaves[1].entry));
    MN_TRY(const MatchAnsweredData logged, parse_match_answered(event));
    if (logged.answer != digest_of(to_json(answer))) {
        return lied(peer, "its log names another answer");
    }
    return {};
}

Result<PeerAnswer> read_answer(const json::Value& value, const Card& peer, const MatchCall& call) {
    json::Reader reader(value, "match");
    PeerAnswer out;
    MN_TRY(const json::Value* answer, reader.object("answer"));
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_DO(reader.finish());
    MN_TRY(out.answer, parse_answer(*answer));
    MN_TRY(out.evidence, parse_evidence(*evidence));
    MN_DO(check_answer(out, peer, call));
    out.outcome = {peer.name, "answered", out.answer->count, out.answer->permitted};
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
        if (answer) {
            MN_TRY([[maybe_unused]] const PeerAnswer checked, read_answer(*answer, peer, call));
        }
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
            return fail_in("match: " + name, answer.error());
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
