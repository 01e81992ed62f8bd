#include "mednexus/chain/follower.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::chain {
namespace {

using testing::FakeChain;
using ::testing::HasSubstr;

/// What a mirror promises, in memory.
class MemoryMirror final : public Mirror {
public:
    Result<std::optional<BlockRef>> newest_at_or_below(std::uint64_t number) const override {
        ++questions;
        const auto above = blocks.upper_bound(number);
        return above == blocks.begin() ? std::optional<BlockRef>()
                                       : std::optional(std::prev(above)->second);
    }

    Result<void> apply(const Turn& turn) override {
        if (fails_at != 0 && --fails_at == 0) {
            return fail(Kind::io, "mirror: disk full");
        }
        const std::uint64_t first_gone = turn.keep_up_to ? *turn.keep_up_to + 1 : 0;
        blocks.erase(blocks.lower_bound(first_gone), blocks.end());
        std::erase_if(events, [&](const EventLog& e) { return e.block_number >= first_gone; });
        for (const EventLog& event : turn.events) {
            EXPECT_GE(event.block_number, first_gone);
            EXPECT_LE(event.block_number, turn.newest.number);
            events.push_back(event);
        }
        blocks[turn.newest.number] = turn.newest;
        is_complete = turn.is_complete;
        ++turns;
        return {};
    }

    std::map<std::uint64_t, BlockRef> blocks;
    std::vector<EventLog> events;
    bool is_complete = false;
    int fails_at = 0;  ///< the apply that fails, counted from the next (1); 0: none
    int turns = 0;
    mutable int questions = 0;
};

Secret<32> key_of(std::string_view name) {
    return Secret<32>::from(crypto::sha256(bytes_of(name)).view()).value();
}

class ChainFollower : public ::testing::Test {
protected:
    void SetUp() override {
        at = fake.deploy();
        fake.accredit("north.example", *crypto::evm_address_of(north), Hash32{}, kLate);
    }

    Follower follower(MemoryMirror& to, FollowerOptions options = {}) {
        return Follower(client, to, at, options);
    }

    /// One event, or a refused transaction that gives none.
    void act(testing::SeededRandom& random) {
        const Hash32 value = random_id<Hash32>(random);
        switch (random.below(4)) {
            case 0:
                fake.send(north, at.anchors, anchor_call(random.below(1000), value));
                break;
            case 1:
                fake.send(north, at.cases, tombstone_batch_call(std::vector{value}));
                break;
            case 2:
                fake.mine(random.below(3) + 1);
                break;
            default:
                fake.send(
                    north, at.cases, register_batch_call(std::vector<CaseEntry>{{value, value}}));
                break;
        }
    }

    /// The mirror holds what one that starts now would hold.
    void expect_as_fresh(const MemoryMirror& lived) {
        MemoryMirror fresh;
        const auto newest = follower(fresh).follow();
        ASSERT_TRUE(newest) << newest.error().what;
        EXPECT_EQ(lived.events, fresh.events);
        ASSERT_FALSE(lived.blocks.empty());
        EXPECT_EQ(lived.blocks.rbegin()->second, *newest);
        EXPECT_TRUE(lived.is_complete);
    }

