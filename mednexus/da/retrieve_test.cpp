#include "mednexus/da/retrieve.hpp"

#include <bit>

#include "mednexus/da/internal/test_support.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::da {
namespace {

using internal::blob_of;
using internal::Consortium;

std::vector<Shard> shards_of(BytesView blob, Code code) {
    std::vector<Shard> out;
    auto made = split(blob, code).value();
    for (std::uint32_t i = 0; i < code.n; ++i) {
        out.push_back({i, std::move(made[i])});
    }
    return out;
}

TEST(Rebuild, AnyKOfTheHoldersGiveTheBlobBack) {
    for (std::size_t n = 2; n <= 5; ++n) {
        const Consortium world(n);
        const Bytes blob = blob_of("rebuild", 3000 + n);
        const Header header = world.header(blob, Consortium::batch(0, 4));
        const auto all = shards_of(blob, header.code);
        for (std::uint32_t mask = 0; mask < (1U << n); ++mask) {
            std::vector<Shard> some;
            for (std::uint32_t i = 0; i < n; ++i) {
                if ((mask >> i & 1U) != 0) {
                    some.push_back(all[i]);
                }
            }
            const auto back = rebuild(header, some);
            if (some.size() >= n - 1) {
                EXPECT_EQ(back.value_or(Bytes()), blob) << n << " " << mask;
            } else {
                EXPECT_EQ(back.error().kind, Kind::unavailable) << n << " " << mask;
            }
        }
    }
}

TEST(Rebuild, AShardTwiceIsOne) {
    const Consortium world;
    const Bytes blob = blob_of("twice", 300);
    const Header header = world.header(blob, Consortium::batch(0, 4));
    const auto all = shards_of(blob, header.code);
    EXPECT_EQ(rebuild(header, std::vector<Shard>{all[1], all[1]}).error().kind, Kind::unavailable);
    EXPECT_EQ(rebuild(header, std::vector<Shard>{all[1], all[1], all[2]}).value(), blob);
}

TEST(Rebuild, NamesAShardThatWasChangedOrCut) {
    const Consortium world;
    const Bytes blob = blob_of("altered", 9000);
    const Header header = world.header(blob, Consortium::batch(0, 4));
    const auto all = shards_of(blob, header.code);
    testing::SeededRandom random(7);
    for (int i = 0; i < 1000; ++i) {
        Shard shard = all[random.below(3)];
        shard.content[random.below(shard.content.size())] ^=
            static_cast<std::uint8_t>(1 + random.below(255));
        const auto checked = check_shard(header, shard);
        ASSERT_FALSE(checked);
        EXPECT_THAT(checked.error().what,
                    ::testing::HasSubstr("da.shard " + std::to_string(shard.index)));
    }
    Shard cut = all[0];
    cut.content.resize(cut.content.size() - 64);
    EXPECT_FALSE(check_shard(header, cut));
    EXPECT_FALSE(check_shard(header, {3, all[0].content}));
    EXPECT_FALSE(check_shard(header, {1, all[0].content}));
    EXPECT_EQ(rebuild(header, std::vector<Shard>{cut, all[1], all[2]}).error().kind, Kind::invalid);
}

/// A header whose hashes are of shards that are no code word, or of no blob.
TEST(Rebuild, BlamesThePublisherWhoseShardsAreNoCodeWord) {
    const Consortium world;
    const Bytes blob = blob_of("liar", 9000);
    for (std::size_t lie = 0; lie < 3; ++lie) {
        Header header = world.header(blob, Consortium::batch(0, 4));
        auto all = shards_of(blob, header.code);
        all[lie].content[4000] ^= 1U;
        header.shards[lie] = shard_hash(all[lie].content);
        for (std::size_t away = 0; away < 3; ++away) {
            std::vector<Shard> some = all;
            some.erase(some.begin() + static_cast<std::ptrdiff_t>(away));
            const auto back = rebuild(header, some);
            ASSERT_FALSE(back) << lie << " " << away;
            EXPECT_EQ(back.error().kind, Kind::corrupt);
            EXPECT_THAT(back.error().what, ::testing::HasSubstr("publisher fault"));
        }
    }
}

TEST(Rebuild, BlamesThePublisherWhoseShardsHoldNoBlob) {
    const Consortium world;
    Header header = world.header(blob_of("liar", 100), Consortium::batch(0, 4));
    std::vector<Shard> all;
    for (std::uint32_t i = 0; i < 3; ++i) {
        all.push_back({i, Bytes(header.width(), 0xFF)});
        header.shards[i] = shard_hash(all.back().content);
    }
    EXPECT_EQ(rebuild(header, all).error().kind, Kind::corrupt);
}

}  // namespace
}  // namespace mednexus::da
