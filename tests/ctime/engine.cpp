/// Does the engine branch on a secret, or use one as an address? Under valgrind secrets are marked
/// as undefined: memcheck then counts every branch and every address that depends on one, wherever
/// it came through. As secp256k1's ctime_tests.c does it. What is allowed: engine.supp.
///
/// Not asked: open_scores, whose outcome says by design whether shares were honest; prove_query,
/// whose challenge is a hash of masked values and whose retries say that a mask was unlucky; and
/// whether an instruction's own time depends on its operands.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <vector>

#include <valgrind/memcheck.h>

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/compute/opening.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace {

using namespace mednexus;           // NOLINT(google-build-using-namespace): one file, one program
using namespace mednexus::compute;  // NOLINT(google-build-using-namespace)

constexpr int kExitSkipped = 77;
constexpr std::size_t kParties = 2;

/// The value, or the end of the program.
template <typename T>
T need(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().what.c_str());
        std::abort();
    }
    return *std::move(result);
}

Secret<32> secret_of(std::uint64_t number) {
    testing::SeededRandom random(number);
    Secret<32> out;
    random.fill(out.mutable_reveal());
    return out;
}

Secret<32> hidden(const Secret<32>& seed) {
    Secret<32> out = seed.clone();
    VALGRIND_MAKE_MEM_UNDEFINED(out.reveal().data(), out.reveal().size());
    return out;
}

/// Once its making, which judges them, is over.
Vector hidden(Vector vector) {
    VALGRIND_MAKE_MEM_UNDEFINED(vector.entries().data(), vector.entries().size());
    return vector;
}

/// Whether what came out depends on what was hidden, as far as valgrind can follow.
bool is_followed(const Bytes& out) {
    Bytes undefined(out.size());
    return VALGRIND_GET_VBITS(out.data(), undefined.data(), out.size()) == 1 &&
           std::any_of(
               undefined.begin(), undefined.end(), [](std::uint8_t bits) { return bits != 0; });
}

/// Runs `act`, and says how often it let a secret decide: never, and what it gives is made of it.
bool is_blind(const char* name, const std::function<Bytes()>& act) {
    const auto before = VALGRIND_COUNT_ERRORS;
    const Bytes out = act();
    const auto found = VALGRIND_COUNT_ERRORS - before;
    const bool has_secret = is_followed(out);
    std::printf("%-20s %u times, the secret was %sfollowed to its end\n",
                name,
                static_cast<unsigned>(found),
                has_secret ? "" : "not ");
    return found == 0 && has_secret;
}

/// The look itself: a branch on a secret is seen.
bool sees_a_branch() {
    const Secret<32> seed = hidden(secret_of(1));
    volatile int sink = 0;
    const auto before = VALGRIND_COUNT_ERRORS;
    if (seed.reveal()[0] > 100) {
        sink = sink + 1;
    }
    return VALGRIND_COUNT_ERRORS > before;
}

/// A session of two parties, made in the open.
struct Session {
    std::shared_ptr<const Ring> ring = need(Ring::make({.degree = 256, .dimensions = 16}));
    Hash32 id;
    Hash32 profile;
    std::vector<Secret<32>> seeds;
    RoundOne one;
    Bytes evaluation;
    std::optional<PublicKey> public_key;
    std::optional<EvaluationKeys> keys;

    Session() {
        std::vector<Bytes> shares;
        for (std::size_t i = 0; i < kParties; ++i) {
            seeds.push_back(secret_of(10 + i));
            shares.push_back(make_share_one(*ring, seeds.back(), id));
        }
        one = need(combine_round_one(*ring, id, shares));
        std::vector<Bytes> two;
        for (const Secret<32>& seed : seeds) {
            two.push_back(need(make_share_two(*ring, seed, id, one)));
        }
        evaluation = need(combine_round_two(*ring, id, one, two));
        public_key.emplace(need(PublicKey::parse(*ring, one.public_key)));
        keys.emplace(need(EvaluationKeys::parse(*ring, evaluation)));
    }

    [[nodiscard]] Vector vector() const {
        std::vector<std::int8_t> entries;
        entries.reserve(16);
        for (int i = 0; i < 16; ++i) {
            entries.push_back(static_cast<std::int8_t>(i * 5 % 15 - 7));
        }
        return need(Vector::make(profile, std::move(entries)));
    }

    /// Scores of one query over one batch.
    [[nodiscard]] Bytes finished() const {
        const std::vector<Vector> cases{vector()};
        const Secret<32> data = secret_of(30);
        const LiftKey lift = need(LiftKey::parse(*ring, make_lift_key(*ring, data, *public_key)));
        const LiftedBatch batch = need(LiftedBatch::parse(
            *ring,
            need(lift_batch(
                *ring, lift, need(seal_batch(*ring, data, BatchId(), profile, cases))))));
        const ExpandedQuery query = need(ExpandedQuery::expand(
            *ring, *keys, need(encrypt_query(*ring, *public_key, secret_of(31), cases[0]))));
        return need(finish_scores(*ring, *keys, need(score_batch(*ring, query, batch))));
    }
};

int count_wrong() {
    const Session session;
    const Ring& ring = *session.ring;
    const Bytes finished = session.finished();
    const Bytes key = make_requester_key(ring, secret_of(32));
    SlotMask open(ring.slots(), true);
    open[3] = false;
    int wrong = sees_a_branch() ? 0 : 1;
    const auto expect_blind = [&](const char* name, const std::function<Bytes()>& act) {
        wrong += is_blind(name, act) ? 0 : 1;
    };
    expect_blind("share of round one",
                 [&] { return make_share_one(ring, hidden(session.seeds[0]), session.id); });
    expect_blind("share of round two", [&] {
        return need(make_share_two(ring, hidden(session.seeds[0]), session.id, session.one));
    });
    expect_blind("sealed batch, seed", [&] {
        const std::vector<Vector> cases{session.vector()};
        return need(seal_batch(ring, hidden(secret_of(30)), BatchId(), session.profile, cases))[0];
    });
    expect_blind("sealed batch, case", [&] {
        std::vector<Vector> cases;
        cases.push_back(hidden(session.vector()));
        return need(seal_batch(ring, secret_of(30), BatchId(), session.profile, cases))[0];
    });
    expect_blind("lift key",
                 [&] { return make_lift_key(ring, hidden(secret_of(30)), *session.public_key); });
    expect_blind("query, seed", [&] {
        return need(
            encrypt_query(ring, *session.public_key, hidden(secret_of(31)), session.vector()));
    });
    expect_blind("query, case", [&] {
        return need(
            encrypt_query(ring, *session.public_key, secret_of(31), hidden(session.vector())));
    });
    expect_blind("requester key", [&] { return make_requester_key(ring, hidden(secret_of(32))); });
    expect_blind("opening share", [&] {
        return need(make_opening_share(ring, hidden(session.seeds[0]), finished, key, open));
    });
    return wrong;
}

}  // namespace

int main() {
    if (RUNNING_ON_VALGRIND == 0) {
        std::printf("[  SKIPPED ] ctime.engine: not under valgrind\n");
        return kExitSkipped;
    }
    return count_wrong() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
