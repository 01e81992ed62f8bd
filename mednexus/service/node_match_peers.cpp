/// A match, its middle: ask the computing node and then every member, and check what each says
/// before it is kept.
#include <algorithm>

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

// --- the computing node ---

struct ComputeAnswer {
    std::string outputs;
    std::vector<std::string> indexes;
    LogEvidence evidence;
};

Result<ComputeAnswer> parse_compute_answer(const json::Value& value) {
    json::Reader reader(value, "compute.score");
    ComputeAnswer out;
    MN_TRY(out.outputs, reader.string("outputs"));
    MN_TRY(out.indexes, reader.strings("indexes"));
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_DO(reader.finish());
    MN_TRY(out.evidence, parse_evidence(*evidence));
    return out;
}

/// Its log says that it computed these outputs, as a reader of the bundle will ask.
Result<void> check_scored_leaf(NodeState& node,
                               const MatchDocuments& documents,
                               const LogEvidence& evidence,
                               const std::string& job) {
    BundleFacts facts;
    facts.documents = documents;
    facts.bundle.parts.result.job = job;
    facts.bundle.parts.result.requester = node.name();
    facts.cards = cards_on_file(node);
    auto party = read_party(evidence);
    const bool is_its = party && evidence.institution == facts.compute();
    if (is_its) {
        facts.parties[facts.compute()] = *std::move(party);
    }
    if (!is_its || problem_with_scored_leaf(facts)) {
        return refuse(node, {facts.compute(), "outputs.unlogged", documents.outputs.digest}, job);
    }
    return {};
}

Result<json::Value> call_compute(NodeState& node,
                                 const Keyed& epoch,
                                 const Hash32& query,
                                 const std::string& job) {
    MN_TRY(const Card card, node.directory->card(epoch.consortium.compute.name));
    json::Object body;
    body.set("job", job);
    body.set("query", hex(query));
    body.set("session", hex(epoch.keys.session));
    auto said = node.peers.call(
        {card.name, card.endpoint, card.tls_pin}, "compute.score", json::Value(std::move(body)));
    return said ? std::move(said) : fail_in("peer " + card.name, said.error());
}

// --- members ---

/// What a bundle would say of this answer, as far as it concerns this member alone.
Result<BundleFacts> facts_of(const Answer& answer,
                             const LogEvidence& evidence,
                             const Card& peer,
                             const MatchDocuments& documents,
                             const SignedRequest& request) {
    BundleFacts out;
    out.documents = documents;
    out.request = request;
    out.bundle.parts.answers = {answer};
    out.bundle.parts.result.job = request.request.job;
    out.bundle.parts.result.requester = request.request.requester;
    out.cards.emplace(peer.name, peer);
    MN_TRY(out.parties[peer.name], read_party(evidence));
    return out;
}

/// In the order of the owner's batches, then of positions; each once.
Problem problem_with_places(const std::vector<SlotRecord>& records, const IndexDocument& index) {
    std::size_t batch = 0;
    const SlotRecord* before = nullptr;
    for (const SlotRecord& one : records) {
        while (batch < index.batches.size() && index.batches[batch].id != one.batch) {
            ++batch;
        }
        if (batch == index.batches.size()) {
            return "a slot sits in no batch of its index, or out of order";
        }
        if (before != nullptr && (before->slot >= one.slot || (before->batch == one.batch &&
                                                               before->position >= one.position))) {
            return "its slots are out of order";
        }
        before = &one;
    }
    return std::nullopt;
}

/// The records of permitted slots are those of the decision.
Problem problem_with_slots_of(const PeerAnswer& said, const IndexDocument* index) {
    const Answer& answer = said.answer;
    if (said.leaves.size() != answer.count || slots_root(said.leaves) != answer.slots_root) {
        return "its slots are not those of its decision";
    }
    if (said.permitted.size() != answer.permitted || index == nullptr) {
        return "it gives other slots than it permitted";
    }
    for (const SlotRecord& one : said.permitted) {
        if (!one.permitted || one.slot >= said.leaves.size() ||
            slot_leaf(one) != said.leaves[one.slot]) {
            return "slot " + std::to_string(one.slot) + " is not the one that it decided";
        }
    }
    return problem_with_places(said.permitted, *index);
}

/// What it derived is what we derived.
Problem problem_with_finished(const Answer& answer, const CheckedOutputs& checked) {
    const bool is_same = std::equal(
        answer.openings.begin(),
        answer.openings.end(),
        checked.batches.begin(),
        checked.batches.end(),
        [](const Opening& its, const FinishedBatch& ours) { return its.finished == ours.hash; });
    return is_same ? Problem() : Problem("it opened other scores than those that were computed");
}

/// Says "no" in the log of this house, naming the member.
Failure refuse_answer(NodeState& node, const Card& peer, const MatchCall& call, const Error& why) {
    const auto logged = log_event_now(
        node,
        {EventKind::refused,
         node.name(),
         call.request.request.job,
         to_json(RefusedData{
             .subject = peer.name, .rule = "answer.false", .object = call.request.digest})});
    return logged ? Failure(why) : Failure(logged.error());
}

