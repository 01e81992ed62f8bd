/// consortium.found: one member carries the messages of a key session. It can delay, but not change
/// what others say: it is held to account by the same rounds as everybody
/// (node_session_rounds.cpp).
#include <algorithm>

#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/at_once.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::size_t kMembersAtOnceMax = 8;

using Notes = std::vector<std::string>;

/// What the carrier needs in every round.
struct Session {
    NodeState& node;
    Journal::Run& run;
    Consortium consortium;
    std::vector<Card> others;  ///< members but ourselves, sorted by name

    [[nodiscard]] SessionCall call(SessionRound round, Notes given) const {
        return {consortium.digest, run.id(), round, std::move(given)};
    }
};

Result<Session> open_session(NodeState& node, Journal::Run& run, const Consortium& consortium) {
    Session out{node, run, consortium, {}};
    for (const CardRef& ref : consortium.members) {
        if (ref.name != node.name()) {
            MN_TRY(Card card, node.directory->card(ref.name));
            out.others.push_back(std::move(card));
        }
    }
    return out;
}

Result<json::Value> ask(const Session& session, const Card& card, const SessionCall& call) {
    auto said = session.node.peers.call(
        {card.name, card.endpoint, card.tls_pin}, "consortium.session", write_session_call(call));
    if (!said) {
        return fail_in("peer " + card.name, said.error());
    }
    return said;
}

std::string step_of(SessionRound round, std::string_view name) {
    return std::string(name_of(round)) + "/" + std::string(name);
}

/// What each other member says in this round; kept as it comes, so that nobody is asked twice.
Result<std::vector<json::Value>> ask_others(const Session& session, const SessionCall& call) {
    const std::size_t count = session.others.size();
    std::vector<std::optional<Result<json::Value>>> said(count);
    for (std::size_t i = 0; i < count; ++i) {
        MN_TRY(auto kept, session.run.kept(step_of(call.round, session.others[i].name)));
        if (kept) {
            said[i] = *std::move(kept);
        }
    }
    for_each_at_once(count, kMembersAtOnceMax, [&](std::size_t i) {
        if (!said[i]) {
            said[i] = ask(session, session.others[i], call);
        }
    });
    for (std::size_t i = 0; i < count; ++i) {
        if (const Result<json::Value>& one = *said[i]) {
            MN_TRY(
                [[maybe_unused]] const json::Value kept,
                session.run.step(step_of(call.round, session.others[i].name), [&] { return one; }));
        }
    }
    std::vector<json::Value> out;
    for (std::optional<Result<json::Value>>& one : said) {
        MN_TRY(json::Value value, *std::move(one));
        out.push_back(std::move(value));
    }
    return out;
}

Failure lied(const Session& session, const std::string& name) {
    return refuse(
        session.node, {name, "session.part", session.consortium.digest}, session.run.id());
}

/// The note under `key`, when it is one that the member may say.
Result<std::string> read_said(const Session& session,
                              const std::string& name,
                              SessionRound round,
                              const json::Value& value) {
    const bool is_keys = round == SessionRound::keys;
    json::Reader reader(value, "session");
    auto note = reader.string(is_keys ? "keys" : "part");
    if (!note || !reader.finish()) {
        return lied(session, name);
    }
    MN_TRY(const crypto::NoteVerifier key, identity_of(session.node, name));
    if (is_keys) {
        const auto keys = parse_keys(*note);
        const auto signers = signers_of_note(*note, std::span(&key, 1));
        return keys && signers.size() == 1 ? std::move(note) : lied(session, name);
    }
    const auto part = parse_session_part(*note, key);
    const bool is_right = part && part->round == round && part->founding == session.run.id() &&
                          part->consortium == session.consortium.digest;
    return is_right ? std::move(note) : lied(session, name);
}

/// One note of each member, in the order of their names.
Result<Notes> play(const Session& session, SessionRound round, Notes given) {
    const SessionCall call = session.call(round, std::move(given));
    MN_TRY(const std::vector<json::Value> others, ask_others(session, call));
    MN_TRY(const json::Value own,
           answer_session(session.node, session.node.name(), write_session_call(call)));
    Notes out;
    std::size_t next = 0;
    for (const CardRef& ref : session.consortium.members) {
        const bool is_own = ref.name == session.node.name();
        MN_TRY(std::string note,
               read_said(session, ref.name, round, is_own ? own : others.at(next)));
        next += is_own ? 0U : 1U;
        out.push_back(std::move(note));
    }
    return out;
}

/// The keys that another member has, when they were made before and we were not told.
Result<std::optional<SessionKeys>> find_keys(const Session& session) {
    const SessionCall call = session.call(SessionRound::ask, {session.consortium.note});
    for (const Card& card : session.others) {
        MN_TRY(const json::Value said, ask(session, card, call));
        json::Reader reader(said, "session");
        const json::Value* const note = reader.optional("keys");
        if (note == nullptr || note->as_string() == nullptr) {
            continue;
        }
        const auto keys = parse_keys(*note->as_string());
        if (!keys ||
            !check_keys(
                *keys, session.consortium, identities_of(session.node, session.consortium))) {
            return lied(session, card.name);
        }
        return std::optional(*keys);
    }
    return std::optional<SessionKeys>();
}

