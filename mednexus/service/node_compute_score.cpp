/// compute.score: a computing node computes the encrypted scores of a query on the newest index of
/// every member, signs what it computed, and logs it.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/compute_desk.hpp"
#include "mednexus/service/internal/index_rows.hpp"
#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/internal/node_index.hpp"

namespace mednexus::service::internal {

namespace {

struct ScoreCall {
    std::string job;
    Hash32 query;
    Hash32 session;
};

Result<ScoreCall> parse_score_call(const json::Value& body) {
    json::Reader reader(body, "compute.score");
    ScoreCall out;
    MN_TRY(out.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.query, read_hash(reader, "query"));
    MN_TRY(out.session, read_hash(reader, "session"));
    MN_DO(reader.finish());
    return out;
}

/// One job under way.
struct Scoring {
    NodeState& node;
    const std::string& peer;
    const Keyed& epoch;
    const ScoreCall& call;

    /// Query and sums can be fetched as long as a request may live.
    [[nodiscard]] Audience audience() const {
        return {.name = "job/" + peer + "/" + call.job,
                .readers = epoch.consortium.member_names(),
                .until = UnixTime{node.clock.now().seconds + kRequestLifeSecondsMax}};
    }
};

/// The newest index of every member that has published one, in the order of their names.
Result<json::Value> newest_indexes(const Scoring& at) {
    json::Array out;
    for (const CardRef& member : at.epoch.consortium.members) {
        MN_TRY(const auto notes, IndexRows(*at.node.database).notes(member.name, at.call.session));
        if (!notes.empty()) {
            out.emplace_back(notes.front().note);
        }
    }
    if (out.empty()) {  // not kept: the job may find one when it asks again
        return fail(Kind::unavailable, "compute.score: no member has published an index");
    }
    return json::Value(std::move(out));
}

Result<std::vector<IndexDocument>> parse_indexes(const json::Value& notes) {
    std::vector<IndexDocument> out;
    for (const json::Value& note : *notes.as_array()) {
        MN_TRY(IndexDocument index, parse_index(*note.as_string()));
        out.push_back(std::move(index));
    }
    return out;
}

Result<compute::ExpandedQuery> expand(const Scoring& at) {
    MN_TRY(const auto keys, at.node.desk->keys(*at.node.blobs, at.epoch.keys.evaluation_keys));
    MN_TRY(const Bytes query, fetch_blob(at.node, at.peer, at.call.query, at.audience()));
    auto expanded = compute::ExpandedQuery::expand(*at.node.ring, *keys, query);
    if (!expanded) {
        return refuse(at.node, {at.peer, "query.form", at.call.query}, at.call.job);
    }
    return expanded;
}

/// The sums of all batches, kept as blobs, in the order of the indexes.
Result<json::Value> score_all(const Scoring& at, const std::vector<IndexDocument>& indexes) {
    std::size_t batches = 0;
    for (const IndexDocument& index : indexes) {
        batches += index.batches.size();
    }
    if (batches > kSumsMax) {
        return fail(Kind::denied, "compute.score: more batches than outputs may name");
    }
    MN_TRY(const compute::ExpandedQuery query, expand(at));
    json::Array sums;
    for (const IndexDocument& index : indexes) {
        for (const IndexBatch& one : index.batches) {
            MN_TRY(const auto batch, at.node.desk->batch(*at.node.blobs, one.lifted));
            MN_TRY(const Bytes sum, compute::score_batch(*at.node.ring, query, *batch));
            MN_TRY(const Hash32 kept, at.node.blobs->keep(sum, at.audience()));
            sums.emplace_back(hex(kept));
        }
    }
    return json::Value(std::move(sums));
}

Result<OutputsDocument> outputs_of(const Scoring& at,
                                   const std::vector<IndexDocument>& indexes,
                                   const json::Value& sums) {
    OutputsDocument out;
    out.compute = at.node.name();
    out.job = at.call.job;
    out.query = at.call.query;
    out.session = at.call.session;
    for (const IndexDocument& index : indexes) {
        out.indexes.push_back({index.owner, index.digest});
    }
    for (const json::Value& sum : *sums.as_array()) {
        MN_TRY(const Hash32 hash, codec::parse_hex_as<Hash32>(*sum.as_string()));
        out.sums.push_back(hash);
    }
    return out;
}

Result<json::Value> score_once(Journal::Run& run, const Scoring& at) {
    MN_TRY(const json::Value notes, run.step("indexes", [&] { return newest_indexes(at); }));
    MN_TRY(const std::vector<IndexDocument> indexes, parse_indexes(notes));
    MN_TRY(const json::Value sums, run.step("sums", [&]() -> Result<json::Value> {
        MN_TRY(const ComputeDesk::Place place, at.node.desk->take_place());
        return score_all(at, indexes);
    }));
    MN_TRY(const OutputsDocument outputs, outputs_of(at, indexes, sums));
    MN_TRY(const std::string note, make_outputs(outputs, at.node.keys.identity));
    MN_TRY(const OutputsDocument made, parse_outputs(note));
    MN_TRY(const Logged logged, log_event(at.node, run, "scored", [&]() -> Result<EventDraft> {
               return EventDraft{EventKind::match_scored,
                                 at.peer,
                                 at.call.job,
                                 to_json(MatchScoredData{made.digest})};
           }));
    MN_TRY(const LogEvidence evidence, evidence_of_log(at.node, {logged.index}));
    json::Object out;
    out.set("evidence", write_evidence(evidence));
    out.set("indexes", notes);
    out.set("outputs", note);
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Value> compute_score(NodeState& node,
                                  const std::string& peer,
                                  const json::Value& body) {
    MN_TRY(const ScoreCall call, parse_score_call(body));
    MN_TRY(const Keyed epoch, session_for(node, peer, call.session));
    const Scoring at{node, peer, epoch, call};
    const Act act{.kind = "compute.score", .key = peer + "/" + call.job, .input = body};
    MN_TRY(const Journal::Outcome outcome,
           node.journal->perform(act, [&](Journal::Run& run) { return score_once(run, at); }));
    return outcome.value;
}

}  // namespace mednexus::service::internal
