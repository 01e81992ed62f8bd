/// The outbox against a chain that fails, forgets and reorganises: each act stands on chain exactly
/// once in the end, and the mirror is what a fresh one would be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/chain/client.hpp"
#include "mednexus/service/internal/chain_link.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

constexpr const char* kSouth = "south.example";

struct Scene {
    testing::TemporaryFolder folder;
    testing::ManualClock clock{kToday};
    testing::FakeChain chain{clock};
    World world{clock, folder.path(), &chain};
    std::string case_id;

    Scene() {
        chain.deploy();
        world.add(kSouth, "FR");
        world.settle_chain();
        case_id = world.deposit(kSouth, "south.example/pkan-late.json");
        world.consent(kSouth, case_id, {"north.example"});
    }

    /// All events of the contracts, oldest first.
    [[nodiscard]] std::vector<chain::EventLog> events() {
        const chain::Client client(chain, "");
        const chain::Deployment at = chain.deployment();
        auto logs =
            client.logs({.from_block = at.from_block,
                         .to_block = chain.height(),
                         .addresses = {at.institutions, at.consents, at.cases, at.anchors}});
        EXPECT_TRUE(logs) << logs.error().what;
        return logs.value_or(std::vector<chain::EventLog>{});
    }

    template <typename Kind>
    [[nodiscard]] int count() {
        int out = 0;
        for (const chain::EventLog& one : events()) {
            const auto parsed = chain::parse_event(chain.deployment(), one);
            EXPECT_TRUE(parsed) << parsed.error().what;
            out += parsed && std::holds_alternative<Kind>(*parsed) ? 1 : 0;
        }
        return out;
    }

    void expect_everything_once() {
        EXPECT_EQ(count<chain::ConsentGranted>(), 1);
        EXPECT_EQ(count<chain::CaseRegistered>(), 1);
        EXPECT_EQ(number_in(world.must(kSouth, "chain.status"), "waiting"), 0);
    }
};

TEST(ChainFaults, ALostAnswerAtAnyCallDoublesNothing) {
    for (std::uint64_t n = 1;; ++n) {
        SCOPED_TRACE("answer " + std::to_string(n));
        Scene scene;
        const std::uint64_t before = scene.chain.calls();
        scene.chain.lose_answer(n);
        const auto turned = scene.world.node(kSouth).tick();
        if (scene.chain.calls() - before < n) {
            EXPECT_TRUE(turned);
            EXPECT_GT(n, 5U) << "every call of a turn was lost once";
            break;
        }
        scene.world.settle_chain();
        scene.expect_everything_once();
        ASSERT_LT(n, 100U);
    }
}

TEST(ChainFaults, ARestartAtAnyCallDoublesNothing) {
    for (std::uint64_t n = 1;; ++n) {
        SCOPED_TRACE("call " + std::to_string(n));
        Scene scene;
        const std::uint64_t before = scene.chain.calls();
        scene.chain.fail_call(n);
        const auto turned = scene.world.node(kSouth).tick();
        if (scene.chain.calls() - before < n) {
            EXPECT_TRUE(turned);
            break;
        }
        scene.world.close(kSouth);  // as killed: nothing but the database goes on
        scene.world.open(kSouth);
        scene.world.settle_chain();
        scene.expect_everything_once();
        ASSERT_LT(n, 100U);
    }
}

TEST(ChainFaults, AChainThatForgotItsNewestBlocksIsToldAgain) {
    for (std::uint64_t lost = 1; lost <= 4; ++lost) {
        SCOPED_TRACE(std::to_string(lost) + " blocks lost");
        Scene scene;
        ASSERT_TRUE(scene.world.node(kSouth).tick());
        scene.chain.mine(2);
        ASSERT_TRUE(scene.world.node(kSouth).tick());
        scene.chain.restart(lost);
        scene.world.settle_chain();
        scene.expect_everything_once();
    }
}

TEST(ChainFaults, AfterAReorganisationOfFiveBlocksTheMirrorIsAFreshOne) {
    Scene scene;
    scene.world.settle_chain();
    for (const auto orphans :
         {testing::FakeChain::Orphans::keep_in_pool, testing::FakeChain::Orphans::drop}) {
        scene.chain.reorganise(5, orphans);
        scene.world.settle_chain();
        scene.expect_everything_once();
    }
    scene.world.close(kSouth);

    const auto events_in = [&](const std::string& file) {
        const Secret<32> key;
        auto database = Database::open(file, key, scene.world.random());
        EXPECT_TRUE(database);
        auto mirror = ChainMirror::open(**database, scene.chain.deployment());
        EXPECT_TRUE(mirror);
        const chain::Client client(scene.chain, "");
        EXPECT_TRUE(chain::Follower(client, **mirror, scene.chain.deployment()).follow());
        auto events = (*mirror)->all_events();
        EXPECT_TRUE(events);
        return events.value_or(std::vector<chain::EventLog>{});
    };
    const auto lived = events_in(scene.world.home_of(kSouth) + "/node.sqlite");
    const auto fresh = events_in(scene.folder.path() + "/fresh.sqlite");
    EXPECT_FALSE(fresh.empty());
    EXPECT_EQ(lived, fresh);
    EXPECT_EQ(fresh, scene.events());
}

