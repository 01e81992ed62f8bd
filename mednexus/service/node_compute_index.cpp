/// compute.index and compute.publish: a computing node lifts an owner's batches, and takes the
/// index that names them.
#include <algorithm>
#include <set>

#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/compute_desk.hpp"
#include "mednexus/service/internal/index_rows.hpp"
#include "mednexus/service/internal/node_index.hpp"
#include "mednexus/service/internal/part_list.hpp"

namespace mednexus::service::internal {

namespace {

struct LiftCall {
    Hash32 session;
    std::vector<IndexBatch> batches;  ///< lifted: not known yet
    std::vector<IndexLiftKey> lift_keys;
};

Result<IndexBatch> parse_batch(const json::Value& value) {
    json::Reader reader(value, "compute.index.batches");
    IndexBatch out;
    MN_TRY(out.data_key, read_hash(reader, "data_key"));
    MN_TRY(out.id, read_checked(reader, "id", &is_document_id));
    MN_TRY(out.sealed, read_part_list(reader, "sealed"));
    MN_DO(reader.finish());
    return out;
}

Result<IndexLiftKey> parse_lift_key(const json::Value& value) {
    json::Reader reader(value, "compute.index.lift_keys");
    IndexLiftKey out;
    MN_TRY(out.blob, read_hash(reader, "blob"));
    MN_TRY(out.data_key, read_hash(reader, "data_key"));
    MN_DO(reader.finish());
    return out;
}

Result<LiftCall> parse_call(const json::Value& body) {
    json::Reader reader(body, "compute.index");
    LiftCall out;
    MN_TRY(const json::Array* batches, reader.array("batches"));
    MN_TRY(const json::Array* keys, reader.array("lift_keys"));
    MN_TRY(out.session, read_hash(reader, "session"));
    MN_DO(reader.finish());
    if (batches->size() > kLiftsPerCallMax || keys->size() > kLiftsPerCallMax) {
        return fail(Kind::invalid, "compute.index: more than 4 batches or lift keys");
    }
    for (const json::Value& one : *batches) {
        MN_TRY(IndexBatch batch, parse_batch(one));
        out.batches.push_back(std::move(batch));
    }
    for (const json::Value& one : *keys) {
        MN_TRY(const IndexLiftKey key, parse_lift_key(one));
        out.lift_keys.push_back(key);
    }
    return out;
}

/// What one call works with.
struct Lifting {
    NodeState& node;
    const std::string& peer;
    const Keyed& epoch;
    const LiftCall& call;
};

Result<compute::LiftKey> fetch_lift_key(const Lifting& at, const Hash32& data_key) {
    const auto named = std::find_if(
        at.call.lift_keys.begin(), at.call.lift_keys.end(), [&](const IndexLiftKey& one) {
            return one.data_key == data_key;
        });
    if (named == at.call.lift_keys.end()) {
        return fail(Kind::invalid, "compute.index: no lift key for a batch");
    }
    MN_TRY(const Bytes raw,
           fetch_blob(at.node, at.peer, named->blob, audience_of(at.epoch.consortium)));
    auto key = compute::LiftKey::parse(*at.node.ring, raw);
    if (!key || key->session() != at.epoch.keys.session || key->data_key() != data_key) {
        return refuse(at.node, {at.peer, "lift_key.form", named->blob}, std::nullopt);
    }
    return key;
}

Result<compute::BatchParts> fetch_sealed(const Lifting& at, const IndexBatch& batch) {
    compute::BatchParts out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        MN_TRY(out.at(i),
               fetch_blob(at.node, at.peer, batch.sealed.at(i), audience_of(at.epoch.consortium)));
    }
    return out;
}

/// Whether the lifted parts are the batch that was named, for this consortium.
bool is_named_batch(const Lifting& at, const IndexBatch& batch, const compute::BatchParts& lifted) {
    const auto parsed = compute::LiftedBatch::parse(*at.node.ring, lifted);
    return parsed && codec::to_hex(parsed->id().view()) == batch.id &&
           parsed->profile() == at.epoch.consortium.profile &&
           parsed->session() == at.epoch.keys.session;
}

Result<PartHashes> lift(const Lifting& at, const IndexBatch& batch) {
    MN_TRY(const compute::LiftKey key, fetch_lift_key(at, batch.data_key));
    MN_TRY(const compute::BatchParts sealed, fetch_sealed(at, batch));
    const auto lifted = compute::lift_batch(*at.node.ring, key, sealed);
    if (!lifted || !is_named_batch(at, batch, *lifted)) {
        return refuse(at.node, {at.peer, "batch.form", batch.sealed.front()}, std::nullopt);
    }
    PartHashes out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        MN_TRY(out.at(i), at.node.blobs->keep(lifted->at(i), audience_of(at.epoch.consortium)));
    }
    return out;
}

