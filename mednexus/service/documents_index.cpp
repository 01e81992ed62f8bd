/// Encrypted indexes, and what was computed on them.
#include "mednexus/service/documents_index.hpp"

#include <algorithm>
#include <set>

#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/merkle/merkle.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/internal/part_list.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::uint64_t kSerialMax = (1ULL << 53U) - 1;

json::Value json_of(const IndexBatch& batch) {
    json::Object out;
    out.set("data_key", hex(batch.data_key));
    out.set("id", batch.id);
    out.set("lifted", json_of_parts(batch.lifted));
    out.set("sealed", json_of_parts(batch.sealed));
    return out;
}

json::Value json_of(const IndexLiftKey& key) {
    json::Object out;
    out.set("blob", hex(key.blob));
    out.set("data_key", hex(key.data_key));
    return out;
}

json::Value json_of(const OwnedIndex& one) {
    json::Object out;
    out.set("index", hex(one.index));
    out.set("owner", one.owner);
    return out;
}

Result<std::uint64_t> read_from_one(json::Reader& reader, std::string_view key, std::uint64_t max) {
    MN_TRY(const std::uint64_t number, read_count(reader, key, max));
    if (number == 0) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": begins at 1");
    }
    return number;
}

Result<const json::Array*> read_array(json::Reader& reader,
                                      std::string_view key,
                                      std::size_t count_max) {
    MN_TRY(const json::Array* list, reader.array(key));
    if (list->size() > count_max) {
        return fail(
            Kind::invalid,
            reader.path() + "." + std::string(key) + ": more than " + std::to_string(count_max));
    }
    return list;
}

Result<IndexBatch> read_batch(const json::Value& value) {
    json::Reader reader(value, "index.batches");
    IndexBatch out;
    MN_TRY(out.data_key, read_hash(reader, "data_key"));
    MN_TRY(out.id, read_checked(reader, "id", &is_document_id));
    MN_TRY(out.lifted, read_part_list(reader, "lifted"));
    MN_TRY(out.sealed, read_part_list(reader, "sealed"));
    MN_DO(reader.finish());
    return out;
}

Result<IndexLiftKey> read_lift_key(const json::Value& value) {
    json::Reader reader(value, "index.lift_keys");
    IndexLiftKey out;
    MN_TRY(out.blob, read_hash(reader, "blob"));
    MN_TRY(out.data_key, read_hash(reader, "data_key"));
    MN_DO(reader.finish());
    return out;
}

/// Every batch once, and exactly the lift keys that they need.
Result<void> check_whole(const IndexDocument& index) {
    std::set<std::string> ids;
    std::set<Hash32> used;
    for (const IndexBatch& batch : index.batches) {
        used.insert(batch.data_key);
        if (!ids.insert(batch.id).second) {
            return fail(Kind::invalid, "index.batches: a batch stands twice");
        }
    }
    std::vector<Hash32> keys;
    keys.reserve(index.lift_keys.size());
    for (const IndexLiftKey& key : index.lift_keys) {
        keys.push_back(key.data_key);
    }
    if (!std::equal(keys.begin(), keys.end(), used.begin(), used.end())) {
        return fail(Kind::invalid,
                    "index.lift_keys: not those of the data keys in use, sorted, each once");
    }
    return {};
}

Result<IndexDocument> read_index(const json::Value& body) {
    json::Reader reader(body, "index");
    IndexDocument out;
    MN_TRY(const json::Array* batches, read_array(reader, "batches", kIndexBatchesMax));
    for (const json::Value& one : *batches) {
        MN_TRY(IndexBatch batch, read_batch(one));
        out.batches.push_back(std::move(batch));
    }
    MN_TRY(out.consortium, read_hash(reader, "consortium"));
    MN_TRY(const std::uint64_t epoch, read_from_one(reader, "epoch", kEpochMax));
    out.epoch = static_cast<std::uint32_t>(epoch);
    MN_TRY(const json::Array* keys, read_array(reader, "lift_keys", kIndexBatchesMax));
    for (const json::Value& one : *keys) {
        MN_TRY(const IndexLiftKey key, read_lift_key(one));
        out.lift_keys.push_back(key);
    }
    MN_TRY(out.owner, read_checked(reader, "owner", &is_institution_name));
    MN_TRY(out.serial, read_from_one(reader, "serial", kSerialMax));
    MN_TRY(out.session, read_hash(reader, "session"));
    MN_DO(reader.finish());
    MN_DO(check_whole(out));
    return out;
}

Result<OwnedIndex> read_owned(const json::Value& value) {
    json::Reader reader(value, "outputs.indexes");
    OwnedIndex out;
    MN_TRY(out.index, read_hash(reader, "index"));
    MN_TRY(out.owner, read_checked(reader, "owner", &is_institution_name));
    MN_DO(reader.finish());
    return out;
}