    static constexpr UnixTime kLate{2'000'000'000};
    testing::ManualClock clock;
    FakeChain fake{clock};
    Client client{fake, "fake"};
    Deployment at;
    Secret<32> north = key_of("north");
    MemoryMirror mirror;
};

TEST_F(ChainFollower, ReadsAllEventsOfTheFourContracts) {
    fake.send(north, at.anchors, anchor_call(1, Hash32{}));
    auto one = follower(mirror);
    const auto newest = one.follow();
    ASSERT_TRUE(newest) << newest.error().what;
    EXPECT_EQ(newest->number, fake.height());
    ASSERT_EQ(mirror.events.size(), 4U);  // ownership, accreditor, institution, anchor
    EXPECT_EQ(mirror.events.back().address, at.anchors);
    for (const EventLog& event : mirror.events) {
        EXPECT_TRUE(parse_event(at, event));
    }
}

TEST_F(ChainFollower, AsksLittleWhenNothingChanged) {
    auto one = follower(mirror);
    ASSERT_TRUE(one.follow());
    const std::uint64_t before = fake.calls();
    const int turns = mirror.turns;
    ASSERT_TRUE(one.follow());
    EXPECT_LE(fake.calls() - before, 2U);
    EXPECT_EQ(mirror.turns, turns);
}

TEST_F(ChainFollower, IgnoresEventsOfOtherContracts) {
    testing::FakeChain two{clock, FakeChain::kChainId};
    Deployment other = at;
    other.anchors = two.accreditor();
    fake.send(north, at.anchors, anchor_call(1, Hash32{}));
    auto one = Follower(client, mirror, other);
    EXPECT_EQ(one.follow().error().kind, Kind::unavailable);  // no code there
    EXPECT_TRUE(mirror.blocks.empty());
}

TEST_F(ChainFollower, ReadsALongChainInRanges) {
    testing::SeededRandom random(7);
    for (int i = 0; i < 40; ++i) {
        act(random);
    }
    auto one = follower(mirror, {.range_blocks_max = 3});
    ASSERT_TRUE(one.follow());
    EXPECT_GT(mirror.turns, 5);
    expect_as_fresh(mirror);
}

TEST_F(ChainFollower, FindsTheForkInFewQuestions) {
    auto one = follower(mirror);
    for (int i = 0; i < 400; ++i) {
        fake.mine();
        ASSERT_TRUE(one.follow());
    }
    fake.reorganise(390, FakeChain::Orphans::drop);
    const std::uint64_t before = fake.calls();
    mirror.questions = 0;
    ASSERT_TRUE(one.follow());
    EXPECT_LT(fake.calls() - before, 40U);
    EXPECT_LT(mirror.questions, 40);
    expect_as_fresh(mirror);
    EXPECT_EQ(mirror.blocks.size(), 400U - 390U + 1U);
}

/// Follows a random chain through random reorganisations of all sorts.
class ChainFollowerProperty : public ChainFollower,
                              public ::testing::WithParamInterface<std::uint64_t> {
protected:
    void change(testing::SeededRandom& random) {
        const auto orphans =
            random.below(2) == 0 ? FakeChain::Orphans::drop : FakeChain::Orphans::keep_in_pool;
        const std::uint64_t room = fake.height() - (at.from_block + 1);  // what setup made stays
        switch (random.below(5)) {
            case 0:
                fake.restart(std::min(room, random.below(8) + 1));  // shorter
                break;
            case 1:
                fake.reorganise(fake.height() + 1, FakeChain::Orphans::keep_in_pool);  // no block
                break;
            default:
                fake.reorganise(std::min(room, random.below(8) + 1), orphans);
                break;
        }
    }
};

TEST_P(ChainFollowerProperty, AMirrorThatLivedThroughReorganisationsEqualsAFreshOne) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    testing::SeededRandom random(GetParam());
    auto one = follower(mirror, {.range_blocks_max = random.below(12) + 1});
    for (int round = 0; round < 12; ++round) {
        for (std::uint64_t acts = random.below(6); acts > 0; --acts) {
            act(random);
        }
        if (random.below(3) != 0) {
            ASSERT_TRUE(one.follow());
            expect_as_fresh(mirror);
        }
        change(random);
        const auto newest = one.follow();
        ASSERT_TRUE(newest) << newest.error().what;
        expect_as_fresh(mirror);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChainFollowerProperty, ::testing::Range<std::uint64_t>(1, 41));

TEST_F(ChainFollower, HandlesAChainThatEndsAtOrBelowItsFork) {
    auto one = follower(mirror);
    for (int i = 0; i < 5; ++i) {
        fake.mine();
        ASSERT_TRUE(one.follow());
    }
    fake.restart(2);
    ASSERT_TRUE(one.follow());
    expect_as_fresh(mirror);
    EXPECT_EQ(mirror.blocks.rbegin()->first, fake.height());
}

TEST_F(ChainFollower, IsUnavailableWhenTheContractsAreGone) {
    auto one = follower(mirror);
    ASSERT_TRUE(one.follow());
    fake.restart(fake.height());
    const auto gone = one.follow();
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, Kind::unavailable);
    EXPECT_THAT(gone.error().what, HasSubstr("no code"));
}

TEST_F(ChainFollower, IsUnavailableOnAnotherChain) {
    auto one = follower(mirror);
    ASSERT_TRUE(one.follow());
    fake.answer_with_chain_id(16661);
    const auto other = one.follow();
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind, Kind::unavailable);
    EXPECT_THAT(other.error().what, HasSubstr("16661"));
}

TEST_F(ChainFollower, LeavesTheMirrorRightWhicheverCallFails) {
    testing::SeededRandom random(11);
    for (std::uint64_t failing = 1; failing <= 30; ++failing) {
        SCOPED_TRACE(failing);
        MemoryMirror one;
        auto runner = follower(one, {.range_blocks_max = 2});
        ASSERT_TRUE(runner.follow());
        for (int i = 0; i < 4; ++i) {
            act(random);
        }
        fake.reorganise(2, FakeChain::Orphans::keep_in_pool);
        fake.fail_call(failing);
        const auto broken = runner.follow();
        fake.fail_call(0);
        if (!broken) {
            EXPECT_EQ(broken.error().kind, Kind::unavailable);
        }
        auto after_restart = follower(one);
        ASSERT_TRUE(after_restart.follow());
        expect_as_fresh(one);
    }
}