/// Lifts a batch that was not lifted before. Errors   conflict: it was, from other bytes
Result<PartHashes> lift_once(const Lifting& at, IndexBatch batch) {
    IndexRows rows(*at.node.database);
    MN_TRY(const auto before, rows.find_lift(at.epoch.keys.session, at.peer, batch.id));
    if (before && (before->sealed != batch.sealed || before->data_key != batch.data_key)) {
        return fail(Kind::conflict, "compute.index: batch " + batch.id + " has other parts here");
    }
    if (before) {
        return before->lifted;
    }
    MN_TRY(batch.lifted, lift(at, batch));
    MN_DO(rows.insert_lift(at.epoch.keys.session, at.peer, batch));
    for (const Hash32& part : batch.sealed) {  // whoever wants to lift again asks the owner
        MN_DO(at.node.blobs->drop(part, consortium_audience_name(at.epoch.consortium.digest)));
    }
    return batch.lifted;
}

/// Newer than what is here, and of batches that were lifted here.
Result<void> check_index(NodeState& node, const IndexDocument& index) {
    IndexRows rows(*node.database);
    MN_TRY(const auto notes, rows.notes(index.owner, index.session));
    if (!notes.empty() && index.serial <= notes.front().serial &&
        index.digest != notes.front().digest) {
        return fail(Kind::conflict,
                    "index: serial " + std::to_string(index.serial) + " is not newer than " +
                        std::to_string(notes.front().serial));
    }
    for (const IndexBatch& batch : index.batches) {
        MN_TRY(const auto lifted, rows.find_lift(index.session, index.owner, batch.id));
        if (!lifted) {
            return fail(Kind::invalid, "index: batch " + batch.id + " was not lifted here");
        }
        if (*lifted != batch) {
            return fail(Kind::conflict,
                        "index: batch " + batch.id + " is not as it was lifted here");
        }
    }
    return {};
}

/// Lifted batches that neither the newest index nor the one before names any more: a job that began
/// before the newest came may still need them.
Result<void> drop_unnamed(NodeState& node, const Keyed& epoch, const std::string& owner) {
    IndexRows rows(*node.database);
    MN_TRY(const auto notes, rows.notes(owner, epoch.keys.session));
    std::set<std::string> named;
    for (std::size_t i = 0; i < notes.size() && i < 2; ++i) {
        for (const IndexBatch& batch : notes[i].batches) {
            named.insert(batch.id);
        }
    }
    MN_TRY(const auto lifts, rows.lifts(epoch.keys.session, owner));
    for (const IndexBatch& lift : lifts) {
        if (named.contains(lift.id)) {
            continue;
        }
        MN_DO(rows.delete_lift(epoch.keys.session, owner, lift.id));
        for (const Hash32& part : lift.lifted) {
            MN_DO(node.blobs->drop(part, consortium_audience_name(epoch.consortium.digest)));
        }
    }
    if (notes.size() > 2) {
        MN_DO(rows.delete_notes_before(owner, epoch.keys.session, notes[1].serial));
    }
    return {};
}

}  // namespace

Result<json::Value> compute_index(NodeState& node,
                                  const std::string& peer,
                                  const json::Value& body) {
    MN_TRY(const LiftCall call, parse_call(body));
    MN_TRY(const Keyed epoch, session_for(node, peer, call.session));
    MN_TRY(const ComputeDesk::Place place, node.desk->take_place());
    const Lifting at{node, peer, epoch, call};
    json::Array batches;
    for (const IndexBatch& batch : call.batches) {
        MN_TRY(const PartHashes lifted, lift_once(at, batch));
        json::Object one;
        one.set("id", batch.id);
        one.set("lifted", json_of_parts(lifted));
        batches.emplace_back(std::move(one));
    }
    json::Object out;
    out.set("batches", std::move(batches));
    return json::Value(std::move(out));
}

Result<json::Value> compute_publish(NodeState& node,
                                    const std::string& peer,
                                    const json::Value& body) {
    json::Reader reader(body, "compute.publish");
    MN_TRY(const std::string note, reader.string("index"));
    MN_DO(reader.finish());
    MN_TRY(const IndexDocument index, parse_index(note));
    if (index.owner != peer) {
        return fail(Kind::denied, "index: of another owner than who asks");
    }
    MN_TRY(const Card card, node.directory->card(peer));
    MN_DO(check_signature(index, card.identity));
    MN_TRY(const Keyed epoch, session_for(node, peer, index.session));
    if (index.consortium != epoch.consortium.digest || index.epoch != epoch.consortium.epoch) {
        return fail(Kind::denied, "index: of another consortium or epoch than its session");
    }
    MN_DO(check_index(node, index));
    MN_DO(IndexRows(*node.database).insert_note(index));
    MN_DO(drop_unnamed(node, epoch, peer));
    json::Object out;
    out.set("index", hex(index.digest));
    out.set("serial", index.serial);
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