Result<OutputsDocument> read_outputs(const json::Value& body) {
    json::Reader reader(body, "outputs");
    OutputsDocument out;
    MN_TRY(out.compute, read_checked(reader, "compute", &is_institution_name));
    MN_TRY(const json::Array* indexes, read_array(reader, "indexes", kMembersMax));
    for (const json::Value& one : *indexes) {
        MN_TRY(OwnedIndex owned, read_owned(one));
        if (!out.indexes.empty() && out.indexes.back().owner >= owned.owner) {
            return fail(Kind::invalid, "outputs.indexes: not sorted by owner, or one stands twice");
        }
        out.indexes.push_back(std::move(owned));
    }
    MN_TRY(out.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.query, read_hash(reader, "query"));
    MN_TRY(out.session, read_hash(reader, "session"));
    MN_TRY(out.sums, read_hashes(reader, "sums", kSumsMax));
    MN_DO(reader.finish());
    if (out.indexes.empty()) {
        return fail(Kind::invalid, "outputs.indexes: is empty");
    }
    return out;
}

Result<void> check_one_signature(std::string_view note,
                                 std::string_view name,
                                 const crypto::NoteVerifier& key,
                                 std::string_view what) {
    if (key.name != name) {
        return fail(Kind::denied, std::string(what) + ": another institution's key");
    }
    MN_TRY(const codec::Note parsed, codec::parse_note(note));
    if (parsed.signatures.size() != 1) {
        return fail(Kind::denied, std::string(what) + ": not signed once");
    }
    return signed_by_all(parsed, std::span(&key, 1), what);
}

}  // namespace

Result<std::string> write_index_text(IndexDocument index) {
    std::sort(index.lift_keys.begin(),
              index.lift_keys.end(),
              [](const IndexLiftKey& a, const IndexLiftKey& b) { return a.data_key < b.data_key; });
    json::Array batches;
    for (const IndexBatch& one : index.batches) {
        batches.push_back(json_of(one));
    }
    json::Array lift_keys;
    for (const IndexLiftKey& one : index.lift_keys) {
        lift_keys.push_back(json_of(one));
    }
    json::Object body;
    body.set("batches", std::move(batches));
    body.set("consortium", hex(index.consortium));
    body.set("epoch", std::uint64_t{index.epoch});
    body.set("lift_keys", std::move(lift_keys));
    body.set("owner", index.owner);
    body.set("serial", index.serial);
    body.set("session", hex(index.session));
    const json::Value value(std::move(body));
    MN_TRY([[maybe_unused]] const IndexDocument checked, read_index(value));
    return write_document_text("index", value);
}

Result<std::string> make_index(IndexDocument index, const crypto::NoteSigner& owner) {
    MN_TRY(const std::string text, write_index_text(std::move(index)));
    std::string note = crypto::make_signed_note(owner, text);
    MN_TRY([[maybe_unused]] const IndexDocument checked, parse_index(note));  // not too long
    return note;
}

Result<IndexDocument> parse_index(std::string_view note) {
    MN_TRY(const Document document, parse_document(note, "index", kIndexSizeBytesMax));
    MN_TRY(IndexDocument out, read_index(document.body));
    out.digest = document.digest;
    out.note = note;
    return out;
}

Result<void> check_signature(const IndexDocument& index, const crypto::NoteVerifier& owner) {
    return check_one_signature(index.note, index.owner, owner, "index");
}

Result<std::string> write_outputs_text(const OutputsDocument& outputs) {
    json::Array indexes;
    for (const OwnedIndex& one : outputs.indexes) {
        indexes.push_back(json_of(one));
    }
    json::Object body;
    body.set("compute", outputs.compute);
    body.set("indexes", std::move(indexes));
    body.set("job", outputs.job);
    body.set("query", hex(outputs.query));
    body.set("session", hex(outputs.session));
    body.set("sums", hashes_of(outputs.sums));
    const json::Value value(std::move(body));
    MN_TRY([[maybe_unused]] const OutputsDocument checked, read_outputs(value));
    return write_document_text("outputs", value);
}

Result<std::string> make_outputs(const OutputsDocument& outputs,
                                 const crypto::NoteSigner& compute) {
    MN_TRY(const std::string text, write_outputs_text(outputs));
    std::string note = crypto::make_signed_note(compute, text);
    MN_TRY([[maybe_unused]] const OutputsDocument checked, parse_outputs(note));  // not too long
    return note;
}

Result<OutputsDocument> parse_outputs(std::string_view note) {
    MN_TRY(const Document document, parse_document(note, "outputs", kIndexSizeBytesMax));
    MN_TRY(OutputsDocument out, read_outputs(document.body));
    out.digest = document.digest;
    out.note = note;
    return out;
}

Result<void> check_signature(const OutputsDocument& outputs, const crypto::NoteVerifier& compute) {
    return check_one_signature(outputs.note, outputs.compute, compute, "outputs");
}

Hash32 data_root_of(std::span<const OwnedIndex> indexes) {
    std::vector<Hash32> leaves;
    leaves.reserve(indexes.size());
    for (const OwnedIndex& one : indexes) {
        leaves.push_back(ledger::kRfc6962.leaf(one.index.view()));
    }
    return merkle::root_of(ledger::kRfc6962, leaves);
}

}  // namespace mednexus::service
