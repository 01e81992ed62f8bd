/// Key sessions as a member takes part in them: who may ask, and what was asked before. What is
/// said in each round is in node_session_rounds.cpp.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

namespace {

std::string act_key(const SessionCall& call) {
    return hex(call.consortium) + "/" + call.founding + "/" + std::string(name_of(call.round));
}

SessionStore store_of(const NodeState& node) {
    return SessionStore(*node.database);
}

/// The keys, when they are made: a carrier that was not told goes on with them.
Result<json::Value> answer_ask(const NodeState& node,
                               const std::string& carrier,
                               const SessionCall& call) {
    MN_TRY([[maybe_unused]] const Consortium consortium, read_given_document(node, carrier, call));
    json::Object out;
    MN_TRY(const auto epoch, find_consortium(*node.database, call.consortium));
    if (epoch && epoch->state == ConsortiumState::active && epoch->keys) {
        out.set("keys", epoch->keys->note);
    }
    return json::Value(std::move(out));
}

/// The attempt goes on, carried by who began it, and is young enough.
Result<void> need_attempt(const NodeState& node,
                          const std::string& carrier,
                          const SessionCall& call) {
    const auto attempt = store_of(node).attempt(call.consortium);
    if (!attempt && attempt.error().kind != Kind::not_found) {
        return tl::unexpected(attempt.error());
    }
    if (!attempt || attempt->founding.id != call.founding || attempt->founding.carrier != carrier) {
        return fail(Kind::conflict, "session: it ended here, or another one took its place");
    }
    if (node.clock.now().seconds - attempt->founding.begun.seconds > kSessionSecondsMax) {
        return fail(Kind::conflict, "session: it is older than an hour; found it anew");
    }
    return {};
}

/// An attempt that gave way does not come back under its old id.
Result<void> need_new_or_same(const NodeState& node, const SessionCall& call) {
    const auto attempt = store_of(node).attempt(call.consortium);
    if (attempt && attempt->founding.id == call.founding) {
        return {};
    }
    const auto said = node.journal->outcome_of("consortium.session", act_key(call));
    if (said) {
        return fail(Kind::conflict, "session: it ended here, or another one took its place");
    }
    return said.error().kind == Kind::not_found ? Result<void>()
                                                : Result<void>(tl::unexpected(said.error()));
}

Result<void> end_earlier_epochs(NodeState& node, Journal::Run& run, const Consortium& consortium) {
    MN_TRY(const json::Value kept, run.step("earlier", [&]() -> Result<json::Value> {
        MN_TRY(const std::vector<Hash32> earlier, earlier_epochs(node, consortium));
        return hashes_of(earlier);
    }));
    json::Object wrapped;
    wrapped.set("earlier", kept);
    const json::Value value(std::move(wrapped));
    json::Reader reader(value, "consortium.complete");
    MN_TRY(const std::vector<Hash32> earlier, read_hashes(reader, "earlier", 4096));
    for (std::size_t i = 0; i < earlier.size(); ++i) {
        MN_DO(end_epoch(node, run, "ended." + std::to_string(i), earlier[i]));
    }
    return {};
}

/// The keys document as this member signed it itself, now under all signatures.
Result<SessionKeys> read_complete_keys(const NodeState& node,
                                       const Consortium& consortium,
                                       const std::string& keys_note) {
    MN_TRY(SessionKeys keys, parse_keys(keys_note));
    MN_DO(check_keys(keys, consortium, identities_of(node, consortium)));
    MN_TRY(const PinnedRound own, store_of(node).pinned(consortium.digest, SessionRound::keys));
    MN_TRY(const SessionKeys said, parse_keys(own.gave));
    if (said.digest != keys.digest) {
        return fail(Kind::conflict, "session: these keys are of another session than ours");
    }
    return keys;
}

Result<json::Value> keep_keys(NodeState& node,
                              Journal::Run& run,
                              const Consortium& consortium,
                              const SessionKeys& keys) {
    MN_TRY([[maybe_unused]] const Logged logged,
           log_event(node, run, "keyed", [&]() -> Result<EventDraft> {
               json::Object data;
               data.set("consortium", hex(consortium.digest));
               data.set("keys", hex(keys.digest));
               data.set("session", hex(keys.session));
               return EventDraft{
                   EventKind::consortium_keyed, node.name(), std::nullopt, std::move(data)};
           }));
    MN_DO(store_of(node).complete(consortium.digest, keys));
    MN_DO(drop_session_blobs(node, consortium.digest));
    MN_DO(end_earlier_epochs(node, run, consortium));
    return json::Value(json::Object{});
}

Result<json::Value> complete_once(NodeState& node,
                                  const Consortium& consortium,
                                  const std::string& keys_note) {
    const Act act{.kind = "consortium.complete",
                  .key = hex(consortium.digest),
                  .input = keys_note,
                  .when_done = WhenDone::give_stored,
                  .identity = hex(consortium.digest)};
    MN_TRY(const Journal::Outcome outcome,
           node.journal->perform(act, [&](Journal::Run& run) -> Result<json::Value> {
               MN_TRY(const SessionKeys keys, read_complete_keys(node, consortium, keys_note));
               return keep_keys(node, run, consortium, keys);
           }));
    return outcome.value;
}

/// Told by any member: what counts are the signatures, ours among them.
Result<json::Value> answer_complete(NodeState& node,
                                    const std::string& carrier,
                                    const SessionCall& call) {
    if (call.given.size() != 1) {
        return fail(Kind::invalid, "session: this round is given one note");
    }
    MN_TRY(const ConsortiumRow epoch, need_consortium(node, call.consortium));
    if (!epoch.consortium.has_member(carrier)) {
        return fail(Kind::denied, "session: the carrier is no member");
    }
    if (epoch.state == ConsortiumState::ended) {
        return fail(Kind::conflict, "session: this epoch was ended here");
    }
    return complete_once(node, epoch.consortium, call.given.front());
}

}  // namespace

