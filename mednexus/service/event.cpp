#include "mednexus/service/event.hpp"

#include <algorithm>
#include <array>

#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::string_view kType = "mednexus/event/v1";

constexpr std::array<std::string_view, 21> kKindNames{
    "home.created",   "peer.recorded",       "agreement.recorded", "case.deposited",
    "case.erased",    "consent.recorded",    "consent.revoked",    "decision",
    "plaintext.read", "share.released",      "share.received",     "match.requested",
    "match.answered", "match.result",        "match.scored",       "index.published",
    "refused",        "consortium.recorded", "consortium.keyed",   "consortium.ended",
    "log.dispersed"};

json::Object json_of(const Event& event) {
    json::Object out;
    out.set("type", kType);
    out.set("id", event.id);
    out.set("time", to_rfc3339(event.time));
    out.set("kind", name_of(event.kind));
    out.set("actor", event.actor);
    if (event.job) {
        out.set("job", *event.job);
    }
    out.set("data", event.data);
    return out;
}

Result<Event> read_event(const json::Value& value) {
    json::Reader reader(value, "event");
    MN_DO(expect_text(reader, "type", kType));
    Event out;
    MN_TRY(out.id, read_checked(reader, "id", &is_document_id));
    MN_TRY(out.time, read_time(reader, "time"));
    MN_TRY(const std::string kind, reader.string("kind"));
    MN_TRY(out.kind, parse_event_kind(kind));
    MN_TRY(out.actor, read_checked(reader, "actor", &is_institution_name));
    if (reader.optional("job") != nullptr) {
        MN_TRY(out.job, read_checked(reader, "job", &is_document_id));
    }
    MN_TRY(const json::Value* data, reader.object("data"));
    out.data = *data->as_object();
    MN_DO(reader.finish());
    return out;
}

}  // namespace

std::string_view name_of(EventKind kind) noexcept {
    return kKindNames.at(static_cast<std::size_t>(kind));
}

Result<EventKind> parse_event_kind(std::string_view name) {
    const auto* found = std::find(kKindNames.begin(), kKindNames.end(), name);
    if (found == kKindNames.end()) {
        return fail(Kind::invalid, "event: a kind that does not exist");
    }
    return static_cast<EventKind>(found - kKindNames.begin());
}

Result<Bytes> write_event(const Event& event) {
    const json::Value value(json_of(event));
    MN_TRY(const Event checked, read_event(value));
    Bytes leaf = to_bytes(json::write_canonical(value));
    if (leaf.size() > kEventSizeBytesMax) {
        return fail(Kind::invalid, "event: more than 65535 bytes");
    }
    return leaf;
}

Result<Event> parse_event(BytesView leaf) {
    if (leaf.size() > kEventSizeBytesMax) {
        return fail(Kind::invalid, "event: more than 65535 bytes");
    }
    MN_TRY(const json::Value value, json::parse(text_of(leaf)));
    MN_TRY(Event event, read_event(value));
    if (json::write_canonical(value) != text_of(leaf)) {
        return fail(Kind::invalid, "event: not canonical");
    }
    return event;
}

}  // namespace mednexus::service
