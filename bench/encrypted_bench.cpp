// Every step of an encrypted match at the release's size, one thread: keys of three parties, one
// full batch, one query. The peer is the plain scorer on the same cases in the same run; the floor
// of the sum, which reads query and batch once, is the time to read that much memory.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "bench/report.hpp"
#include "mednexus/compute/linear_check.hpp"
#include "mednexus/compute/opening.hpp"
#include "mednexus/compute/plain_scorer.hpp"
#include "mednexus/compute/query_proof.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/system_random.hpp"

namespace {

using mednexus::Bytes;
using mednexus::Hash32;
using mednexus::Result;
using mednexus::Secret;
using mednexus::bench::keep;
using mednexus::bench::must;
using mednexus::bench::seconds_now;
namespace compute = mednexus::compute;

constexpr std::size_t kParties = 3;
constexpr int kRounds = 5;

double best_ms(const std::function<void()>& work, int rounds = kRounds) {
    return 1000 * mednexus::bench::best_seconds(rounds, work);
}

Secret<32> draw(mednexus::Random& random) {
    Secret<32> seed;
    random.fill(seed.mutable_reveal());
    return seed;
}

compute::Vector random_vector(mednexus::Random& random, const Hash32& profile, std::size_t size) {
    std::vector<std::uint8_t> raw(size);
    random.fill(raw);
    std::vector<std::int8_t> entries(size);
    std::transform(raw.begin(), raw.end(), entries.begin(), [](std::uint8_t x) {
        return static_cast<std::int8_t>(x % 15 - 7);
    });
    return must(compute::Vector::make(profile, std::move(entries)));
}

class Bench {
public:
    explicit Bench(bool as_json) : as_json_(as_json), ring_(must(compute::Ring::make({}))) {
        mednexus::crypto::SystemRandom random;
        profile_ = mednexus::random_id<Hash32>(random);
        session_ = mednexus::random_id<Hash32>(random);
        id_ = mednexus::random_id<compute::BatchId>(random);
        seed_ = draw(random);
        for (std::size_t i = 0; i < kParties; ++i) {
            parties_.push_back(draw(random));
        }
        for (std::size_t i = 0; i < ring_->slots(); ++i) {
            cases_.push_back(random_vector(random, profile_, ring_->options().dimensions));
        }
    }

    void run() {
        measure_plain();
        make_keys();
        make_index();
        score();
        open();
    }

private:
    void say(const std::string& name,
             double value,
             const std::string& unit,
             const std::string& peer,
             double peer_value) {
        mednexus::bench::print({.bench = "encrypted." + name,
                                .value = value,
                                .unit = unit,
                                .floor_or_peer = peer,
                                .floor_or_peer_value = peer_value,
                                .parameters = fmt::format("N={}, d={}, {} parties, 1 thread",
                                                          ring_->slots(),
                                                          ring_->options().dimensions,
                                                          kParties)},
                               as_json_);
    }

    void measure_plain() {
        const auto scorer = must(compute::PlainScorer::make({.profile = profile_}));
        const auto index = must(scorer.make_index(cases_));
        const auto query = must(scorer.make_query(cases_[0]));
        const compute::SlotMask all(cases_.size(), true);
        plain_ms_ = best_ms([&] { keep(must(scorer.score(*query, *index, all))); });
    }

    void make_keys() {
        std::vector<Bytes> one(kParties);
        std::vector<Bytes> two(kParties);
        const double one_ms =
            best_ms([&] { one[0] = make_share_one(*ring_, parties_[0], session_); });
        for (std::size_t i = 1; i < kParties; ++i) {
            one[i] = make_share_one(*ring_, parties_[i], session_);
        }
        const compute::RoundOne sums = must(combine_round_one(*ring_, session_, one));
        const double two_ms =
            best_ms([&] { two[0] = must(make_share_two(*ring_, parties_[0], session_, sums)); });
        for (std::size_t i = 1; i < kParties; ++i) {
            two[i] = must(make_share_two(*ring_, parties_[i], session_, sums));
        }
        const Bytes keys = must(combine_round_two(*ring_, session_, sums, two));
        public_key_ = std::make_unique<compute::PublicKey>(
            must(compute::PublicKey::parse(*ring_, sums.public_key)));
        const double parse_ms = best_ms(
            [&] {
                keys_ = std::make_unique<compute::EvaluationKeys>(
                    must(compute::EvaluationKeys::parse(*ring_, keys)));
            },
            2);
        say("share_one", one_ms, "ms", "parsing all evaluation keys", parse_ms);
        say("share_two", two_ms, "ms", "parsing all evaluation keys", parse_ms);
    }

