#include "mednexus/service/internal/index_sync.hpp"

#include <algorithm>
#include <set>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/compute_desk.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/part_list.hpp"

namespace mednexus::service::internal {

namespace {

/// The cases of a batch, one vector for each slot up to the last that holds one; a slot that was
/// emptied holds the zero vector.
Result<std::vector<compute::Vector>> vectors_of(const std::vector<SealedSlot>& slots,
                                                const Hash32& profile,
                                                std::uint32_t dimensions) {
    std::vector<compute::Vector> out;
    for (const SealedSlot& one : slots) {
        while (out.size() < one.slot) {
            MN_TRY(compute::Vector empty,
                   compute::Vector::make(profile, std::vector<std::int8_t>(dimensions)));
            out.push_back(std::move(empty));
        }
        MN_TRY(compute::Vector vector, compute::Vector::make(profile, one.vector));
        out.push_back(std::move(vector));
    }
    return out;
}

/// Lifting follows sealing; a batch that is not sealed yet is a mistake of ours.
Result<PartHashes> sealed_parts_of(const BatchRow& batch) {
    if (!batch.sealed) {
        return fail(Kind::internal, "index.sync: batch " + batch.id + " is not sealed");
    }
    return *batch.sealed;
}

Result<json::Value> json_of(const BatchRow& batch) {
    MN_TRY(const PartHashes sealed, sealed_parts_of(batch));
    json::Object out;
    out.set("data_key", hex(batch.data_key));
    out.set("id", batch.id);
    out.set("sealed", json_of_parts(sealed));
    return json::Value(std::move(out));
}

/// What the computing node says that it lifted, in the order in which it was asked.
Result<std::vector<PartHashes>> parse_lifted(const json::Value& answer,
                                             std::span<const BatchRow> asked) {
    json::Reader reader(answer, "compute.index");
    MN_TRY(const json::Array* list, reader.array("batches"));
    MN_DO(reader.finish());
    if (list->size() != asked.size()) {
        return fail(Kind::invalid, "compute.index: the answer has another number of batches");
    }
    std::vector<PartHashes> out;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        json::Reader one((*list)[i], "compute.index.batches");
        MN_TRY(const std::string id, one.string("id"));
        MN_TRY(const PartHashes lifted, read_part_list(one, "lifted"));
        MN_DO(one.finish());
        if (id != asked[i].id) {
            return fail(Kind::invalid, "compute.index: the answer is about another batch");
        }
        out.push_back(lifted);
    }
    return out;
}

const Hash32& first_difference(const PartHashes& ours, const PartHashes& theirs) {
    const auto at = std::mismatch(theirs.begin(), theirs.end(), ours.begin()).first;
    return at == theirs.end() ? theirs.front() : *at;
}

bool is_same_content(const IndexDocument& a, const IndexDocument& b) {
    return a.batches == b.batches && a.lift_keys == b.lift_keys;
}

}  // namespace

Audience own_audience(std::string_view consortium_id) {
    return {.name = "index/" + std::string(consortium_id), .readers = {}};
}

Result<IndexState> read_index_state(NodeState& node, const Consortium& consortium) {
    const IndexRows rows(*node.database);
    IndexState out;
    MN_TRY(out.batches, rows.batches(consortium.id));
    MN_TRY(out.data_keys, rows.data_keys(consortium.id));
    MN_TRY(out.without_slot, rows.cases_without_slot(consortium.id, consortium.profile));
    return out;
}

Result<json::Value> IndexSync::perform() {
    MN_DO(plan());
    MN_DO(seal_new());
    MN_DO(lift_all());
    MN_TRY(const IndexDocument index, next_index());
    MN_DO(publish(index));
    MN_TRY([[maybe_unused]] const json::Value done, run_.step("retired", [&] { return retire(); }));
    json::Object out;
    out.set("batches", std::uint64_t{index.batches.size()});
    out.set("index", hex(index.digest));
    out.set("serial", index.serial);
    return json::Value(std::move(out));
}

