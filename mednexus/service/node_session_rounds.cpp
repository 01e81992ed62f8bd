/// What a member says in each round of a key session. Source: docs/formats/consortium.md section 3.
#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/session_choice.hpp"
#include "mednexus/service/internal/session_member.hpp"

namespace mednexus::service::internal {

namespace {

using compute::SlotMask;

/// What members showed with their lists.
std::vector<Hash32> nonces_of(const std::vector<SessionPart>& parts) {
    std::vector<Hash32> out;
    for (const SessionPart& part : parts) {
        out.push_back(part.said.at(0));
    }
    return out;
}

/// Numbers of the rounds in commit_to_share.
constexpr std::uint32_t kShareOne = 1;
constexpr std::uint32_t kShareTwo = 2;
constexpr std::uint32_t kShareOfTest = 3;

}  // namespace

// --- the rounds ---

Result<Said> SessionMember::say_nonce() const {
    const Hash32 nonce = session_nonce(attempt_.share_seed, SessionRound::nonce);
    return Said{{commit_to_nonce(node_.name(), consortium_.digest, nonce)}, {}};
}

Result<Said> SessionMember::reveal_nonce() const {
    return Said{{session_nonce(attempt_.share_seed, SessionRound::nonce)}, {}};
}

Result<Said> SessionMember::commit_one() {
    MN_TRY(const Parts commitments, parts_given_in(SessionRound::nonce_reveal));
    std::vector<Hash32> nonces;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const SessionPart& part = parts_[i];
        if (commit_to_nonce(part.member, consortium_.digest, part.said.at(0)) !=
            commitments.at(i).said.at(0)) {
            return refuse_one(part.member, "nonce.not_committed", part.said.at(0));
        }
        nonces.push_back(part.said.at(0));
    }
    attempt_.session = session_id_of(consortium_.digest, nonces);
    MN_DO(store_.set_session(consortium_.digest, attempt_.session));
    const Bytes list = candidate_list(*node_.ring, attempt_.share_seed, attempt_.session);
    MN_TRY(const Hash32 name, keep(list));
    return Said{{commit(kShareOne, SessionRound::one, list)}, {name}};
}

Result<Said> SessionMember::reveal_one() {
    MN_DO(store_.count_draw(consortium_.digest, call_.founding));
    return reveal(SessionRound::one);
}

Result<Said> SessionMember::show_choice() {
    MN_TRY([[maybe_unused]] const std::vector<Bytes> lists, gather(SessionRound::one, kShareOne));
    MN_DO(need_release());
    const std::size_t chosen =
        choice_of(*node_.ring, attempt_.session, node_.name(), nonces_of(parts_));
    MN_DO(store_.set_chosen(consortium_.digest, chosen));
    attempt_.chosen = chosen;
    MN_TRY(const Secret<32> seed, chosen_seed());
    MN_TRY(const Hash32 seeds, keep(other_seeds(*node_.ring, attempt_.share_seed, chosen)));
    MN_TRY(const Hash32 share, keep(compute::make_share_one(*node_.ring, seed, attempt_.session)));
    MN_DO(node_.blobs->show(seeds, session_audience(consortium_)));
    MN_DO(node_.blobs->show(share, session_audience(consortium_)));
    return Said{{seeds, share}, {seeds, share}};
}

Result<Secret<32>> SessionMember::chosen_seed() const {
    if (!attempt_.chosen) {
        return fail(Kind::corrupt, "session: no share was chosen");
    }
    return candidate_seed(attempt_.share_seed, *attempt_.chosen);
}

Result<std::vector<Bytes>> SessionMember::gather_chosen() {
    MN_TRY(const Parts lists, parts_given_in(SessionRound::choice));
    const std::vector<Hash32> nonces = nonces_of(lists);
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const SessionPart& part = parts_[i];
        MN_TRY(const Bytes list, node_.blobs->get(lists.at(i).said.at(1)));
        MN_TRY(const Bytes seeds, fetch(part, 0));
        MN_TRY(Bytes share, fetch(part));
        const std::size_t chosen = choice_of(*node_.ring, attempt_.session, part.member, nonces);
        const Secret<32> picks =
            crypto::derive_key(attempt_.share_seed, "mednexus/session-check/v1/" + part.member);
        if (part.member != node_.name() &&
            !is_true_list(
                *node_.ring, attempt_.session, {list, seeds, chosen, part.said.at(1)}, picks)) {
            return refuse_one(part.member, "share.not_shown", part.said.at(0));
        }
        out.push_back(std::move(share));
    }
    MN_DO(need_different(out));
    return out;
}

