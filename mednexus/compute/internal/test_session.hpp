#pragma once
/// For tests of the engine: a whole session of parties, one owner and one requester, in memory.
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/compute/opening.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::compute::internal {

inline Secret<32> seed_of(std::uint64_t number) {
    testing::SeededRandom random(number);
    Secret<32> seed;
    random.fill(seed.mutable_reveal());
    return seed;
}

inline Hash32 hash_of(std::uint64_t number) {
    testing::SeededRandom random(number);
    return random_id<Hash32>(random);
}

inline std::shared_ptr<const Ring> ring_of(std::uint32_t degree,
                                           std::uint32_t dimensions,
                                           std::uint32_t plain_modulus = 65537) {
    auto ring =
        Ring::make({.degree = degree, .plain_modulus = plain_modulus, .dimensions = dimensions});
    EXPECT_TRUE(ring) << (ring ? "" : ring.error().what);
    return *std::move(ring);
}

/// The value, or a failed test and the end of the program: there is nothing to go on with.
template <typename T>
T need(Result<T> result) {
    if (!result) {
        ADD_FAILURE() << result.error().what;
        std::abort();
    }
    return *std::move(result);
}

struct SessionOptions {
    std::uint32_t degree = 256;
    std::uint32_t dimensions = 16;
    std::uint32_t parties = 3;
    std::uint64_t seed = 1;
    std::uint32_t plain_modulus = 65537;
};

class Session {
public:
    explicit Session(const SessionOptions& options)
        : ring(ring_of(options.degree, options.dimensions, options.plain_modulus)),
          profile(hash_of(77)),
          id(hash_of(1000 * options.seed)),
          data_seed(seed_of(1000 * options.seed + 1)),
          requester_seed(seed_of(1000 * options.seed + 2)),
          query_seed(seed_of(1000 * options.seed + 3)) {
        for (std::uint32_t i = 0; i < options.parties; ++i) {
            share_seeds.push_back(seed_of(1000 * options.seed + 100 + i));
            shares_one.push_back(make_share_one(*ring, share_seeds.back(), id));
        }
        round_one = need(combine_round_one(*ring, id, shares_one));
        for (const Secret<32>& seed : share_seeds) {
            shares_two.push_back(need(make_share_two(*ring, seed, id, round_one)));
        }
        evaluation = need(combine_round_two(*ring, id, round_one, shares_two));
        public_key.emplace(need(PublicKey::parse(*ring, round_one.public_key)));
        keys.emplace(need(EvaluationKeys::parse(*ring, evaluation)));
        lift_key = make_lift_key(*ring, data_seed, *public_key);
        requester_key = make_requester_key(*ring, requester_seed);
    }

    [[nodiscard]] Vector vector(std::vector<std::int8_t> entries) const {
        return need(Vector::make(profile, std::move(entries)));
    }

    /// Entries from -7 to 7.
    [[nodiscard]] Vector random_vector(testing::SeededRandom& random) const {
        std::vector<std::int8_t> entries(ring->options().dimensions);
        for (auto& entry : entries) {
            entry = static_cast<std::int8_t>(static_cast<int>(random.below(15)) - 7);
        }
        return vector(std::move(entries));
    }

    [[nodiscard]] std::vector<Vector> random_vectors(testing::SeededRandom& random,
                                                     std::size_t count) const {
        std::vector<Vector> out;
        for (std::size_t i = 0; i < count; ++i) {
            out.push_back(random_vector(random));
        }
        return out;
    }

    [[nodiscard]] BatchParts seal(std::span<const Vector> cases, std::uint8_t number = 1) const {
        BatchId batch;
        batch.mutable_array()[0] = number;
        return need(seal_batch(*ring, data_seed, batch, profile, cases));
    }

    [[nodiscard]] BatchParts lift(const BatchParts& sealed) const {
        return need(lift_batch(*ring, need(LiftKey::parse(*ring, lift_key)), sealed));
    }

    [[nodiscard]] LiftedBatch lifted(std::span<const Vector> cases, std::uint8_t number = 1) const {
        return need(LiftedBatch::parse(*ring, lift(seal(cases, number))));
    }

    [[nodiscard]] Bytes query(const Vector& asked) const {
        return need(encrypt_query(*ring, *public_key, query_seed, asked));
    }

    [[nodiscard]] ExpandedQuery expanded(const Vector& asked) const {
        return need(ExpandedQuery::expand(*ring, *keys, query(asked)));
    }

    [[nodiscard]] Bytes finished(const Vector& asked, std::span<const Vector> cases) const {
        return need(
            finish_scores(*ring, *keys, need(score_batch(*ring, expanded(asked), lifted(cases)))));
    }

    [[nodiscard]] SlotMask all_open() const { return SlotMask(ring->slots(), true); }

    [[nodiscard]] Bytes share(std::size_t party, BytesView scores, const SlotMask& open) const {
        return need(make_opening_share(*ring, share_seeds[party], scores, requester_key, open));
    }

    [[nodiscard]] std::vector<Bytes> shares(BytesView scores) const {
        std::vector<Bytes> out;
        for (std::size_t i = 0; i < share_seeds.size(); ++i) {
            out.push_back(share(i, scores, all_open()));
        }
        return out;
    }

    [[nodiscard]] Result<std::vector<std::int32_t>> open(BytesView scores,
                                                         std::span<const Bytes> with) const {
        return open_scores(*ring, requester_seed, scores, with);
    }

    std::shared_ptr<const Ring> ring;
    Hash32 profile;
    Hash32 id;
    std::vector<Secret<32>> share_seeds;
    Secret<32> data_seed;
    Secret<32> requester_seed;
    Secret<32> query_seed;
    std::vector<Bytes> shares_one;
    std::vector<Bytes> shares_two;
    RoundOne round_one;
    Bytes evaluation;
    std::optional<PublicKey> public_key;
    std::optional<EvaluationKeys> keys;
    Bytes lift_key;
    Bytes requester_key;
};

inline std::int32_t inner_product(const Vector& a, const Vector& b) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < a.entries().size(); ++i) {
        sum += a.entries()[i] * b.entries()[i];
    }
    return sum;
}

}  // namespace mednexus::compute::internal
