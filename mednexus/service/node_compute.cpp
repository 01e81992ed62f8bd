/// compute.epoch: a computing node takes the keys of a consortium that names it.
#include <algorithm>

#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/compute_desk.hpp"
#include "mednexus/service/internal/index_rows.hpp"
#include "mednexus/service/internal/node_index.hpp"

namespace mednexus::service::internal {

namespace {

/// The identity keys of all members, from cards on file that are the ones the document names.
Result<std::vector<crypto::NoteVerifier>> keys_of_members(const NodeState& node,
                                                          const Consortium& consortium) {
    std::vector<crypto::NoteVerifier> out;
    for (const CardRef& member : consortium.members) {
        const auto card = node.directory->card(member.name);
        if (!card || card->digest != member.card) {
            return fail(Kind::denied,
                        "consortium: the card of " + member.name + " on file is not the one named");
        }
        out.push_back(card->identity);
    }
    return out;
}

Result<void> check_consortium(const NodeState& node,
                              const std::string& peer,
                              const Consortium& consortium,
                              const std::vector<crypto::NoteVerifier>& members) {
    const Card& own = node.directory->own();
    if (consortium.compute != CardRef{own.name, own.digest}) {
        return fail(Kind::denied, "consortium: its computing node is another one");
    }
    if (!consortium.has_member(peer)) {
        return fail(Kind::denied, "consortium: who asks is no member");
    }
    const auto signers = signers_of_note(consortium.note, members);
    for (const CardRef& member : consortium.members) {
        if (std::find(signers.begin(), signers.end(), member.name) == signers.end()) {
            return fail(Kind::denied, "consortium: not signed by " + member.name);
        }
    }
    if (consortium.ring != node.ring->id()) {
        return fail(Kind::denied, "consortium: of another ring than this node computes in");
    }
    return {};
}

/// The two key blobs, here and of the session that the document names.
Result<void> fetch_keys(NodeState& node, const std::string& peer, const Keyed& epoch) {
    const Audience audience = audience_of(epoch.consortium);
    MN_TRY(const Bytes raw_public, fetch_blob(node, peer, epoch.keys.public_key, audience));
    const auto public_key = compute::PublicKey::parse(*node.ring, raw_public);
    if (!public_key || public_key->session() != epoch.keys.session) {
        return refuse(node, {peer, "keys.public", epoch.keys.public_key}, std::nullopt);
    }
    MN_TRY(const Bytes raw_evaluation,
           fetch_blob(node, peer, epoch.keys.evaluation_keys, audience));
    const auto evaluation = compute::EvaluationKeys::parse(*node.ring, raw_evaluation);
    if (!evaluation || evaluation->session() != epoch.keys.session) {
        return refuse(node, {peer, "keys.evaluation", epoch.keys.evaluation_keys}, std::nullopt);
    }
    return {};
}

/// A repeat of an epoch that has ended since is no epoch any more.
Result<void> need_not_ended(const NodeState& node, const Hash32& digest) {
    MN_TRY(const auto row, find_consortium(*node.database, digest));
    if (row && row->state == ConsortiumState::ended) {
        return fail(Kind::denied, "consortium: this epoch has ended");
    }
    return {};
}

/// Lifted batches of an epoch that ended open to nobody: they go.
Result<void> forget_epoch(NodeState& node, const Hash32& digest) {
    MN_TRY(const auto row, find_consortium(*node.database, digest));
    if (row && row->keys) {
        IndexRows rows(*node.database);
        MN_DO(rows.delete_notes_of(row->keys->session));
        MN_DO(rows.delete_lifts_of(row->keys->session));
    }
    MN_DO(node.blobs->drop_audience(consortium_audience_name(digest)));
    node.desk->clear();
    return {};
}

Result<json::Value> take_epoch(NodeState& node,
                               Journal::Run& run,
                               const std::string& peer,
                               const Keyed& epoch) {
    MN_TRY([[maybe_unused]] const json::Value fetched,
           run.step("keys", [&]() -> Result<json::Value> {
               MN_DO(fetch_keys(node, peer, epoch));
               return json::Value(hex(epoch.keys.session));
           }));
    MN_TRY([[maybe_unused]] const json::Value taken,
           run.step("active", [&]() -> Result<json::Value> {
               MN_DO(put_consortium(*node.database, epoch.consortium, ConsortiumState::proposed));
               MN_TRY([[maybe_unused]] const auto ended,
                      activate_consortium(*node.database, epoch.keys));
               return json::Value(true);
           }));
    MN_TRY([[maybe_unused]] const json::Value cleaned,
           run.step("ended", [&]() -> Result<json::Value> {
               MN_TRY(const auto rows, list_consortia(*node.database));
               for (const ConsortiumRow& one : rows) {
                   if (one.state == ConsortiumState::ended) {
                       MN_DO(forget_epoch(node, one.consortium.digest));
                   }
               }
               return json::Value(true);
           }));
    json::Object out;
    out.set("session", hex(epoch.keys.session));
    out.set("status", "active");
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Value> compute_epoch(NodeState& node,
                                  const std::string& peer,
                                  const json::Value& body) {
    json::Reader reader(body, "compute.epoch");
    MN_TRY(const std::string consortium_note, reader.string("consortium"));
    MN_TRY(const std::string keys_note, reader.string("keys"));
    MN_DO(reader.finish());
    Keyed epoch;
    MN_TRY(epoch.consortium, parse_consortium(consortium_note));
    MN_TRY(epoch.keys, parse_keys(keys_note));
    MN_TRY(const auto members, keys_of_members(node, epoch.consortium));
    MN_DO(check_consortium(node, peer, epoch.consortium, members));
    MN_DO(check_keys(epoch.keys, epoch.consortium, members));
    MN_DO(need_not_ended(node, epoch.consortium.digest));
    // Who asks may differ, and so may the order of signatures: the text is what counts.
    const Act act{.kind = "compute.epoch",
                  .key = hex(epoch.consortium.digest),
                  .input = body,
                  .when_done = WhenDone::give_stored,
                  .identity = hex(epoch.keys.digest)};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return take_epoch(node, run, peer, epoch);
    }));
    return outcome.value;
}

Result<Keyed> session_for(const NodeState& node, std::string_view peer, const Hash32& session) {
    MN_TRY(const std::vector<ConsortiumRow> rows, list_consortia(*node.database));
    bool has_any = false;
    for (const ConsortiumRow& one : rows) {
        if (!one.keys || !one.consortium.has_member(peer)) {
            continue;
        }
        if (one.keys->session == session && one.state == ConsortiumState::ended) {
            return fail(Kind::denied, "session: its epoch has ended");
        }
        if (one.keys->session == session) {
            return Keyed{one.consortium, *one.keys};
        }
        has_any = true;
    }
    return has_any
               ? fail(Kind::denied, "session: not one of a consortium of who asks")
               : fail(Kind::unavailable, "session: no keys of a consortium of who asks are here");
}

}  // namespace mednexus::service::internal
