/// Operations on consortia: propose, sign, add, renew, end, status.
#include <algorithm>

#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/opening_budget.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::int64_t kOpeningsDefault = 16;

json::Value names_json(const std::vector<std::string>& names) {
    json::Array out;
    for (const std::string& name : names) {
        out.emplace_back(name);
    }
    return out;
}

Result<CardRef> card_ref(const NodeState& node, std::string_view name) {
    if (name == node.name()) {
        return CardRef{node.name(), node.directory->own().digest};
    }
    const auto card = node.directory->card(name);
    if (!card) {
        return fail_in("consortium: " + std::string(name), card.error());
    }
    return CardRef{card->name, card->digest};
}

/// The document of these institutions, signed by us.
Result<json::Value> propose(NodeState& node,
                            Consortium consortium,
                            std::vector<std::string> members,
                            const std::string& compute) {
    MN_TRY(const Clinic* const clinic, node.need_clinic());
    if (std::find(members.begin(), members.end(), node.name()) == members.end()) {
        members.push_back(node.name());
    }
    consortium.members.clear();
    for (const std::string& name : members) {
        MN_TRY(CardRef ref, card_ref(node, name));
        consortium.members.push_back(std::move(ref));
    }
    MN_TRY(consortium.compute, card_ref(node, compute));
    consortium.profile = clinic->profile.id();
    consortium.ring = node.ring->id();
    MN_TRY(const std::string text, write_consortium_text(consortium));
    MN_TRY(const std::string note,
           sign_consortium(crypto::make_signed_note(node.keys.identity, text), node.keys.identity));
    json::Object out;
    out.set("id", consortium.id);
    out.set("epoch", std::uint64_t{consortium.epoch});
    out.set("note", note);
    return json::Value(std::move(out));
}

/// The newest epoch on file of this consortium; of the only one when no id is given.
Result<ConsortiumRow> newest_epoch(const NodeState& node, const std::string& id) {
    MN_TRY(std::vector<ConsortiumRow> epochs, list_consortia(*node.database));
    if (!id.empty()) {
        std::erase_if(epochs, [&](const ConsortiumRow& one) { return one.consortium.id != id; });
    }
    if (epochs.empty()) {
        return fail(Kind::not_found, "consortium: none on file here");
    }
    if (epochs.front().consortium.id != epochs.back().consortium.id) {
        return fail(Kind::invalid, "consortium: more than one is on file; name it by its id");
    }
    return std::move(epochs.back());
}

Result<std::string> read_id(json::Reader& reader) {
    MN_TRY(std::string id, string_or(reader, "id", ""));
    if (!id.empty() && !is_document_id(id)) {
        return fail(Kind::invalid, reader.path() + ".id: not 32 hex digits");
    }
    return id;
}

/// One more than the newest epoch on file; 1 for a new consortium.
Result<std::uint32_t> next_epoch(const NodeState& node, const std::string& id) {
    if (id.empty()) {
        return 1U;
    }
    const auto newest = newest_epoch(node, id);
    if (!newest && newest.error().kind != Kind::not_found) {
        return tl::unexpected(newest.error());
    }
    return newest ? newest->consortium.epoch + 1 : 1U;
}

Result<json::Value> keep_consortium(NodeState& node,
                                    Journal::Run& run,
                                    const Consortium& consortium) {
    MN_TRY(const Logged logged, log_event(node, run, "recorded", [&]() -> Result<EventDraft> {
               return recorded_event(node, consortium);
           }));
    MN_DO(put_consortium(*node.database, consortium, ConsortiumState::proposed));
    json::Object out;
    out.set("id", consortium.id);
    out.set("epoch", std::uint64_t{consortium.epoch});
    out.set("consortium", hex(consortium.digest));
    out.set("leaf", logged.index);
    return json::Value(std::move(out));
}

json::Value members_json(const NodeState& node, const Consortium& consortium) {
    const auto signers = signers_of_note(consortium.note, identities_of(node, consortium));
    json::Array out;
    for (const CardRef& ref : consortium.members) {
        const auto on_file = card_ref(node, ref.name);
        json::Object one;
        one.set("name", ref.name);
        one.set("signed", std::find(signers.begin(), signers.end(), ref.name) != signers.end());
        one.set("card_current", on_file && *on_file == ref);
        out.emplace_back(std::move(one));
    }
    return out;
}