/// Repeated after a crash it plans from what is there then: what an earlier plan left unsealed
/// goes.
Result<void> IndexSync::plan() {
    MN_TRY([[maybe_unused]] const json::Value kept, run_.step("plan", [&]() -> Result<json::Value> {
        MN_TRY(const IndexState state, read_index_state(node_, epoch_.consortium));
        if (is_dirty(state)) {
            MN_TRY(const IndexPlan made,
                   plan_index(
                       state,
                       node_.ring->slots(),
                       [&](const std::string& batch) { return rows_.slots(batch); },
                       node_.random));
            MN_DO(rows_.apply(epoch_.consortium.id, made));
        }
        return json::Value(true);
    }));
    return {};
}

Result<void> IndexSync::seal_new() {
    MN_TRY(const std::vector<BatchRow> batches, live());
    for (const BatchRow& batch : batches) {
        if (!batch.sealed) {
            MN_TRY([[maybe_unused]] const json::Value kept,
                   run_.step("sealed." + batch.id, [&] { return seal(batch); }));
        }
    }
    return {};
}

/// The same bytes each time: one id never seals two contents, because an erasure that changes what
/// the batch holds marks its data key, and then this batch is not sealed any more.
Result<json::Value> IndexSync::seal(const BatchRow& batch) {
    MN_TRY(const std::vector<SealedSlot> slots, rows_.vectors(batch.id));
    MN_TRY(const bool is_overtaken, rows_.is_to_rewrite(batch.data_key));
    if (is_overtaken) {
        return fail(Kind::conflict, "index.sync: a case was erased meanwhile; ask again");
    }
    MN_TRY(const std::vector<compute::Vector> vectors,
           vectors_of(slots, epoch_.consortium.profile, node_.ring->options().dimensions));
    MN_TRY(const Secret<32> seed, rows_.seed_of(batch.data_key));
    MN_TRY(const compute::BatchId id, codec::parse_hex_as<compute::BatchId>(batch.id));
    MN_TRY(const compute::BatchParts parts,
           compute::seal_batch(*node_.ring, seed, id, epoch_.consortium.profile, vectors));
    PartHashes hashes;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        MN_TRY(hashes.at(i), node_.blobs->keep(parts.at(i), own_audience(epoch_.consortium.id)));
    }
    MN_DO(rows_.set_sealed(batch.id, hashes));
    return json_of_parts(hashes);
}

Result<void> IndexSync::lift_all() {
    MN_TRY(std::vector<BatchRow> waiting, live());
    std::erase_if(waiting, [&](const BatchRow& batch) {
        return batch.lifted && batch.session == epoch_.keys.session;
    });
    for (std::size_t from = 0; from < waiting.size(); from += kLiftsPerCallMax) {
        const auto part = std::span<const BatchRow>(waiting).subspan(
            from, std::min(kLiftsPerCallMax, waiting.size() - from));
        MN_TRY([[maybe_unused]] const json::Value kept,
               run_.step("lifted." + part.front().id, [&] { return lift(part); }));
    }
    return {};
}

Result<json::Value> IndexSync::lift(std::span<const BatchRow> batches) {
    const Audience audience = audience_of(epoch_.consortium);
    std::vector<PartHashes> ours;
    for (const BatchRow& batch : batches) {
        MN_TRY(const PartHashes sealed, sealed_parts_of(batch));
        for (const Hash32& part : sealed) {
            MN_DO(node_.blobs->show(part, audience));
        }
        MN_TRY(const PartHashes lifted, lift_here(batch));
        ours.push_back(lifted);
    }
    MN_TRY(const json::Value answer, ask_to_lift(batches));
    MN_TRY(const std::vector<PartHashes> theirs, parse_lifted(answer, batches));
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (ours[i] != theirs[i]) {
            return refuse(node_,
                          {epoch_.consortium.compute.name,
                           "lift.differs",
                           first_difference(ours[i], theirs[i])},
                          std::nullopt);
        }
    }
    for (std::size_t i = 0; i < ours.size(); ++i) {
        MN_DO(rows_.set_lifted(batches[i].id, ours[i], epoch_.keys.session));
    }
    return json::Value(true);
}

Result<PartHashes> IndexSync::lift_here(const BatchRow& batch) {
    MN_TRY(const LiftKeyBlob* const key, lift_key_of(batch.data_key));
    MN_TRY(const PartHashes hashes, sealed_parts_of(batch));
    MN_TRY(const compute::BatchParts sealed, read_parts(*node_.blobs, hashes));
    MN_TRY(const compute::BatchParts lifted, compute::lift_batch(*node_.ring, key->key, sealed));
    return hashes_of_parts(lifted);
}