Result<Consortium> read_given_document(const NodeState& node,
                                       const std::string& carrier,
                                       const SessionCall& call) {
    if (call.given.size() != 1) {
        return fail(Kind::invalid, "session: this round is given one note");
    }
    MN_TRY(Consortium out, parse_consortium(call.given.front()));
    if (out.digest != call.consortium) {
        return fail(Kind::invalid, "session: the document is another one than it names");
    }
    if (!out.has_member(carrier) || !out.has_member(node.name())) {
        return fail(Kind::denied, "session: both must be members of the consortium");
    }
    return out;
}

json::Value write_session_call(const SessionCall& call) {
    json::Array given;
    for (const std::string& note : call.given) {
        given.emplace_back(note);
    }
    json::Object out;
    out.set("consortium", hex(call.consortium));
    out.set("founding", call.founding);
    out.set("round", name_of(call.round));
    out.set("given", std::move(given));
    return json::Value(std::move(out));
}

Result<SessionCall> parse_session_call(const json::Value& body) {
    json::Reader reader(body, "session");
    SessionCall out;
    MN_TRY(out.consortium, read_hash(reader, "consortium"));
    MN_TRY(out.founding, read_checked(reader, "founding", &is_document_id));
    MN_TRY(const std::string round, reader.string("round"));
    MN_TRY(out.round, parse_round(round));
    MN_TRY(out.given, reader.strings("given"));
    MN_DO(reader.finish());
    if (out.given.size() > kMembersMax) {
        return fail(Kind::invalid, "session.given: more notes than a consortium has members");
    }
    return out;
}

Result<void> resume_complete(NodeState& node, const std::string& key, const json::Value& input) {
    MN_TRY(const Hash32 digest, codec::parse_hex_as<Hash32>(key));
    MN_TRY(const ConsortiumRow epoch, need_consortium(node, digest));
    if (input.as_string() == nullptr) {
        return fail(Kind::corrupt, "journal: consortium.complete without its note");
    }
    MN_TRY([[maybe_unused]] const json::Value done,
           complete_once(node, epoch.consortium, *input.as_string()));
    return {};
}

Result<json::Value> answer_session(NodeState& node,
                                   const std::string& carrier,
                                   const json::Value& body) {
    MN_TRY(const SessionCall call, parse_session_call(body));
    if (call.round == SessionRound::ask) {
        return answer_ask(node, carrier, call);
    }
    if (call.round == SessionRound::complete) {
        return answer_complete(node, carrier, call);
    }
    MN_DO(call.round == SessionRound::nonce ? need_new_or_same(node, call)
                                            : need_attempt(node, carrier, call));
    const Act act{.kind = "consortium.session", .key = act_key(call), .input = body};
    const auto outcome = node.journal->perform(
        act, [&](Journal::Run& run) { return play_round(node, run, carrier, call); });
    if (outcome) {
        return outcome->value;
    }
    MN_TRY(const bool is_other_content,
           node.journal->was_begun(act.kind, act.key).map([&](bool was_begun) {
               return was_begun && outcome.error().kind == Kind::conflict;
           }));
    if (is_other_content) {  // the round was pinned with another list
        MN_DO(store_of(node).give_up(call.consortium, call.founding));
        return refuse(node, {carrier, "session.changed", call.consortium}, call.founding);
    }
    return tl::unexpected(outcome.error());
}

}  // namespace mednexus::service::internal