Result<PeerAnswer> read_answer(const json::Value& value,
                               const Card& peer,
                               const MatchCall& call,
                               const CheckedOutputs& checked) {
    auto out = parse_peer_answer(value);
    if (!out) {
        return lied(peer, out.error().what);
    }
    const MatchDocuments& documents = checked.documents;
    MN_DO(check_answer(out->answer, out->evidence, peer, documents, call.request));
    if (const Problem problem = problem_with_finished(out->answer, checked)) {
        return lied(peer, *problem);
    }
    if (const Problem problem = problem_with_slots_of(*out, documents.index_of(peer.name))) {
        return lied(peer, *problem);
    }
    return out;
}

/// What one member says now, checked. Errors: unavailable; corrupt: it answered falsely; its own.
/// Threads: any number may ask at once.
Result<json::Value> ask_member(NodeState& node,
                               const Card& peer,
                               const json::Value& body,
                               const MatchCall& call,
                               const CheckedOutputs& checked) {
    auto said = node.peers.call({peer.name, peer.endpoint, peer.tls_pin}, "match", body);
    if (!said) {
        return fail_in("peer " + peer.name, said.error());
    }
    const auto read = read_answer(*said, peer, call, checked);
    return read ? said : Result<json::Value>(refuse_answer(node, peer, call, read.error()));
}

std::string step_of(const Card& peer) {
    return "peer." + peer.name;
}

/// What each member said: before, as its step has it, or now.
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

Result<std::vector<Card>> cards_of(const NodeState& node, const std::vector<std::string>& names) {
    std::vector<Card> out;
    for (const std::string& name : names) {
        MN_TRY(Card card, node.directory->card(name));
        out.push_back(std::move(card));
    }
    return out;
}

/// busy and unavailable: the member is away; what else goes wrong is its own error.
bool is_away(Kind kind) noexcept {
    return kind == Kind::unavailable || kind == Kind::busy;
}

/// Whoever is away keeps every score closed; another error comes first.
Result<void> need_all(const std::vector<Card>& peers, const Said& said) {
    std::string missing;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        const Result<json::Value>& one = *said[i];
        if (one) {
            continue;
        }
        if (!is_away(one.error().kind)) {
            return tl::unexpected(one.error());
        }
        missing += " " + peers[i].name + " (" + one.error().what + ")";
    }
    return missing.empty()
               ? Result<void>()
               : Result<void>(fail(Kind::unavailable, "match: no answer from" + missing));
}

}  // namespace

Result<Scored> ask_compute(NodeState& node,
                           Journal::Run& run,
                           const Keyed& epoch,
                           const Hash32& query) {
    const auto check = [&](const json::Value& value) -> Result<Scored> {
        auto said = parse_compute_answer(value);
        const std::string& compute = epoch.consortium.compute.name;
        if (!said) {
            return refuse(node, {compute, "outputs.form", query}, run.id());
        }
        Scored out;
        MN_TRY(out.checked,
               check_outputs(node,
                             epoch,
                             {.given_by = compute,
                              .requester = node.name(),
                              .job = run.id(),
                              .query = query,
                              .query_proof = std::nullopt,  // it is ours
                              .outputs = said->outputs,
                              .indexes = said->indexes}));
        MN_DO(check_scored_leaf(node, out.checked.documents, said->evidence, run.id()));
        out.indexes = std::move(said->indexes);
        out.evidence = std::move(said->evidence);
        return out;
    };
    std::optional<Scored> checked;
    MN_TRY(const json::Value kept, run.step("outputs", [&]() -> Result<json::Value> {
        MN_TRY(json::Value said, call_compute(node, epoch, query, run.id()));
        MN_TRY(checked, check(said));
        return said;
    }));
    return checked ? Result<Scored>(*std::move(checked)) : check(kept);
}

Result<void> check_answer(const Answer& answer,
                          const LogEvidence& evidence,
                          const Card& peer,
                          const MatchDocuments& documents,
                          const SignedRequest& request) {
    if (answer.institution != peer.name || evidence.institution != peer.name) {
        return lied(peer, "it is of another institution");
    }
    const auto facts = facts_of(answer, evidence, peer, documents, request);
    if (!facts) {
        return lied(peer, facts.error().what);
    }
    const Problem problem = problem_with_one_answer(*facts, answer);
    return problem ? Result<void>(lied(peer, *problem)) : Result<void>();
}

Result<std::vector<PeerAnswer>> ask_members(NodeState& node,
                                            Journal::Run& run,
                                            const MatchCall& call,
                                            const CheckedOutputs& checked) {
    MN_TRY(const std::vector<Card> peers, cards_of(node, call.request.recipients));
    MN_TRY(Said said, recall(run, peers));
    const json::Value body = write_match_call(call);
    for_each_at_once(peers.size(), kPeersAtOnceMax, [&](std::size_t i) {
        if (!said[i]) {
            said[i] = ask_member(node, peers[i], body, call, checked);
        }
    });
    MN_DO(keep(run, peers, said));
    MN_DO(need_all(peers, said));
    std::vector<PeerAnswer> out;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        MN_TRY(PeerAnswer one, read_answer(**said[i], peers[i], call, checked));
        MN_DO(need_own_chain(node, one.evidence));
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace mednexus::service::internal