/// All rounds, one after the other.
Result<SessionKeys> make_keys(const Session& session) {
    Notes notes{session.consortium.note};
    for (const SessionRound round : {SessionRound::nonce,
                                     SessionRound::nonce_reveal,
                                     SessionRound::one,
                                     SessionRound::one_reveal,
                                     SessionRound::choice,
                                     SessionRound::two,
                                     SessionRound::two_reveal,
                                     SessionRound::test,
                                     SessionRound::test_reveal,
                                     SessionRound::keys}) {
        MN_TRY(notes, play(session, round, std::move(notes)));
    }
    std::string whole = notes.back();  // each signed the text that its own computation gave
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const auto merged = merge_notes(whole, notes[i]);
        if (!merged) {
            const std::string& name = session.consortium.members.at(i).name;
            return refuse(
                session.node, {name, "keys.differ", session.consortium.digest}, session.run.id());
        }
        whole = *merged;
    }
    MN_TRY(SessionKeys keys, parse_keys(whole));
    MN_DO(check_keys(keys, session.consortium, identities_of(session.node, session.consortium)));
    return keys;
}

/// Tells the computing node which keys to fetch; it gets nothing else of the session.
Result<void> tell_compute(const Session& session, const SessionKeys& keys) {
    MN_TRY([[maybe_unused]] const json::Value told,
           session.run.step("compute", [&]() -> Result<json::Value> {
               MN_TRY(const Card card,
                      session.node.directory->card(session.consortium.compute.name));
               json::Object body;
               body.set("consortium", session.consortium.note);
               body.set("keys", keys.note);
               auto said = session.node.peers.call({card.name, card.endpoint, card.tls_pin},
                                                   "compute.epoch",
                                                   json::Value(std::move(body)));
               if (!said) {
                   return fail_in("peer " + card.name, said.error());
               }
               return json::Value(json::Object{});
           }));
    return {};
}

Result<json::Value> found_once(NodeState& node, Journal::Run& run, const Consortium& consortium) {
    MN_TRY(const Session session, open_session(node, run, consortium));
    MN_TRY(std::optional<SessionKeys> keys, find_keys(session));
    if (!keys) {
        MN_TRY(keys, make_keys(session));
    }
    MN_DO(tell_compute(session, *keys));
    const SessionCall call = session.call(SessionRound::complete, {keys->note});
    MN_TRY([[maybe_unused]] const auto told, ask_others(session, call));
    MN_TRY([[maybe_unused]] const json::Value own,
           answer_session(node, node.name(), write_session_call(call)));
    json::Object out;
    out.set("id", consortium.id);
    out.set("epoch", std::uint64_t{consortium.epoch});
    out.set("consortium", hex(consortium.digest));
    out.set("keys", hex(keys->digest));
    out.set("session", hex(keys->session));
    return json::Value(std::move(out));
}

/// The newest epoch of a consortium that was not ended.
Result<ConsortiumRow> epoch_to_found(const NodeState& node, const std::string& id) {
    MN_TRY(std::vector<ConsortiumRow> epochs, list_consortia(*node.database));
    std::erase_if(epochs, [&](const ConsortiumRow& one) {
        return one.state == ConsortiumState::ended || (!id.empty() && one.consortium.id != id);
    });
    if (epochs.empty()) {
        return fail(Kind::not_found, "consortium: none on file that could be founded");
    }
    if (epochs.front().consortium.id != epochs.back().consortium.id) {
        return fail(Kind::invalid, "consortium: more than one is on file; name it by its id");
    }
    return std::move(epochs.back());
}

/// A founding that a crash left open goes on, even when the epoch is active here already.
Result<bool> is_left_open(const NodeState& node, const std::string& digest) {
    MN_TRY(const auto unfinished, node.journal->unfinished());
    return std::any_of(unfinished.begin(), unfinished.end(), [&](const Journal::Unfinished& one) {
        return one.kind == "consortium.found" && one.key == digest;
    });
}

json::Value existing(const ConsortiumRow& epoch) {
    json::Object out;
    out.set("id", epoch.consortium.id);
    out.set("epoch", std::uint64_t{epoch.consortium.epoch});
    out.set("consortium", hex(epoch.consortium.digest));
    out.set("keys", hex(epoch.keys->digest));
    out.set("session", hex(epoch.keys->session));
    out.set("status", "existing");
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Value> consortium_found(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consortium.found");
    MN_TRY(const std::string id, string_or(reader, "id", ""));
    MN_DO(reader.finish());
    MN_TRY(const ConsortiumRow epoch, epoch_to_found(node, id));
    const std::string digest = hex(epoch.consortium.digest);
    MN_TRY(const bool is_open, is_left_open(node, digest));
    if (epoch.state == ConsortiumState::active && epoch.keys && !is_open) {
        return existing(epoch);
    }
    const Act act{.kind = "consortium.found",
                  .key = digest,
                  .input = arguments,
                  .when_done = WhenDone::begin_anew,
                  .identity = digest};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return found_once(node, run, epoch.consortium);
    }));
    json::Value out = outcome.value;
    out.as_object()->set("status", "founded");
    return out;
}

}  // namespace mednexus::service::internal