TEST(ChainFaults, ATransactionThatTheContractRefusedIsAskedForAnew) {
    Scene scene;
    bool is_armed = true;
    scene.chain.before_call([&](std::string_view method) {
        if (is_armed && method == "eth_sendRawTransaction") {
            is_armed = false;  // between the gas and the block
            scene.chain.set_standing(kSouth, chain::Standing::suspended);
        }
    });
    scene.world.settle_chain();
    EXPECT_EQ(scene.count<chain::CaseRegistered>(), 0);
    scene.chain.set_standing(kSouth, chain::Standing::active);
    scene.world.settle_chain();
    scene.expect_everything_once();
}

/// A node that has not the state of its newest block yet.
class LaggingNode final : public chain::Transport {
public:
    explicit LaggingNode(chain::Transport& below) : below_(&below) {}

    Result<chain::RpcAnswer> call(const std::string& url,
                                  std::string_view method,
                                  const json::Value& params) override {
        if (is_lagging && method == "eth_estimateGas") {
            return chain::RpcAnswer{{}, chain::RpcError{3, "execution reverted", "0x"}};
        }
        return below_->call(url, method, params);
    }

    bool is_lagging = true;

private:
    chain::Transport* below_;
};

TEST(ChainFaults, ARefusalWithoutAReasonGivesNothingUp) {
    Scene scene;
    LaggingNode lagging(scene.chain);
    scene.world.close(kSouth);
    scene.world.tap(&lagging);
    scene.world.open(kSouth);
    scene.world.settle_chain();
    EXPECT_EQ(number_in(scene.world.must(kSouth, "chain.status"), "waiting"), 2);
    lagging.is_lagging = false;
    scene.world.settle_chain();
    scene.expect_everything_once();
    scene.world.close(kSouth);
    scene.world.tap(nullptr);
}

TEST(ChainFaults, AnotherDeploymentBeginsAtItsOwnNonces) {
    Scene scene;
    scene.world.settle_chain();
    scene.world.close(kSouth);
    testing::FakeChain other(scene.clock, testing::FakeChain::kChainId + 1);
    other.deploy();
    const auto card = parse_card(scene.world.site(kSouth).card);
    ASSERT_TRUE(card);
    other.accredit(kSouth, card->account, card->digest, {kToday.seconds + 365LL * 24 * 3600});
    ASSERT_TRUE(join_chain(scene.world.home_of(kSouth),
                           {.rpc = "http://127.0.0.1:8546", .at = other.deployment()}));
    scene.world.tap(&other);
    scene.world.open(kSouth);
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(scene.world.node(kSouth).tick());
        other.mine();
    }
    EXPECT_EQ(number_in(scene.world.must(kSouth, "chain.status"), "waiting"), 0);
    scene.world.consent(kSouth, scene.case_id, {"north.example"}, {"DUO:0000006"});
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(scene.world.node(kSouth).tick());
        other.mine();
    }
    EXPECT_EQ(number_in(scene.world.must(kSouth, "chain.status"), "waiting"), 0);
    scene.world.close(kSouth);
    scene.world.tap(nullptr);
}

TEST(ChainFaults, AForgottenTransactionOfAnotherLeavesNoGap) {
    const testing::TemporaryFolder folder;
    testing::ManualClock clock{kToday};
    testing::FakeChain chain{clock};
    crypto::SystemRandom random;
    chain.deploy();
    const auto key = Secret<32>::from(Bytes(32, 7));
    ASSERT_TRUE(key);
    const auto own = crypto::evm_address_of(*key);
    ASSERT_TRUE(own);
    chain.accredit("own.example", *own, {}, {kToday.seconds + 1000});
    chain.set_automine(false);
    const auto database = Database::open(folder.path() + "/a.sqlite", Secret<32>(), random);
    ASSERT_TRUE(database);
    ChainOutbox outbox(**database);
    const chain::Client client(chain, "");
    ChainRelay relay(client, outbox, {.rpc = "", .at = chain.deployment()}, key->clone());
    const auto turn = [&] {
        const auto newest = client.newest_block();
        EXPECT_TRUE(newest && relay.turn(*newest));
    };
    chain.send(*key, chain.deployment().anchors, chain::anchor_call(1, {}));  // by another program
    ASSERT_TRUE(outbox.enqueue(ItemKind::anchor, "anchor/2", write_anchor_item(2, {}, "")));
    turn();
    chain.restart(0);  // the pool is gone
    for (int i = 0; i < 4; ++i) {
        turn();
        chain.mine();
    }
    const auto item = outbox.item("anchor/2");
    ASSERT_TRUE(item);
    EXPECT_EQ(item->state, ItemState::settled);
}

TEST(ChainFaults, AnInstitutionThatIsNotAccreditedYetWaitsAndIsTold) {
    Scene scene;
    scene.chain.set_standing(kSouth, chain::Standing::suspended);
    ASSERT_TRUE(scene.world.node(kSouth).tick());
    const json::Value items = scene.world.must(kSouth, "chain.status");
    EXPECT_EQ(number_in(items, "waiting"), 2);
    scene.chain.set_standing(kSouth, chain::Standing::active);
    scene.world.settle_chain();
    scene.expect_everything_once();
}

}  // namespace
}  // namespace mednexus::service::internal
