#include "apps/mednexus/chain_tools/sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/mednexus/chain_tools/deploy.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"

namespace mednexus::chain_tools {
namespace {

using ::testing::HasSubstr;

class ChainSender : public ::testing::Test {
protected:
    [[nodiscard]] Sender open(SenderOptions options = {}) {
        return Sender::open(client, key, options).value();
    }

    testing::ManualClock clock;
    testing::FakeChain fake{clock};
    chain::Client client{fake, "fake"};
    Secret<32> key = Secret<32>::from(crypto::sha256(bytes_of("deployer")).view()).value();
};

TEST_F(ChainSender, DeploysTheFourContractsAndBecomesAccreditor) {
    auto sender = open();
    const auto at = deploy_contracts(client, sender);
    ASSERT_TRUE(at) << at.error().what;
    EXPECT_TRUE(has_all_code(client, *at).value());
    EXPECT_EQ(client.block_at(at->from_block)->number, 1U);
    const chain::Accreditation north{chain::institution_id("north.example"),
                                     fake.accreditor(),
                                     Hash32{},
                                     "https://127.0.0.1:1",
                                     {2'000'000'000}};
    const auto receipt = sender.send(at->institutions, chain::accredit_call(north));
    ASSERT_TRUE(receipt) << receipt.error().what;
    EXPECT_EQ(receipt->logs.size(), 1U);
}

TEST_F(ChainSender, SeesThatContractsAreGone) {
    auto sender = open();
    const auto at = deploy_contracts(client, sender);
    ASSERT_TRUE(at);
    fake.restart(2);
    EXPECT_FALSE(has_all_code(client, *at).value());
}

TEST_F(ChainSender, SendsNothingThatTheContractRefuses) {
    const auto at = fake.deploy();
    auto sender = open();
    const auto height = fake.height();
    const auto refused = sender.send(at.institutions, chain::renew_call(Hash32{}, {1}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::denied);
    EXPECT_THAT(refused.error().what, HasSubstr("NotAccreditor("));
    EXPECT_EQ(fake.height(), height);
}

TEST_F(ChainSender, SaysWhenATransactionFailsInItsBlock) {
    const auto at = fake.deploy();
    auto sender = Sender::open(client, fake.accreditor_key(), {}).value();
    fake.accredit("north.example", fake.accreditor(), Hash32{}, {2'000'000'000});
    sender = Sender::open(client, fake.accreditor_key(), {}).value();
    bool has_changed = false;
    fake.before_call([&](std::string_view method) {
        if (method == "eth_sendRawTransaction" && !has_changed) {
            has_changed = true;
            clock.set({2'000'000'000});
        }
    });
    const auto failed =
        sender.send(at.institutions,
                    chain::renew_call(chain::institution_id("north.example"), {1'999'999'999}));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, Kind::denied);
    EXPECT_THAT(failed.error().what, HasSubstr("failed in block"));
}

TEST_F(ChainSender, IsUnavailableWhenNoBlockComes) {
    const auto at = fake.deploy();
    fake.set_automine(false);
    auto sender =
        Sender::open(client, fake.accreditor_key(), {.receipt_max = std::chrono::seconds(0)})
            .value();
    const auto waiting = sender.send(at.institutions, chain::add_accreditor_call(chain::Address{}));
    ASSERT_FALSE(waiting);
    EXPECT_EQ(waiting.error().kind, Kind::unavailable);
    EXPECT_THAT(waiting.error().what, HasSubstr("in no block yet"));
}

TEST_F(ChainSender, IsUnavailableWithoutANode) {
    fake.go_down();
    EXPECT_EQ(Sender::open(client, key, {}).error().kind, Kind::unavailable);
}

TEST_F(ChainSender, PaysTwoGweiOnZeroGsChainsOnly) {
    EXPECT_EQ(tip_wei_min_of(16661), 2'000'000'000U);
    EXPECT_EQ(tip_wei_min_of(16602), 2'000'000'000U);
    EXPECT_EQ(tip_wei_min_of(16601), 2'000'000'000U);
    EXPECT_EQ(tip_wei_min_of(9107), 0U);
    EXPECT_EQ(tip_wei_min_of(1), 0U);
}

}  // namespace
}  // namespace mednexus::chain_tools