Result<json::Value> epoch_json(const NodeState& node, const ConsortiumRow& epoch) {
    const Consortium& of = epoch.consortium;
    json::Object out;
    out.set("consortium", hex(of.digest));
    out.set("id", of.id);
    out.set("epoch", std::uint64_t{of.epoch});
    out.set("state", name_of(epoch.state));
    out.set("compute", of.compute.name);
    out.set("members", members_json(node, of));
    out.set("from", to_rfc3339(of.period.from));
    out.set("until", to_rfc3339(of.period.until));
    if (epoch.keys) {
        out.set("session", hex(epoch.keys->session));
        out.set("public_key", hex(epoch.keys->public_key));
        out.set("evaluation_keys", hex(epoch.keys->evaluation_keys));
    }
    MN_TRY(const OpeningBudget::Use use,
           OpeningBudget(*node.database).use_of({of.digest, of.openings_max}));
    json::Object openings;
    openings.set("max", std::uint64_t{of.openings_max});
    openings.set("cases", use.cases);
    openings.set("most", use.most);
    openings.set("used_up", use.used_up);
    out.set("openings", std::move(openings));
    return json::Value(std::move(out));
}

Result<json::Value> end_once(NodeState& node, Journal::Run& run, const ConsortiumRow& epoch) {
    MN_DO(end_epoch(node, run, "ended", epoch.consortium.digest));
    json::Object out;
    out.set("id", epoch.consortium.id);
    out.set("epoch", std::uint64_t{epoch.consortium.epoch});
    out.set("consortium", hex(epoch.consortium.digest));
    return json::Value(std::move(out));
}

}  // namespace

Result<crypto::NoteVerifier> identity_of(const NodeState& node, std::string_view name) {
    if (name == node.name()) {
        return node.directory->own().identity;
    }
    return node.directory->card(name).map([](const Card& card) { return card.identity; });
}

std::vector<crypto::NoteVerifier> identities_of(const NodeState& node,
                                                const Consortium& consortium) {
    std::vector<crypto::NoteVerifier> out;
    for (const CardRef& ref : consortium.members) {
        if (auto key = identity_of(node, ref.name)) {
            out.push_back(*std::move(key));
        }
    }
    return out;
}

Result<ConsortiumRow> need_consortium(const NodeState& node, const Hash32& digest) {
    MN_TRY(auto row, find_consortium(*node.database, digest));
    if (!row) {
        return fail(Kind::not_found, "consortium: not on file here");
    }
    return *std::move(row);
}

Result<Consortium> with_known_signatures(const NodeState& node, Consortium given) {
    MN_TRY(const auto known, find_consortium(*node.database, given.digest));
    if (!known) {
        return given;
    }
    MN_TRY(const std::string merged, merge_notes(known->consortium.note, given.note));
    return parse_consortium(merged);
}

EventDraft recorded_event(const NodeState& node, const Consortium& consortium) {
    json::Object data;
    data.set("consortium", hex(consortium.digest));
    data.set("members", names_json(consortium.member_names()));
    return {EventKind::consortium_recorded, node.name(), std::nullopt, std::move(data)};
}

Result<void> end_epoch(NodeState& node,
                       Journal::Run& run,
                       const std::string& step,
                       const Hash32& digest) {
    MN_TRY([[maybe_unused]] const Logged logged,
           log_event(node, run, step, [&]() -> Result<EventDraft> {
               json::Object data;
               data.set("consortium", hex(digest));
               return EventDraft{
                   EventKind::consortium_ended, node.name(), std::nullopt, std::move(data)};
           }));
    MN_DO(SessionStore(*node.database).end(digest));
    MN_DO(drop_session_blobs(node, digest));
    return node.blobs->drop_audience(consortium_audience_name(digest));
}

Result<std::vector<Hash32>> earlier_epochs(const NodeState& node, const Consortium& consortium) {
    MN_TRY(const std::vector<ConsortiumRow> epochs, list_consortia(*node.database));
    std::vector<Hash32> out;
    for (const ConsortiumRow& one : epochs) {
        if (one.consortium.id == consortium.id && one.consortium.epoch < consortium.epoch &&
            one.state != ConsortiumState::ended) {
            out.push_back(one.consortium.digest);
        }
    }
    return out;
}