Result<json::Value> IndexSync::ask_to_lift(std::span<const BatchRow> batches) {
    json::Array list;
    std::map<Hash32, Hash32> keys;
    for (const BatchRow& batch : batches) {
        MN_TRY(const LiftKeyBlob* const key, lift_key_of(batch.data_key));
        keys[batch.data_key] = key->blob;
        MN_TRY(json::Value one, json_of(batch));
        list.push_back(std::move(one));
    }
    json::Array lift_keys;
    for (const auto& [data_key, blob] : keys) {
        json::Object one;
        one.set("blob", hex(blob));
        one.set("data_key", hex(data_key));
        lift_keys.emplace_back(std::move(one));
    }
    json::Object body;
    body.set("batches", std::move(list));
    body.set("lift_keys", std::move(lift_keys));
    body.set("session", hex(epoch_.keys.session));
    return call("compute.index", json::Value(std::move(body)));
}

/// The newest one again when nothing changed, else one more. Kept before anybody sees it.
Result<IndexDocument> IndexSync::next_index() {
    MN_TRY(const json::Value kept, run_.step("index", [&]() -> Result<json::Value> {
        IndexDocument next;
        next.consortium = epoch_.consortium.digest;
        next.epoch = epoch_.consortium.epoch;
        next.owner = node_.name();
        next.session = epoch_.keys.session;
        MN_TRY(const std::vector<BatchRow> batches, live());
        std::set<Hash32> data_keys;
        for (const BatchRow& batch : batches) {
            MN_TRY(const PartHashes sealed, sealed_parts_of(batch));
            if (!batch.lifted) {
                return fail(Kind::internal, "index.sync: batch " + batch.id + " is not lifted");
            }
            next.batches.push_back({batch.id, batch.data_key, sealed, *batch.lifted});
            data_keys.insert(batch.data_key);
        }
        for (const Hash32& data_key : data_keys) {
            MN_TRY(const LiftKeyBlob* const key, lift_key_of(data_key));
            next.lift_keys.push_back({data_key, key->blob});
        }
        MN_TRY(const auto notes, rows_.notes(node_.name(), epoch_.keys.session));
        if (!notes.empty() && is_same_content(notes.front(), next)) {
            return json::Value(notes.front().note);
        }
        next.serial = notes.empty() ? 1 : notes.front().serial + 1;
        MN_TRY(const std::string note, make_index(next, node_.keys.identity));
        return json::Value(note);
    }));
    return parse_index(*kept.as_string());
}

Result<void> IndexSync::publish(const IndexDocument& index) {
    MN_TRY(const auto notes, rows_.notes(node_.name(), epoch_.keys.session));
    if (notes.empty() || notes.front().digest != index.digest) {
        MN_TRY([[maybe_unused]] const Logged logged,
               log_event(node_, run_, "logged", [&]() -> Result<EventDraft> {
                   json::Object data;
                   data.set("index", hex(index.digest));
                   data.set("serial", index.serial);
                   return EventDraft{
                       EventKind::index_published, node_.name(), std::nullopt, std::move(data)};
               }));
    }
    MN_TRY([[maybe_unused]] const json::Value kept,
           run_.step("published", [&]() -> Result<json::Value> {
               json::Object body;
               body.set("index", index.note);
               MN_TRY([[maybe_unused]] const json::Value answer,
                      call("compute.publish", json::Value(std::move(body))));
               MN_DO(rows_.insert_note(index));
               return json::Value(true);
           }));
    return {};
}

