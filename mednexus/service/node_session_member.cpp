/// A member of a key session: how it joins, and how it listens to the others.
#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/session_member.hpp"

namespace mednexus::service::internal {

// --- joining ---

Result<void> SessionMember::join() {
    MN_TRY(const Decided decided, log_decision(node_, run_, "decision", [&] {
               return draft_lift_decision(node_, consortium_, carrier_, call_.founding);
           }));
    if (!decided.decision.is_permitted()) {
        return fail(Kind::denied, "consortium: " + explain_denial(decided.verdict));
    }
    MN_TRY(const auto known, find_consortium(*node_.database, consortium_.digest));
    if (!known) {
        MN_TRY([[maybe_unused]] const Logged logged,
               log_event(node_, run_, "recorded", [&]() -> Result<EventDraft> {
                   return recorded_event(node_, consortium_);
               }));
    }
    MN_TRY(consortium_, with_known_signatures(node_, std::move(consortium_)));
    MN_DO(put_consortium(*node_.database, consortium_, ConsortiumState::proposed));
    const auto before = store_.attempt(consortium_.digest);
    const bool is_new = !before || before->founding.id != call_.founding;
    Secret<32> seed;
    node_.random.fill(seed.mutable_reveal());
    MN_DO(store_.begin(consortium_.digest, {call_.founding, carrier_, node_.clock.now()}, seed));
    if (is_new) {
        MN_DO(drop_session_blobs(node_, consortium_.digest));
    }
    MN_DO(store_.keep_decision(consortium_.digest, decided.leaf));
    return load();
}

Result<void> SessionMember::load() {
    MN_TRY(attempt_, store_.attempt(consortium_.digest));
    return {};
}

Result<Release> SessionMember::release() {
    MN_TRY(const Bytes leaf, store_.decision(consortium_.digest));
    return release_of_leaf(node_, leaf);
}

/// The decision is of the session's beginning: no share goes out that would not be permitted now.
Result<void> SessionMember::need_permitted_now() {
    MN_TRY(const VerdictDraft now,
           draft_lift_decision(node_, consortium_, carrier_, call_.founding));
    return now.verdict.is_permitted()
               ? Result<void>()
               : Result<void>(fail(Kind::denied, "consortium: " + explain_denial(now.verdict)));
}

// --- what others said ---

Failure SessionMember::refuse_all(const std::vector<std::string>& subjects,
                                  const std::string& rule,
                                  const Hash32& object) {
    std::string names;
    for (const std::string& subject : subjects) {
        const auto logged =
            log_event(node_, run_, "refused." + subject, [&]() -> Result<EventDraft> {
                return EventDraft{EventKind::refused,
                                  node_.name(),
                                  call_.founding,
                                  to_json(RefusedData{subject, rule, object})};
            });
        if (!logged) {
            return Failure(logged.error());
        }
        names += (names.empty() ? "" : ", ") + subject;
    }
    const Result<void> ended = [&]() -> Result<void> {
        MN_DO(store_.give_up(consortium_.digest, call_.founding));
        return drop_session_blobs(node_, consortium_.digest);
    }();
    if (!ended) {
        return Failure(ended.error());
    }
    return fail(Kind::corrupt, names + ": " + rule + ": " + hex(object));
}

Failure SessionMember::refuse_one(const std::string& subject,
                                  const std::string& rule,
                                  const Hash32& object) {
    return refuse_all({subject}, rule, object);
}

std::size_t SessionMember::own_index() const {
    const auto at = std::find_if(consortium_.members.begin(),
                                 consortium_.members.end(),
                                 [&](const CardRef& one) { return one.name == node_.name(); });
    return static_cast<std::size_t>(at - consortium_.members.begin());
}

Result<SessionPart> SessionMember::read_part(std::size_t index) {
    MN_TRY(const crypto::NoteVerifier key, identity_of(node_, consortium_.members.at(index).name));
    MN_TRY(SessionPart part, parse_session_part(call_.given.at(index), key));
    if (part.consortium != consortium_.digest || part.founding != call_.founding ||
        part.round != round_before(call_.round)) {
        return fail(Kind::invalid, "session: a part of another session or round");
    }
    return part;
}

Result<void> SessionMember::listen() {
    const auto own = store_.pinned(consortium_.digest, round_before(call_.round));
    if (!own) {
        return own.error().kind == Kind::not_found
                   ? fail(Kind::conflict, "session: the round before has not been")
                   : Failure(own.error());
    }
    const Hash32& object = consortium_.digest;
    if (call_.given.size() != consortium_.members.size() ||
        call_.given.at(own_index()) != own->gave) {
        return refuse_one(carrier_, "session.list", object);
    }
    for (std::size_t i = 0; i < call_.given.size(); ++i) {
        auto part = read_part(i);
        if (!part) {
            return refuse_one(carrier_, "session.list", object);
        }
        parts_.push_back(*std::move(part));
    }
    for (const SessionPart& part : parts_) {
        if (part.given != parts_.at(own_index()).given) {
            return refuse_one(part.member, "session.given", object);
        }
    }
    return {};
}

Result<SessionMember::Parts> SessionMember::parts_given_in(SessionRound round) const {
    MN_TRY(const PinnedRound pinned, store_.pinned(consortium_.digest, round));
    Parts out;
    for (std::size_t i = 0; i < pinned.given.size(); ++i) {
        MN_TRY(const crypto::NoteVerifier key, identity_of(node_, consortium_.members.at(i).name));
        MN_TRY(SessionPart part, parse_session_part(pinned.given[i], key));
        out.push_back(std::move(part));
    }
    return out;
}

Result<json::Value> SessionMember::speak(const Said& said) {
    SessionPart part;
    part.consortium = consortium_.digest;
    part.founding = call_.founding;
    part.given =
        call_.round == SessionRound::nonce ? consortium_.digest : digest_of_parts(call_.given);
    part.member = node_.name();
    part.round = call_.round;
    part.said = said.hashes;
    MN_TRY(const std::string note, make_session_part(part, node_.keys.identity));
    MN_DO(store_.pin(consortium_.digest, call_.round, {call_.given, note, said.kept}));
    json::Object out;
    out.set("part", note);
    return json::Value(std::move(out));
}

// --- blobs ---

Result<Hash32> SessionMember::keep(BytesView blob) const {
    return node_.blobs->keep(blob, own_audience(consortium_.digest));
}

Result<Bytes> SessionMember::kept(SessionRound round, std::size_t index) const {
    MN_TRY(const PinnedRound pinned, store_.pinned(consortium_.digest, round));
    if (index >= pinned.kept.size()) {
        return fail(Kind::corrupt, "session: a round kept fewer blobs than it has");
    }
    return node_.blobs->get(pinned.kept[index]);
}

Result<Bytes> SessionMember::fetch(const SessionPart& part, std::size_t which) {
    const Hash32& name = part.said.at(which);
    if (part.member == node_.name()) {
        return node_.blobs->get(name);
    }
    MN_TRY(const bool is_here, node_.blobs->has(name));
    if (is_here) {
        return node_.blobs->get(name);
    }
    MN_TRY(const Card card, node_.directory->card(part.member));
    auto blob = node_.peers.get_blob({card.name, card.endpoint, card.tls_pin}, name);
    if (!blob) {
        return fail_in("peer " + card.name, blob.error());
    }
    if (crypto::sha256(*blob) != name) {
        return refuse_one(card.name, "blob.hash", name);
    }
    MN_TRY([[maybe_unused]] const Hash32 kept, keep(*blob));
    return *std::move(blob);
}

Hash32 SessionMember::commit(std::uint32_t number, SessionRound round, BytesView share) const {
    return compute::commit_to_share(
        node_.name(), attempt_.session, number, session_nonce(attempt_.share_seed, round), share);
}

Result<void> SessionMember::need_release() {
    MN_DO(need_permitted_now());
    MN_TRY(const Release permitted, release());
    return permitted.permits(ReleaseKind::lift_key, consortium_.digest);
}

Result<Said> SessionMember::reveal(SessionRound round) {
    MN_DO(need_release());
    MN_TRY(const PinnedRound pinned, store_.pinned(consortium_.digest, round));
    MN_DO(node_.blobs->show(pinned.kept.at(0), session_audience(consortium_)));
    return Said{{session_nonce(attempt_.share_seed, round), pinned.kept.at(0)}, {}};
}

Result<void> SessionMember::need_different(const std::vector<Bytes>& shares) {
    for (std::size_t i = 0; i < shares.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (shares[i] == shares[j]) {
                const std::size_t whose = i == own_index() ? j : i;
                return refuse_one(
                    parts_.at(whose).member, "share.equal", parts_.at(whose).said.at(1));
            }
        }
    }
    return {};
}

Result<std::vector<Bytes>> SessionMember::gather(SessionRound committed, std::uint32_t number) {
    // What was committed to is what the revealing round, the one before this, was given.
    MN_TRY(const Parts commitments, parts_given_in(round_before(call_.round)));
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const SessionPart& part = parts_[i];
        MN_TRY(Bytes share, fetch(part));
        const Hash32 shown =
            compute::commit_to_share(part.member, attempt_.session, number, part.said.at(0), share);
        if (commitments.at(i).round != committed || shown != commitments.at(i).said.at(0)) {
            return refuse_one(part.member, "share.not_committed", part.said.at(1));
        }
        out.push_back(std::move(share));
    }
    MN_DO(need_different(out));
    return out;
}

}  // namespace mednexus::service::internal
