// Every object of the encrypted engine, by its kind: what is accepted has the length that its ring
// gives it, and goes through the step it was made for. The corpus holds one object of each kind of
// the session below.
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/compute/opening.hpp"
#include "mednexus/compute/query_proof.hpp"
#include "mednexus/core/check.hpp"

namespace {

using namespace mednexus;
using namespace mednexus::compute;

constexpr std::size_t kKindAt = 5;
constexpr std::size_t kHeadBytes = 40;
constexpr std::array<std::uint8_t, 2> kParties{1, 2};

template <typename T>
T must(Result<T> result) {
    MN_CHECK(result.has_value());
    return *std::move(result);
}

Secret<32> seed_of(std::uint8_t number) {
    Secret<32> seed;
    seed.mutable_reveal()[0] = number;
    return seed;
}

/// Two parties, two dimensions, one batch, one query, one opening.
struct Session {
    Session() {
        for (const std::uint8_t party : kParties) {
            shares_one.push_back(make_share_one(*ring, seed_of(party), id));
        }
        round_one = must(combine_round_one(*ring, id, shares_one));
        for (const std::uint8_t party : kParties) {
            shares_two.push_back(must(make_share_two(*ring, seed_of(party), id, round_one)));
        }
        evaluation = must(combine_round_two(*ring, id, round_one, shares_two));
        keys = std::make_unique<EvaluationKeys>(must(EvaluationKeys::parse(*ring, evaluation)));
        const auto public_key = must(PublicKey::parse(*ring, round_one.public_key));
        const std::vector<Vector> cases{must(Vector::make(profile, {3, -4}))};
        sealed = must(seal_batch(*ring, seed_of(3), BatchId(), profile, cases));
        lift_key = make_lift_key(*ring, seed_of(3), public_key);
        lifted = must(lift_batch(*ring, must(LiftKey::parse(*ring, lift_key)), sealed));
        batch = std::make_unique<LiftedBatch>(must(LiftedBatch::parse(*ring, lifted)));
        query = must(encrypt_query(*ring, public_key, seed_of(4), cases[0]));
        proof = must(prove_query(*ring, public_key, seed_of(4), cases[0], Hash32()));
        expanded =
            std::make_unique<ExpandedQuery>(must(ExpandedQuery::expand(*ring, *keys, query)));
        sum = must(score_batch(*ring, *expanded, *batch));
        MN_CHECK(check.absorb(*batch).has_value());
        finished = must(finish_scores(*ring, *keys, sum));
        requester_key = make_requester_key(*ring, seed_of(5));
        for (const std::uint8_t party : kParties) {
            shares.push_back(
                must(make_opening_share(*ring, seed_of(party), finished, requester_key, open)));
        }
    }