/// Batches that this index and the one before do not name; at once those of a data key that is to
/// be rewritten, and the key. Blobs first: a row that is still there after a crash finds them
/// again.
Result<json::Value> IndexSync::retire() {
    const std::string& id = epoch_.consortium.id;
    MN_TRY(const auto notes, rows_.notes(node_.name(), epoch_.keys.session));
    std::set<std::string> before;
    for (std::size_t i = 1; i < notes.size() && i < 2; ++i) {
        for (const IndexBatch& batch : notes[i].batches) {
            before.insert(batch.id);
        }
    }
    MN_TRY(const std::vector<BatchRow> batches, rows_.batches(id));
    std::vector<std::string> gone;
    for (const BatchRow& batch : batches) {
        MN_TRY(const bool is_to_rewrite, rows_.is_to_rewrite(batch.data_key));
        if (batch.is_live || (before.contains(batch.id) && !is_to_rewrite)) {
            continue;
        }
        for (const Hash32& part : batch.sealed.value_or(PartHashes{})) {
            MN_DO(node_.blobs->drop(part, own_audience(id).name));
            MN_DO(node_.blobs->drop(part, consortium_audience_name(epoch_.consortium.digest)));
        }
        gone.push_back(batch.id);
    }
    MN_TRY([[maybe_unused]] const auto keys, rows_.retire(id, gone));
    if (notes.size() > 2) {
        MN_DO(rows_.delete_notes_before(node_.name(), epoch_.keys.session, notes[1].serial));
    }
    return json::Value(true);
}

Result<std::vector<BatchRow>> IndexSync::live() const {
    MN_TRY(std::vector<BatchRow> out, rows_.batches(epoch_.consortium.id));
    std::erase_if(out, [](const BatchRow& batch) { return !batch.is_live; });
    return out;
}

/// In the newest index of this session: given before, under a decision of its own.
Result<std::optional<Hash32>> IndexSync::published_lift_key(const Hash32& data_key) const {
    MN_TRY(const auto notes, rows_.notes(node_.name(), epoch_.keys.session));
    if (notes.empty()) {
        return std::nullopt;
    }
    const auto& given = notes.front().lift_keys;
    const auto at = std::find_if(given.begin(), given.end(), [&](const IndexLiftKey& one) {
        return one.data_key == data_key;
    });
    return at == given.end() ? std::nullopt : std::optional(at->blob);
}

/// One decision for all lift keys that this index gives for the first time.
Result<const Release*> IndexSync::release() {
    if (!release_) {
        MN_TRY(Release made, release_for_lift_key(node_, run_, "lift_key", epoch_.consortium));
        release_.emplace(std::move(made));
    }
    return &*release_;
}

/// With it and all shares the batches under this data key can be opened: so it moves a key.
Result<Hash32> IndexSync::give_lift_key(const Release& release, const Hash32& data_key) {
    MN_DO(release.permits(ReleaseKind::lift_key, epoch_.consortium.digest));
    MN_TRY(const compute::PublicKey* const collective, public_key());
    MN_TRY(const Secret<32> seed, rows_.seed_of(data_key));
    return node_.blobs->keep(compute::make_lift_key(*node_.ring, seed, *collective),
                             audience_of(epoch_.consortium));
}

Result<const IndexSync::LiftKeyBlob*> IndexSync::lift_key_of(const Hash32& data_key) {
    if (const auto at = lift_keys_.find(data_key); at != lift_keys_.end()) {
        return &at->second;
    }
    MN_TRY(std::optional<Hash32> blob, published_lift_key(data_key));
    if (!blob) {
        MN_TRY(const Release* const permission, release());
        MN_TRY(blob, give_lift_key(*permission, data_key));
    }
    MN_TRY(const Bytes raw, node_.blobs->get(*blob));
    MN_TRY(compute::LiftKey key, compute::LiftKey::parse(*node_.ring, raw));
    return &lift_keys_.emplace(data_key, LiftKeyBlob{std::move(key), *blob}).first->second;
}

Result<const compute::PublicKey*> IndexSync::public_key() {
    if (!public_key_) {
        MN_TRY(const Bytes raw,
               fetch_blob(node_,
                          epoch_.consortium.compute.name,
                          epoch_.keys.public_key,
                          audience_of(epoch_.consortium)));
        MN_TRY(public_key_, compute::PublicKey::parse(*node_.ring, raw));
        if (public_key_->session() != epoch_.keys.session) {
            return fail(Kind::corrupt, "index.sync: the public key is of another session");
        }
    }
    return &*public_key_;
}

Result<json::Value> IndexSync::call(std::string_view operation, const json::Value& body) {
    MN_TRY(const Card card, node_.directory->card(epoch_.consortium.compute.name));
    if (card.digest != epoch_.consortium.compute.card) {
        return fail(Kind::denied,
                    "index.sync: the card of the computing node on file is not the one named");
    }
    return node_.peers.call({card.name, card.endpoint, card.tls_pin}, operation, body);
}

}  // namespace mednexus::service::internal