    void make_index() {
        compute::BatchParts sealed;
        compute::BatchParts parts;
        const double seal_ms =
            best_ms([&] { sealed = must(seal_batch(*ring_, seed_, id_, profile_, cases_)); }, 2);
        const Bytes raw = make_lift_key(*ring_, seed_, *public_key_);
        const auto key = must(compute::LiftKey::parse(*ring_, raw));
        const double lift_ms = best_ms([&] { parts = must(lift_batch(*ring_, key, sealed)); }, 2);
        const double parse_ms = best_ms(
            [&] {
                batch_ = std::make_unique<compute::LiftedBatch>(
                    must(compute::LiftedBatch::parse(*ring_, parts)));
            },
            2);
        say("seal_batch", seal_ms, "ms", "parsing the lifted batch", parse_ms);
        say("lift_batch", lift_ms, "ms", "parsing the lifted batch", parse_ms);
        auto check = compute::LinearCheck::make(ring_, seed_.clone());
        const double start = seconds_now();
        must(check.absorb(*batch_).map([] { return true; }));
        say("check_absorb",
            1000 * (seconds_now() - start),
            "ms",
            "parsing the lifted batch",
            parse_ms);
        check_ = std::make_unique<compute::LinearCheck>(std::move(check));
    }

    /// Reads query and batch once, as the sum must.
    double read_ms() {
        std::uint64_t sum = 0;
        return best_ms([&] {
            for (std::size_t i = 0; i < compute::kScorePrimes; ++i) {
                const auto& q = query_->words()[i];
                const auto& d = batch_->words()[i];
                sum = std::accumulate(q.begin(), q.end(), sum);
                sum = std::accumulate(d.begin(), d.end(), sum);
            }
            keep(sum);
        });
    }

    /// Attempts of a proof are few or many by chance, so it is the mean over some queries.
    void prove(const Bytes& query) {
        constexpr std::size_t kQueries = 10;
        const Hash32 use = session_;  // any: who asks, and for what
        const double start = seconds_now();
        for (std::size_t i = 0; i < kQueries; ++i) {
            keep(must(prove_query(*ring_, *public_key_, seed_, cases_[i], use)));
        }
        const double prove_ms = 1000 * (seconds_now() - start) / kQueries;
        const Bytes proof = must(prove_query(*ring_, *public_key_, seed_, cases_[0], use));
        const double check_ms = best_ms([&] {
            must(check_query(*ring_, *public_key_, query, use, proof).map([] { return true; }));
        });
        const Bytes images(22 * query.size());  // what one attempt hashes, and nothing else
        const double hash_ms = best_ms([&] { keep(mednexus::crypto::sha256(images)); });
        say("prove_query", prove_ms, "ms", "SHA-256 of one attempt", hash_ms);
        say("check_query", check_ms, "ms", "SHA-256 of one attempt", hash_ms);
    }

    void score() {
        const Bytes raw = must(encrypt_query(*ring_, *public_key_, seed_, cases_[0]));
        prove(raw);
        const double expand_ms = best_ms(
            [&] {
                query_ = std::make_unique<compute::ExpandedQuery>(
                    must(compute::ExpandedQuery::expand(*ring_, *keys_, raw)));
            },
            2);
        const double switches = ring_->options().dimensions - 1;
        const double sum_ms = best_ms([&] { sum_ = must(score_batch(*ring_, *query_, *batch_)); });
        const double verify_ms = best_ms([&] {
            must(check_->verify(*query_, std::vector<Bytes>{sum_}).map([] { return true; }));
        });
        const double finish_ms =
            best_ms([&] { finished_ = must(finish_scores(*ring_, *keys_, sum_)); });
        const double us_per_case = 1000.0 / ring_->slots();
        say("expand", expand_ms, "ms", "plain scorer, one batch", plain_ms_);
        say("key_switch", expand_ms / switches, "ms", "aim of the design", 1.0);
        say("sum_per_case", sum_ms * us_per_case, "us", "plain scorer", plain_ms_ * us_per_case);
        say("sum", sum_ms, "ms", "reading query and batch once", read_ms());
        say("check_verify", verify_ms, "ms", "two sums", 2 * sum_ms);
        say("finish", finish_ms, "ms", "three key switches", 3 * expand_ms / switches);
    }

    void open() {
        const compute::SlotMask all(ring_->slots(), true);
        const Bytes key = make_requester_key(*ring_, seed_);
        std::vector<Bytes> shares(kParties);
        const double share_ms = best_ms([&] {
            shares[0] = must(make_opening_share(*ring_, parties_[0], finished_, key, all));
        });
        for (std::size_t i = 1; i < kParties; ++i) {
            shares[i] = must(make_opening_share(*ring_, parties_[i], finished_, key, all));
        }
        const double open_ms =
            best_ms([&] { keep(must(open_scores(*ring_, seed_, finished_, shares))); });
        say("share", share_ms, "ms", "plain scorer, one batch", plain_ms_);
        say("open", open_ms, "ms", "plain scorer, one batch", plain_ms_);
    }

    bool as_json_;
    std::shared_ptr<const compute::Ring> ring_;
    Hash32 profile_;
    Hash32 session_;
    compute::BatchId id_;
    Secret<32> seed_;
    std::vector<Secret<32>> parties_;
    std::vector<compute::Vector> cases_;
    double plain_ms_ = 0;
    std::unique_ptr<compute::PublicKey> public_key_;
    std::unique_ptr<compute::EvaluationKeys> keys_;
    std::unique_ptr<compute::LiftedBatch> batch_;
    std::unique_ptr<compute::LinearCheck> check_;
    std::unique_ptr<compute::ExpandedQuery> query_;
    Bytes sum_;
    Bytes finished_;
};

}  // namespace

int main(int argc, char** argv) {
    Bench(mednexus::bench::wants_json(argc, argv)).run();
    return 0;
}
