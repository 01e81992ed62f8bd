/// The bodies of the peer operation "match".
#include "mednexus/codec/base64.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

namespace {

std::string write_leaves(const std::vector<Hash32>& leaves) {
    Bytes raw;
    raw.reserve(leaves.size() * Hash32::kSizeBytes);
    for (const Hash32& leaf : leaves) {
        append(raw, leaf.view());
    }
    return codec::to_base64(raw);
}

Result<std::vector<Hash32>> parse_leaves(const std::string& text) {
    MN_TRY(const Bytes raw, codec::parse_base64(text));
    if (raw.size() % Hash32::kSizeBytes != 0) {
        return fail(Kind::invalid, "match.slots.leaves: not whole hashes");
    }
    std::vector<Hash32> out;
    out.reserve(raw.size() / Hash32::kSizeBytes);
    for (BytesView rest = raw; !rest.empty(); rest = rest.subspan(Hash32::kSizeBytes)) {
        MN_TRY(const Hash32 leaf, Hash32::from(rest.first(Hash32::kSizeBytes)));
        out.push_back(leaf);
    }
    return out;
}

json::Value write_slots(const PeerAnswer& answer) {
    json::Array permitted;
    for (const SlotRecord& record : answer.permitted) {
        permitted.push_back(to_json(record));
    }
    json::Object out;
    out.set("leaves", write_leaves(answer.leaves));
    out.set("permitted", std::move(permitted));
    return json::Value(std::move(out));
}

Result<void> read_slots(PeerAnswer& out, const json::Value& value) {
    json::Reader reader(value, "match.slots");
    MN_TRY(const std::string leaves, reader.string("leaves"));
    MN_TRY(out.leaves, parse_leaves(leaves));
    MN_TRY(out.permitted, read_array(reader, "permitted", kSlotsMax, &parse_slot_record));
    return reader.finish();
}

}  // namespace

json::Value write_match_call(const MatchCall& call) {
    json::Object out;
    out.set("request", call.request.note);
    out.set("outputs", call.outputs);
    out.set("indexes", texts_of(call.indexes));
    out.set("evidence", write_evidence(call.registered));
    return json::Value(std::move(out));
}

Result<MatchCall> parse_match_call(const json::Value& body) {
    json::Reader reader(body, "match");
    MatchCall out;
    MN_TRY(const std::string note, reader.string("request"));
    MN_TRY(out.outputs, reader.string("outputs"));
    MN_TRY(out.indexes, reader.strings("indexes"));
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_DO(reader.finish());
    MN_TRY(out.request, parse_request(note));
    MN_TRY(out.registered, parse_evidence(*evidence));
    if (out.request.request.kind != ReleaseKind::opening_share) {
        return fail(Kind::invalid, "match: the request is of another kind");
    }
    return out;
}

json::Value write_peer_answer(const PeerAnswer& answer) {
    json::Object out;
    out.set("answer", to_json(answer.answer));
    out.set("evidence", write_evidence(answer.evidence));
    out.set("slots", write_slots(answer));
    return json::Value(std::move(out));
}

Result<PeerAnswer> parse_peer_answer(const json::Value& value) {
    json::Reader reader(value, "match");
    PeerAnswer out;
    MN_TRY(const json::Value* answer, reader.object("answer"));
    MN_TRY(const json::Value* evidence, reader.object("evidence"));
    MN_TRY(const json::Value* slots, reader.object("slots"));
    MN_DO(reader.finish());
    MN_TRY(out.answer, parse_answer(*answer));
    MN_TRY(out.evidence, parse_evidence(*evidence));
    MN_DO(read_slots(out, *slots));
    return out;
}

}  // namespace mednexus::service::internal