    std::shared_ptr<const Ring> ring = must(Ring::make({.degree = 64, .dimensions = 2}));
    Hash32 id;
    Hash32 profile;
    SlotMask open = SlotMask(64, true);
    std::vector<Bytes> shares_one;
    RoundOne round_one;
    std::vector<Bytes> shares_two;
    Bytes evaluation;
    std::unique_ptr<EvaluationKeys> keys;
    BatchParts sealed;
    Bytes lift_key;
    BatchParts lifted;
    std::unique_ptr<LiftedBatch> batch;
    Bytes query;
    Bytes proof;
    std::unique_ptr<ExpandedQuery> expanded;
    Bytes sum;
    LinearCheck check = LinearCheck::make(ring, seed_of(6), 1);
    Bytes finished;
    Bytes requester_key;
    std::vector<Bytes> shares;
};

const Session& session() {
    static const Session made;
    return made;
}

/// Kinds 1 to 6 and 8: keys.
bool accepts_keys(const Session& s, std::uint8_t kind, const Bytes& raw) {
    RoundOne sums = s.round_one;
    switch (kind) {
        case 1:
            return combine_round_one(*s.ring, s.id, std::vector{raw, s.shares_one[1]}).has_value();
        case 2:
            return combine_round_two(*s.ring, s.id, s.round_one, std::vector{raw, s.shares_two[1]})
                .has_value();
        case 3:
            return PublicKey::parse(*s.ring, raw)
                .map([&](const PublicKey& key) { return make_lift_key(*s.ring, seed_of(3), key); })
                .has_value();
        case 4:
            sums.relinearisation = raw;
            return make_share_two(*s.ring, seed_of(1), s.id, sums).has_value();
        case 5:
            sums.rotations = raw;
            return combine_round_two(*s.ring, s.id, sums, s.shares_two).has_value();
        case 6:
            return EvaluationKeys::parse(*s.ring, raw)
                .map(
                    [&](const EvaluationKeys& keys) { return finish_scores(*s.ring, keys, s.sum); })
                .has_value();
        case 8:
            return LiftKey::parse(*s.ring, raw)
                .map([&](const LiftKey& key) { return lift_batch(*s.ring, key, s.sealed); })
                .has_value();
        default:
            return false;
    }
}

PublicKey public_key_of(const Session& s) {
    return must(PublicKey::parse(*s.ring, s.round_one.public_key));
}

BatchParts with_part(BatchParts parts, const Bytes& raw) {
    const std::size_t place = raw.size() > kHeadBytes ? raw[kHeadBytes] % kScorePrimes : 0;
    parts[place] = raw;
    return parts;
}

/// Kinds 7 and 9 to 15: batches and scores.
bool accepts_scores(const Session& s, std::uint8_t kind, const Bytes& raw) {
    switch (kind) {
        case 7:
            return lift_batch(
                       *s.ring, must(LiftKey::parse(*s.ring, s.lift_key)), with_part(s.sealed, raw))
                .has_value();
        case 9:
            return LiftedBatch::parse(*s.ring, with_part(s.lifted, raw)).has_value();
        case 10:
            return ExpandedQuery::expand(*s.ring, *s.keys, raw).has_value();
        case 11:
            // A sum that the check takes is the sum that was made.
            if (s.check.verify(*s.expanded, std::vector<Bytes>{raw})) {
                MN_CHECK(raw == s.sum);
            }
            return finish_scores(*s.ring, *s.keys, raw).has_value();
        case 12:
            return make_opening_share(*s.ring, seed_of(1), raw, s.requester_key, s.open)
                .has_value();
        case 13:
            return make_opening_share(*s.ring, seed_of(1), s.finished, raw, s.open).has_value();
        case 14:
            return open_scores(*s.ring, seed_of(5), s.finished, std::vector{raw, s.shares[1]})
                .has_value();
        case 15:
            // Nobody finds another proof of this query by chance.
            if (check_query(*s.ring, public_key_of(s), s.query, Hash32(), raw)) {
                MN_CHECK(raw == s.proof);
            }
            return raw == s.proof;
        default:
            return false;
    }
}

std::array<std::size_t, 16> sizes_of(const Session& s) {
    return {0,
            s.shares_one[0].size(),
            s.shares_two[0].size(),
            s.round_one.public_key.size(),
            s.round_one.relinearisation.size(),
            s.round_one.rotations.size(),
            s.evaluation.size(),
            s.sealed[0].size(),
            s.lift_key.size(),
            s.lifted[0].size(),
            s.query.size(),
            s.sum.size(),
            s.finished.size(),
            s.requester_key.size(),
            s.shares[0].size(),
            s.proof.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Session& s = session();
    static const auto sizes = sizes_of(s);
    const Bytes raw(data, data + size);
    const std::uint8_t kind = raw.size() > kKindAt ? raw[kKindAt] : 0;
    if (accepts_keys(s, kind, raw) || accepts_scores(s, kind, raw)) {
        MN_CHECK(raw.size() == sizes.at(kind));
    }
    return 0;
}
