// Every object of the engine, one byte, one word, one length away from what it must be.
#include "mednexus/compute/internal/wire.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/compute/internal/test_session.hpp"

namespace mednexus::compute::internal {
namespace {

/// An object, the prime of its last word, and what reads it.
struct Object {
    ObjectKind kind;
    Bytes raw;
    std::size_t last_prime;
    std::function<Result<void>(BytesView)> read;
};

template <typename T>
Result<void> without_value(Result<T> result) {
    return result ? Result<void>{} : Result<void>(tl::unexpected(std::move(result).error()));
}

BatchParts replace(BatchParts parts, std::size_t at, BytesView raw) {
    parts[at] = to_bytes(raw);
    return parts;
}

struct AllObjects {
    explicit AllObjects(const Session& s) : session(s) {
        testing::SeededRandom random(1);
        cases = session.random_vectors(random, 5);
        sealed = session.seal(cases);
        lifted = session.lift(sealed);
        sum = need(score_batch(*s.ring, s.expanded(cases[0]), s.lifted(cases)));
        finished = need(finish_scores(*s.ring, *s.keys, sum));
        shares = s.shares(finished);
    }

    [[nodiscard]] std::vector<Object> list() const {
        auto out = keys();
        const auto more = scores();
        out.insert(out.end(), more.begin(), more.end());
        return out;
    }

    const Session& session;
    std::vector<Vector> cases;
    BatchParts sealed;
    BatchParts lifted;
    Bytes sum;
    Bytes finished;
    std::vector<Bytes> shares;

private:
    [[nodiscard]] std::vector<Object> keys() const {
        const Session& s = session;
        const Ring& ring = *s.ring;
        const auto round_one = [&](RoundOne sums) {
            return without_value(combine_round_two(ring, s.id, sums, s.shares_two));
        };
        return {
            {ObjectKind::share_one,
             s.shares_one[0],
             6,
             [&](BytesView raw) {
                 return without_value(combine_round_one(
                     ring, s.id, std::vector<Bytes>{to_bytes(raw), s.shares_one[1]}));
             }},
            {ObjectKind::share_two,
             s.shares_two[0],
             6,
             [&](BytesView raw) {
                 return without_value(combine_round_two(
                     ring, s.id, s.round_one, std::vector<Bytes>{to_bytes(raw), s.shares_two[1]}));
             }},
            {ObjectKind::public_key,
             s.round_one.public_key,
             6,
             [&](BytesView raw) { return without_value(PublicKey::parse(ring, raw)); }},
            {ObjectKind::relinearisation_sums,
             s.round_one.relinearisation,
             6,
             [&](BytesView raw) {
                 RoundOne sums = s.round_one;
                 sums.relinearisation = to_bytes(raw);
                 return without_value(make_share_two(ring, s.share_seeds[0], s.id, sums));
             }},
            {ObjectKind::rotation_sums,
             s.round_one.rotations,
             6,
             [&, round_one](BytesView raw) {
                 RoundOne sums = s.round_one;
                 sums.rotations = to_bytes(raw);
                 return round_one(sums);
             }},
            {ObjectKind::evaluation_keys,
             s.evaluation,
             6,
             [&](BytesView raw) { return without_value(EvaluationKeys::parse(ring, raw)); }},
            {ObjectKind::lift_key, s.lift_key, 6, [&](BytesView raw) {
                 return without_value(LiftKey::parse(ring, raw));
             }}};
    }

    [[nodiscard]] std::vector<Object> scores() const {
        const Session& s = session;
        const Ring& ring = *s.ring;
        const auto share = [&](BytesView scores, BytesView key) {
            return without_value(
                make_opening_share(ring, s.share_seeds[0], scores, key, s.all_open()));
        };
        return {{ObjectKind::sealed_part,
                 sealed[2],
                 2,
                 [&](BytesView raw) {
                     return without_value(lift_batch(
                         ring, need(LiftKey::parse(ring, s.lift_key)), replace(sealed, 2, raw)));
                 }},
                {ObjectKind::lifted_part,
                 lifted[3],
                 3,
                 [&](BytesView raw) {
                     return without_value(LiftedBatch::parse(ring, replace(lifted, 3, raw)));
                 }},
                {ObjectKind::query,
                 s.query(cases[0]),
                 4,
                 [&](BytesView raw) {
                     return without_value(ExpandedQuery::expand(ring, *s.keys, raw));
                 }},
                {ObjectKind::sum,
                 sum,
                 4,
                 [&](BytesView raw) { return without_value(finish_scores(ring, *s.keys, raw)); }},
                {ObjectKind::finished,
                 finished,
                 3,
                 [&, share](BytesView raw) { return share(raw, s.requester_key); }},
                {ObjectKind::requester_key,
                 s.requester_key,
                 3,
                 [&, share](BytesView raw) { return share(finished, raw); }},
                {ObjectKind::opening_share, shares[0], 3, [&](BytesView raw) {
                     return without_value(
                         s.open(finished, std::vector<Bytes>{to_bytes(raw), shares[1], shares[2]}));
                 }}};
    }
};

class Wire : public ::testing::Test {
protected:
    Wire() : session_({.degree = 64, .dimensions = 8}), all_(session_) {}