Result<Said> SessionMember::commit_two() {
    MN_TRY(const std::vector<Bytes> shares, gather_chosen());
    const auto combine = [&](std::span<const Bytes> of) {
        return compute::combine_round_one(*node_.ring, attempt_.session, of);
    };
    const auto sums = combine(shares);
    if (!sums) {
        return blame(shares, sums.error(), combine);
    }
    MN_TRY(const Secret<32> seed, chosen_seed());
    MN_TRY(const Bytes share, compute::make_share_two(*node_.ring, seed, attempt_.session, *sums));
    MN_TRY(const Hash32 name, keep(share));
    MN_TRY(const Hash32 public_key, keep(sums->public_key));
    MN_TRY(const Hash32 relinearisation, keep(sums->relinearisation));
    MN_TRY(const Hash32 rotations, keep(sums->rotations));
    return Said{{commit(kShareTwo, SessionRound::two, share)},
                {name, public_key, relinearisation, rotations}};
}

Result<Said> SessionMember::reveal_two() {
    return reveal(SessionRound::two);
}

Result<compute::RoundOne> SessionMember::round_one() const {
    compute::RoundOne out;
    MN_TRY(out.public_key, kept(SessionRound::two, 1));
    MN_TRY(out.relinearisation, kept(SessionRound::two, 2));
    MN_TRY(out.rotations, kept(SessionRound::two, 3));
    return out;
}

Result<Said> SessionMember::commit_test() {
    MN_TRY(const std::vector<Bytes> shares, gather(SessionRound::two, kShareTwo));
    MN_TRY(const compute::RoundOne sums, round_one());
    const auto combine = [&](std::span<const Bytes> of) {
        return compute::combine_round_two(*node_.ring, attempt_.session, sums, of);
    };
    const auto evaluation = combine(shares);
    if (!evaluation) {
        return blame(shares, evaluation.error(), combine);
    }
    MN_TRY(const Trial trial, Trial::make(*node_.ring, attempt_.session, consortium_.profile));
    MN_TRY(const Bytes finished,
           trial.finished(*node_.ring, attempt_.session, sums.public_key, *evaluation));
    MN_TRY(const Secret<32> seed, chosen_seed());
    MN_TRY(const Bytes share,
           compute::make_opening_share(
               *node_.ring,
               seed,
               finished,
               compute::make_requester_key(*node_.ring, trial_requester_seed()),
               SlotMask(node_.ring->slots(), true)));
    MN_TRY(const Hash32 name, keep(share));
    MN_TRY(const Hash32 finished_name, keep(finished));
    MN_TRY(const Hash32 public_name, keep(sums.public_key));
    MN_TRY(const Hash32 evaluation_name, keep(*evaluation));
    return Said{{commit(kShareOfTest, SessionRound::test, share), public_name, evaluation_name},
                {name, finished_name, public_name, evaluation_name}};
}

Result<Said> SessionMember::reveal_test() {
    const SessionPart& own = parts_.at(own_index());
    for (const SessionPart& part : parts_) {
        for (const std::size_t which : {std::size_t{1}, std::size_t{2}}) {
            if (part.said.at(which) != own.said.at(which)) {
                return refuse_one(part.member, "keys.differ", part.said.at(which));
            }
        }
    }
    return reveal(SessionRound::test);
}

