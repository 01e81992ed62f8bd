/// index.sync, index.status, and what an erasure does to the encrypted index.
#include "mednexus/core/log.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/index_sync.hpp"
#include "mednexus/service/internal/index_turns.hpp"

namespace mednexus::service::internal {

namespace {

/// The consortium whose cases this home has. Errors   unavailable: none, or no ontology, or another
/// profile or ring than ours
Result<Keyed> need_own_consortium(NodeState& node) {
    MN_TRY(Keyed epoch, need_active_consortium(*node.database));
    MN_TRY(const Clinic* const clinic, node.need_clinic());
    if (epoch.consortium.profile != clinic->profile.id() ||
        epoch.consortium.ring != node.ring->id()) {
        return fail(Kind::unavailable,
                    "consortium: of another vector profile or ring than this home's");
    }
    return epoch;
}

/// What an earlier session left open will not be gone on with.
Result<void> give_up_other_sessions(NodeState& node, const std::string& session) {
    MN_TRY(const auto unfinished, node.journal->unfinished());
    for (const Journal::Unfinished& one : unfinished) {
        if (one.kind == "index.sync" && one.key != session) {
            MN_DO(node.journal->give_up(one));
        }
    }
    return {};
}

Result<json::Value> sync(NodeState& node, const Keyed& epoch) {
    const std::string session = hex(epoch.keys.session);
    MN_DO(give_up_other_sessions(node, session));
    const Act act{.kind = "index.sync",
                  .key = session,
                  .input = json::Value(json::Object{}),
                  .when_done = WhenDone::begin_anew};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return IndexSync(node, run, epoch).perform();
    }));
    return outcome.value;
}

/// Whether an index must be written for this session.
Result<bool> is_waiting(NodeState& node, const Keyed& epoch) {
    MN_TRY(const IndexState state, read_index_state(node, epoch.consortium));
    MN_TRY(const auto notes, IndexRows(*node.database).notes(node.name(), epoch.keys.session));
    return notes.empty() || is_dirty(state);
}

json::Value stage(std::string_view name, bool is_done, std::string_view until, std::string detail) {
    json::Object out;
    out.set("stage", name);
    out.set("state", is_done ? "done" : "pending");
    out.set("detail", is_done ? std::move(detail) : "until " + std::string(until));
    return json::Value(std::move(out));
}

/// What is left of the places where a case once was.
struct Left {
    bool has_data_key = false;
    bool has_lifted = false;
};

Result<Left> look_for(const NodeState& node, const json::Array& traces) {
    Left out;
    MN_TRY(const auto rows, list_consortia(*node.database));
    for (const json::Value& one : traces) {
        json::Reader reader(one, "case.erase.index");
        MN_TRY(const Hash32 data_key, read_hash(reader, "data_key"));
        MN_TRY(const std::string session, reader.string("session"));
        const auto seed = IndexRows(*node.database).seed_of(data_key);
        out.has_data_key = out.has_data_key || seed || seed.error().kind != Kind::not_found;
        for (const ConsortiumRow& row : rows) {
            out.has_lifted = out.has_lifted || (row.keys && hex(row.keys->session) == session &&
                                                row.state != ConsortiumState::ended);
        }
    }
    return out;
}

}  // namespace

Result<void> need_no_computing_node(const NodeState& node, std::span<const std::string> names) {
    for (const std::string& name : names) {
        MN_TRY(const bool is_one, is_computing_node(*node.database, name));
        if (is_one) {
            return fail(Kind::denied,
                        name +
                            " is the computing node of a consortium: it gets no agreement and"
                            " no case");
        }
    }
    return {};
}

Result<json::Value> index_sync(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "index.sync").finish());
    MN_TRY(const Keyed epoch, need_own_consortium(node));
    return sync(node, epoch);
}

Result<json::Value> index_status(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "index.status").finish());
    MN_TRY(const Keyed epoch, need_own_consortium(node));
    MN_TRY(const IndexState state, read_index_state(node, epoch.consortium));
    MN_TRY(const auto notes, IndexRows(*node.database).notes(node.name(), epoch.keys.session));
    std::uint64_t cases = 0;
    for (const BatchRow& batch : state.batches) {
        cases += batch.is_live ? batch.cases : 0;
    }
    std::uint64_t rewrites = 0;
    for (const DataKeyRow& key : state.data_keys) {
        rewrites += key.is_to_rewrite ? 1 : 0;
    }
    json::Object out;
    out.set("batches", std::uint64_t{notes.empty() ? 0 : notes.front().batches.size()});
    out.set("cases", cases);
    out.set("cases_waiting", std::uint64_t{state.without_slot.size()});
    out.set("consortium", epoch.consortium.id);
    out.set("data_keys_to_rewrite", rewrites);
    out.set("epoch", std::uint64_t{epoch.consortium.epoch});
    out.set("index", notes.empty() ? "" : hex(notes.front().digest));
    out.set("is_current", !notes.empty() && !is_dirty(state));
    out.set("serial", notes.empty() ? 0 : notes.front().serial);
    return json::Value(std::move(out));
}

Result<void> index_turn(NodeState& node) {
    const UnixTime now = node.clock.now();
    if (!node.turns->may_begin(now)) {
        return {};
    }
    const auto epoch = need_own_consortium(node);
    if (!epoch) {
        return {};  // nothing to be indexed for
    }
    MN_TRY(const bool waits, is_waiting(node, *epoch));
    if (!waits) {
        return {};
    }
    const auto done = sync(node, *epoch);
    if (!done) {
        node.turns->failed(now);
        log(LogLevel::warning,
            "index.sync",
            {{"outcome", std::string(name_of(done.error().kind))}});
    }
    return {};
}

Result<json::Value> index_traces(NodeState& node, const CaseId& case_id) {
    MN_TRY(const auto traces, IndexRows(*node.database).traces_of(case_id));
    json::Array out;
    for (const IndexRows::Trace& trace : traces) {
        json::Object one;
        one.set("data_key", hex(trace.data_key));
        one.set("session", trace.session ? hex(*trace.session) : "");
        out.emplace_back(std::move(one));
    }
    return json::Value(std::move(out));
}

Result<json::Array> index_stages(const NodeState& node, const json::Value& traces) {
    if (traces.as_array() == nullptr || traces.as_array()->empty()) {
        return json::Array();  // it never was in an encrypted index
    }
    MN_TRY(const Left left, look_for(node, *traces.as_array()));
    json::Array out;
    out.push_back(stage("index_slot", true, "", "its slot in the encrypted index stays closed"));
    out.push_back(stage("index_batch",
                        !left.has_data_key,
                        "index sync",
                        "the batches beside it are sealed anew, without it"));
    out.push_back(stage("data_key",
                        !left.has_data_key,
                        "index sync",
                        "the key that its vector was sealed under is destroyed"));
    out.push_back(stage("lifted_copies",
                        !left.has_lifted,
                        "the epoch ends: only all members together could open them",
                        "no key share of that epoch is left"));
    return out;
}

}  // namespace mednexus::service::internal