Result<json::Value> consortium_propose(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consortium.propose");
    Consortium consortium;
    MN_TRY(consortium.id, read_id(reader));
    MN_TRY(const std::vector<std::string> members, reader.strings("members"));
    MN_TRY(const std::string compute, reader.string("compute"));
    MN_TRY(const std::int64_t openings, integer_or(reader, "openings_max", kOpeningsDefault));
    MN_TRY(consortium.period, read_period(reader));
    MN_DO(reader.finish());
    if (openings < 1 || openings > std::int64_t{kOpeningsMax}) {
        return fail(Kind::invalid, "consortium.propose.openings_max: 1 to 128");
    }
    consortium.openings_max = static_cast<std::uint32_t>(openings);
    MN_TRY(consortium.epoch, next_epoch(node, consortium.id));
    if (consortium.id.empty()) {
        consortium.id = fresh_id(node.random);
    }
    return propose(node, std::move(consortium), members, compute);
}

Result<json::Value> consortium_renew(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consortium.renew");
    MN_TRY(const std::string id, read_id(reader));
    MN_TRY(const Period period, read_period(reader));
    MN_DO(reader.finish());
    MN_TRY(const ConsortiumRow newest, newest_epoch(node, id));
    Consortium next = newest.consortium;
    ++next.epoch;
    next.period = period;
    return propose(node, next, next.member_names(), next.compute.name);
}

Result<json::Value> consortium_sign(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consortium.sign");
    MN_TRY(const std::string note, reader.string("note"));
    MN_DO(reader.finish());
    MN_TRY(const Consortium consortium, parse_consortium(note));
    MN_TRY(const std::string signed_note, sign_consortium(note, node.keys.identity));
    json::Object out;
    out.set("id", consortium.id);
    out.set("epoch", std::uint64_t{consortium.epoch});
    out.set("note", signed_note);
    return json::Value(std::move(out));
}

Result<json::Value> consortium_add(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consortium.add");
    MN_TRY(const std::string note, reader.string("note"));
    MN_DO(reader.finish());
    MN_TRY(Consortium given, parse_consortium(note));
    MN_TRY(const Consortium consortium, with_known_signatures(node, std::move(given)));
    const auto signers = signers_of_note(consortium.note, identities_of(node, consortium));
    if (std::find(signers.begin(), signers.end(), node.name()) == signers.end()) {
        return fail(Kind::denied,
                    "consortium " + consortium.id +
                        ": not signed by this institution, or a known signature is false");
    }
    const Act act{.kind = "consortium.add",
                  .key = hex(crypto::sha256(bytes_of(consortium.note))),
                  .input = consortium.note};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return keep_consortium(node, run, consortium);
    }));
    json::Value out = outcome.value;
    out.as_object()->set("status", outcome.is_repeat ? "existing" : "recorded");
    out.as_object()->set("signed_by", names_json(signers));
    return out;
}

Result<json::Value> consortium_end(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consortium.end");
    MN_TRY(const std::string id, read_id(reader));
    MN_DO(reader.finish());
    MN_TRY(const ConsortiumRow epoch, newest_epoch(node, id));
    const Act act{.kind = "consortium.end",
                  .key = hex(epoch.consortium.digest),
                  .input = arguments,
                  .when_done = WhenDone::give_stored,
                  .identity = hex(epoch.consortium.digest)};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return end_once(node, run, epoch);
    }));
    json::Value out = outcome.value;
    out.as_object()->set("status", outcome.is_repeat ? "existing" : "ended");
    return out;
}

Result<json::Value> consortium_status(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "consortium.status").finish());
    MN_TRY(const std::vector<ConsortiumRow> epochs, list_consortia(*node.database));
    json::Array list;
    for (const ConsortiumRow& one : epochs) {
        MN_TRY(json::Value entry, epoch_json(node, one));
        list.push_back(std::move(entry));
    }
    json::Object out;
    out.set("consortia", std::move(list));
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