Result<void> SessionMember::check_trial(const std::vector<Bytes>& shares, const Bytes& finished) {
    const auto open = [&](std::span<const Bytes> of) {
        return compute::open_scores(*node_.ring, trial_requester_seed(), finished, of);
    };
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const auto alone = open(std::span(shares).subspan(i, 1));
        if (!alone && alone.error().kind != Kind::corrupt) {  // corrupt: the others are missing
            return refuse_one(parts_.at(i).member, "share.form", parts_.at(i).said.at(1));
        }
    }
    MN_TRY(const Trial trial, Trial::make(*node_.ring, attempt_.session, consortium_.profile));
    const auto opened = open(shares);
    if (opened && *opened == trial.plain_scores(*node_.ring)) {
        return {};
    }
    std::vector<std::string> others = consortium_.member_names();  // who of them: nobody can tell
    std::erase(others, node_.name());
    return refuse_all(others, "test.failed", attempt_.session);
}

Result<json::Value> SessionMember::sign_keys() {
    MN_TRY(const std::vector<Bytes> shares, gather(SessionRound::test, kShareOfTest));
    MN_TRY(const Bytes finished, kept(SessionRound::test, 1));
    MN_DO(check_trial(shares, finished));
    MN_TRY(const PinnedRound test, store_.pinned(consortium_.digest, SessionRound::test));
    MN_DO(node_.blobs->show(test.kept.at(2), audience_of(consortium_)));
    MN_DO(node_.blobs->show(test.kept.at(3), audience_of(consortium_)));
    SessionKeys keys;
    keys.compute = consortium_.compute;
    keys.consortium = consortium_.digest;
    keys.epoch = consortium_.epoch;
    keys.public_key = test.kept.at(2);
    keys.evaluation_keys = test.kept.at(3);
    keys.session = attempt_.session;
    MN_TRY(const std::string text, write_keys_text(keys));
    const std::string note = crypto::make_signed_note(node_.keys.identity, text);
    MN_DO(store_.pin(consortium_.digest, SessionRound::keys, {call_.given, note, {}}));
    json::Object out;
    out.set("keys", note);
    return json::Value(std::move(out));
}

namespace {

Result<Consortium> read_document(const NodeState& node,
                                 const std::string& carrier,
                                 const SessionCall& call) {
    if (call.round != SessionRound::nonce) {
        return need_consortium(node, call.consortium).map([](const ConsortiumRow& epoch) {
            return epoch.consortium;
        });
    }
    return read_given_document(node, carrier, call);
}

Result<Said> say(SessionMember& member, SessionRound round) {
    switch (round) {
        case SessionRound::nonce:
            return member.say_nonce();
        case SessionRound::nonce_reveal:
            return member.reveal_nonce();
        case SessionRound::one:
            return member.commit_one();
        case SessionRound::one_reveal:
            return member.reveal_one();
        case SessionRound::choice:
            return member.show_choice();
        case SessionRound::two:
            return member.commit_two();
        case SessionRound::two_reveal:
            return member.reveal_two();
        case SessionRound::test:
            return member.commit_test();
        case SessionRound::test_reveal:
            return member.reveal_test();
        case SessionRound::ask:
        case SessionRound::keys:
        case SessionRound::complete:
            break;
    }
    return fail(Kind::internal, "session: a round without a part");
}

}  // namespace

Result<json::Value> play_round(NodeState& node,
                               Journal::Run& run,
                               const std::string& carrier,
                               const SessionCall& call) {
    MN_TRY(Consortium consortium, read_document(node, carrier, call));
    SessionMember member(node, run, carrier, call, std::move(consortium));
    MN_DO(call.round == SessionRound::nonce ? member.join() : member.load());
    if (call.round != SessionRound::nonce) {
        MN_DO(member.listen());
    }
    if (call.round == SessionRound::keys) {
        return member.sign_keys();
    }
    MN_TRY(const Said said, say(member, call.round));
    return member.speak(said);
}

Audience session_audience(const Consortium& consortium) {
    return {.name = "session/" + hex(consortium.digest), .readers = consortium.member_names()};
}

Audience own_audience(const Hash32& digest) {
    return {.name = "session/" + hex(digest) + "/own", .readers = {}};
}

Result<void> drop_session_blobs(NodeState& node, const Hash32& digest) {
    MN_DO(node.blobs->drop_audience(own_audience(digest).name));
    return node.blobs->drop_audience("session/" + hex(digest));
}

}  // namespace mednexus::service::internal