TEST_F(ChainFollower, LeavesTheMirrorRightWhicheverTurnFails) {
    testing::SeededRandom random(12);
    for (int failing = 1; failing <= 4; ++failing) {
        SCOPED_TRACE(failing);
        MemoryMirror one;
        auto runner = follower(one, {.range_blocks_max = 1});
        ASSERT_TRUE(runner.follow());
        fake.mine(3);
        act(random);
        fake.reorganise(2, FakeChain::Orphans::keep_in_pool);
        one.fails_at = failing;
        EXPECT_EQ(runner.follow().error().kind, Kind::io);
        ASSERT_TRUE(runner.follow());
        expect_as_fresh(one);
    }
}

TEST_F(ChainFollower, CompletesARoadThatAnotherLeftInTheMiddle) {
    fake.mine(10);
    fake.send(north, at.anchors, anchor_call(1, Hash32{}));
    {
        auto first = follower(mirror, {.range_blocks_max = 4});
        mirror.fails_at = 3;
        ASSERT_FALSE(first.follow());
    }
    EXPECT_FALSE(mirror.is_complete);
    fake.restart(fake.height() - mirror.blocks.rbegin()->first);  // ends where that one stood
    auto second = follower(mirror);
    ASSERT_TRUE(second.follow());
    expect_as_fresh(mirror);
}

TEST_F(ChainFollower, SeesAChangeBetweenAnyTwoOfItsCalls) {
    testing::SeededRandom random(13);
    for (std::uint64_t when = 1; when <= 60; ++when) {
        SCOPED_TRACE(when);
        MemoryMirror one;
        auto runner = follower(one, {.range_blocks_max = 2});
        ASSERT_TRUE(runner.follow());
        for (int i = 0; i < 12; ++i) {  // six ranges and more: what was just stored may go, too
            act(random);
        }
        std::uint64_t seen = 0;
        fake.before_call([&](std::string_view /*method*/) {
            if (++seen == when) {
                fake.reorganise(10, FakeChain::Orphans::drop);
            }
        });
        ASSERT_TRUE(runner.follow());
        fake.before_call({});
        ASSERT_TRUE(runner.follow());
        expect_as_fresh(one);
    }
}

TEST_F(ChainFollower, GivesUpOnAChainThatNeverHoldsStill) {
    auto one = follower(mirror);
    ASSERT_TRUE(one.follow());
    fake.before_call([&](std::string_view method) {
        if (method == "eth_getLogs") {
            fake.reorganise(1, FakeChain::Orphans::keep_in_pool);
        }
    });
    fake.mine();
    const auto restless = one.follow();
    ASSERT_FALSE(restless);
    EXPECT_EQ(restless.error().kind, Kind::unavailable);
    EXPECT_THAT(restless.error().what, HasSubstr("three times"));
    fake.before_call({});
    ASSERT_TRUE(one.follow());
    expect_as_fresh(mirror);
}

/// Refuses ranges of more than two blocks, as public nodes do beyond their limits.
class NarrowTransport final : public Transport {
public:
    /// With `error`, that is its answer to them, as of a transport that met too much.
    explicit NarrowTransport(Transport& below, std::optional<Error> error = {})
        : below_(&below), error_(std::move(error)) {}

    Result<RpcAnswer> call(const std::string& url,
                           std::string_view method,
                           const json::Value& params) override {
        if (method == "eth_getLogs") {
            const json::Object& query = *params.as_array()->front().as_object();
            const auto number = [&](const char* key) {
                return std::stoull(*query.find(key)->as_string(), nullptr, 16);
            };
            if (number("toBlock") - number("fromBlock") > 1) {
                if (error_) {
                    return tl::unexpected(*error_);
                }
                return RpcAnswer{{}, RpcError{-32005, "query exceeds max results", ""}};
            }
        }
        return below_->call(url, method, params);
    }

private:
    Transport* below_;
    std::optional<Error> error_;
};

TEST_F(ChainFollower, AsksForLessWhenAnAnswerIsTooLarge) {
    testing::SeededRandom random(14);
    for (int i = 0; i < 30; ++i) {
        act(random);
    }
    NarrowTransport narrow(fake, Error{Kind::invalid, "http.rpc: the answer is too large"});
    const Client careful(narrow, "fake");
    Follower one(careful, mirror, at);
    const auto newest = one.follow();
    ASSERT_TRUE(newest) << newest.error().what;
    expect_as_fresh(mirror);
}

TEST_F(ChainFollower, AsksForLessWhenANodeRefusesARange) {
    testing::SeededRandom random(14);
    for (int i = 0; i < 30; ++i) {
        act(random);
    }
    NarrowTransport narrow(fake);
    const Client careful(narrow, "fake");
    Follower one(careful, mirror, at);
    const auto newest = one.follow();
    ASSERT_TRUE(newest) << newest.error().what;
    expect_as_fresh(mirror);
}

}  // namespace
}  // namespace mednexus::chain