    /// What reading says of the object after `change`.
    static void expect_refused(const Object& object,
                               const std::function<void(Bytes&)>& change,
                               const std::string& why) {
        Bytes raw = object.raw;
        change(raw);
        const auto outcome = object.read(raw);
        ASSERT_FALSE(outcome) << name_of(object.kind) << " " << why;
        EXPECT_EQ(outcome.error().kind, Kind::invalid) << name_of(object.kind) << " " << why;
    }

    Session session_;
    AllObjects all_;
};

TEST_F(Wire, ReadsWhatWasWritten) {
    for (const Object& object : all_.list()) {
        EXPECT_TRUE(object.read(object.raw)) << name_of(object.kind);
        EXPECT_EQ(object.raw.size(), size_bytes(*session_.ring, object.kind));
        EXPECT_EQ(object.raw[5], static_cast<std::uint8_t>(object.kind));
        EXPECT_EQ(text_of(BytesView(object.raw).first(4)), "MNSC");
    }
    EXPECT_EQ(all_.list().size(), 14U);
}

TEST_F(Wire, RefusesEveryOtherLength) {
    for (const Object& object : all_.list()) {
        const std::size_t size = object.raw.size();
        for (const std::size_t kept : {std::size_t{0},
                                       std::size_t{3},
                                       std::size_t{39},
                                       std::size_t{40},
                                       size / 2,
                                       size - 4,
                                       size - 1}) {
            expect_refused(
                object, [&](Bytes& raw) { raw.resize(kept); }, "cut to " + std::to_string(kept));
        }
        expect_refused(
            object, [](Bytes& raw) { raw.push_back(0); }, "one byte more");
        expect_refused(
            object, [](Bytes& raw) { raw.resize(raw.size() + 4); }, "one word more");
        expect_refused(
            object, [](Bytes& raw) { raw.resize(2 * raw.size()); }, "twice the size");
    }
}

TEST_F(Wire, RefusesEveryOtherHead) {
    for (const Object& object : all_.list()) {
        for (std::size_t at = 0; at < 40; ++at) {
            expect_refused(
                object, [&](Bytes& raw) { raw[at] ^= 1U; }, "byte " + std::to_string(at));
        }
    }
}

TEST_F(Wire, RefusesWordsThatAreNotBelowTheirPrime) {
    const auto put = [](Bytes& raw, std::size_t at, std::uint32_t value) {
        for (unsigned i = 0; i < 4; ++i) {
            raw[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
        }
    };
    for (const Object& object : all_.list()) {
        const std::uint32_t p = kPrimes[object.last_prime];
        const std::size_t last = object.raw.size() - 4;
        expect_refused(
            object, [&](Bytes& raw) { put(raw, last, p); }, "last word = p");
        expect_refused(
            object, [&](Bytes& raw) { put(raw, last, p + 1); }, "last word = p + 1");
        expect_refused(
            object, [&](Bytes& raw) { put(raw, last, 0xFFFFFFFFU); }, "last word is largest");
        expect_refused(
            object,
            [&](Bytes& raw) { put(raw, 40 + field_bytes(object.kind), 0x20000000U); },
            "first word above every prime");
    }
}

TEST_F(Wire, RefusesObjectsOfAnotherRingOfTheSameSize) {
    const Session other({.degree = 64, .dimensions = 8, .parties = 3, .plain_modulus = 114689});
    const AllObjects theirs(other);
    const auto mine = all_.list();
    const auto list = theirs.list();
    for (std::size_t i = 0; i < list.size(); ++i) {
        ASSERT_EQ(list[i].raw.size(), mine[i].raw.size());
        const auto outcome = mine[i].read(list[i].raw);
        ASSERT_FALSE(outcome) << name_of(mine[i].kind);
        EXPECT_THAT(outcome.error().what, ::testing::HasSubstr("another ring"));
    }
}

TEST_F(Wire, RefusesPartsInAnotherPlace) {
    const auto key = need(LiftKey::parse(*session_.ring, session_.lift_key));
    BatchParts swapped = all_.sealed;
    std::swap(swapped[1], swapped[4]);
    EXPECT_EQ(lift_batch(*session_.ring, key, swapped).error().kind, Kind::invalid);
    swapped = all_.lifted;
    std::swap(swapped[0], swapped[1]);
    EXPECT_EQ(LiftedBatch::parse(*session_.ring, swapped).error().kind, Kind::invalid);
    const BatchParts other = session_.lift(session_.seal(all_.cases, 2));
    EXPECT_THAT(LiftedBatch::parse(*session_.ring, replace(all_.lifted, 1, other[1])).error().what,
                ::testing::HasSubstr("different batches"));
    // The same id sealed over other content is another batch too.
    const std::vector<Vector> fewer(all_.cases.begin(), all_.cases.begin() + 2);
    const BatchParts again = session_.lift(session_.seal(fewer, 1));
    EXPECT_FALSE(LiftedBatch::parse(*session_.ring, replace(all_.lifted, 1, again[1])));
}

}  // namespace
}  // namespace mednexus::compute::internal
