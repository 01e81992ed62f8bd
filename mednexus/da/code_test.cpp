#include "mednexus/da/code.hpp"

#include <algorithm>
#include <bit>

#include "mednexus/codec/hex.hpp"
#include "mednexus/da/internal/test_support.hpp"

namespace mednexus::da {
namespace {

using internal::blob_of;

/// GF(2^8) modulo 0x11D, bit by bit.
std::uint8_t times(std::uint32_t a, std::uint32_t b) {
    std::uint32_t product = 0;
    for (; b > 0; b >>= 1U) {
        product ^= (b & 1U) != 0 ? a : 0;
        a = (a << 1U) ^ ((a & 0x80U) != 0 ? 0x11DU : 0);
    }
    return static_cast<std::uint8_t>(product);
}

std::uint8_t inverse(std::uint32_t a) {
    std::uint32_t b = 1;
    while (times(a, b) != 1) {
        ++b;
    }
    return static_cast<std::uint8_t>(b);
}

/// Shard i as section 2 of the format page says it, from the first k shards.
Bytes slow_parity(const std::vector<Bytes>& shards, std::uint32_t k, std::uint32_t i) {
    Bytes out(shards.front().size());
    for (std::uint32_t j = 0; j < k; ++j) {
        const std::uint8_t factor = inverse(i ^ j);
        for (std::size_t at = 0; at < out.size(); ++at) {
            out[at] ^= times(factor, shards[j][at]);
        }
    }
    return out;
}

std::vector<Shard> only(const std::vector<Bytes>& shards, std::uint32_t mask) {
    std::vector<Shard> out;
    for (std::uint32_t i = 0; i < shards.size(); ++i) {
        if ((mask >> i & 1U) != 0) {
            out.push_back({i, shards[i]});
        }
    }
    return out;
}

TEST(Code, GivesTheShardsOfTheIndependentImplementation) {
    const json::Value vectors = internal::read_vectors();
    std::size_t count = 0;
    for (const json::Value& one : *vectors.as_object()->find("shards")->as_array()) {
        json::Reader reader(one, "vector");
        const std::string seed = reader.string("seed").value();
        const Code code{static_cast<std::uint32_t>(reader.integer("n").value()),
                        static_cast<std::uint32_t>(reader.integer("k").value())};
        const auto blob = blob_of(seed, static_cast<std::size_t>(reader.integer("length").value()));
        const auto shards = split(blob, code);
        ASSERT_TRUE(shards) << seed;
        EXPECT_EQ(shards->front().size(), reader.integer("width").value()) << seed;
        std::vector<std::string> hashes;
        for (const Bytes& shard : *shards) {
            hashes.push_back(codec::to_hex_0x(shard_hash(shard).view()));
        }
        EXPECT_EQ(hashes, reader.strings("hashes").value()) << seed << " " << blob.size();
        const std::string last = reader.string("last").value();
        EXPECT_TRUE(last.empty() || codec::to_hex(shards->back()) == last) << seed;
        ++count;
    }
    EXPECT_EQ(count, 51U);
}

TEST(Code, AgreesWithTheSlowReference) {
    for (std::uint32_t n = 2; n <= 9; ++n) {
        for (std::uint32_t k = 1; k < n; ++k) {
            const auto shards = split(blob_of("slow", 10 + 37 * n * k), {n, k});
            ASSERT_TRUE(shards);
            for (std::uint32_t i = k; i < n; ++i) {
                EXPECT_EQ((*shards)[i], slow_parity(*shards, k, i)) << n << " " << k << " " << i;
            }
        }
    }
}

TEST(Code, EveryErasurePatternUpToFiveGivesTheBlobBackOrIsRefused) {
    for (std::uint32_t n = 2; n <= 5; ++n) {
        for (std::uint32_t k = 1; k < n; ++k) {
            const Bytes blob = blob_of("erasure", 301 + n);
            const auto shards = split(blob, {n, k});
            ASSERT_TRUE(shards);
            for (std::uint32_t mask = 0; mask < (1U << n); ++mask) {
                const auto back = join(only(*shards, mask), {n, k});
                const bool is_enough = std::popcount(mask) >= static_cast<int>(k);
                EXPECT_EQ(back.has_value(), is_enough) << n << " " << k << " " << mask;
                EXPECT_TRUE(!back || *back == blob) << n << " " << k << " " << mask;
            }
        }
    }
}

TEST(Code, TakesShardsInAnyOrder) {
    const Bytes blob = blob_of("order", 5000);
    auto chosen = only(split(blob, {7, 4}).value(), 0b1101010);
    do {
        EXPECT_EQ(join(chosen, {7, 4}).value_or(Bytes()), blob);
    } while (std::next_permutation(chosen.begin(), chosen.end(), [](const auto& a, const auto& b) {
        return a.index < b.index;
    }));
}

TEST(Code, WidthsAreThoseOfTheFormat) {
    EXPECT_EQ(width_of(1, 1), 64U);
    EXPECT_EQ(width_of(56, 1), 64U);
    EXPECT_EQ(width_of(57, 1), 128U);
    EXPECT_EQ(width_of(120, 2), 64U);
    EXPECT_EQ(width_of(121, 2), 128U);
    EXPECT_EQ(width_of(2 * 262144 - 8, 2), 262144U);
    EXPECT_EQ(width_of(2 * 262144 - 7, 2), 262144U + 4096U);
}

TEST(Code, RefusesCodesAndLengthsThatAreNone) {
    const Bytes blob = blob_of("x", 10);
    for (const Code code : {Code{0, 0}, Code{1, 1}, Code{2, 2}, Code{2, 0}, Code{256, 3}}) {
        EXPECT_FALSE(split(blob, code)) << code.n << " " << code.k;
        EXPECT_FALSE(join(std::vector<Shard>(300), code)) << code.n << " " << code.k;
    }
    EXPECT_FALSE(split({}, {3, 2}));
    EXPECT_FALSE(split(Bytes(kBlobSizeBytesMax + 1), {3, 2}));
}

TEST(Code, RefusesShardsThatAreNoSet) {
    const auto shards = split(blob_of("x", 1000), {3, 2}).value();
    const auto kind = [](const Result<Bytes>& result) {
        return result ? Kind::internal : result.error().kind;
    };
    EXPECT_EQ(kind(join(std::vector<Shard>{{0, shards[0]}, {0, shards[0]}}, {3, 2})),
              Kind::invalid);
    EXPECT_EQ(kind(join(std::vector<Shard>{{0, shards[0]}, {3, shards[2]}}, {3, 2})),
              Kind::invalid);
    Bytes shorter = shards[1];
    shorter.resize(shorter.size() - 64);
    EXPECT_EQ(kind(join(std::vector<Shard>{{0, shards[0]}, {1, shorter}}, {3, 2})), Kind::invalid);
    shorter.resize(shorter.size() - 1);
    EXPECT_EQ(kind(join(std::vector<Shard>{{0, shorter}, {1, shorter}}, {3, 2})), Kind::invalid);
    EXPECT_EQ(kind(join(std::vector<Shard>{{0, {}}, {1, {}}}, {3, 2})), Kind::invalid);
}

TEST(Code, RefusesALengthOrATailThatNoBlobHas) {
    const auto shards = split(blob_of("x", 100), {3, 2}).value();  // 108 of 128 bytes are used
    const auto with = [&](std::size_t shard, std::size_t at) {
        auto changed = shards;
        changed[shard][at] ^= 1U;
        const auto back = join(only(changed, 0b011), {3, 2});
        return back ? Kind::internal : back.error().kind;
    };
    for (std::size_t at = 0; at < 7; ++at) {
        EXPECT_EQ(with(0, at), Kind::corrupt) << at;
    }
    EXPECT_EQ(with(1, 44), Kind::corrupt);  // the first byte behind the blob
    EXPECT_EQ(with(1, 63), Kind::corrupt);
    EXPECT_EQ(with(1, 43), Kind::internal);  // its last byte: for the hashes to find
}

}  // namespace
}  // namespace mednexus::da
