// The chain in memory keeps the contract suite; http/anvil_test.cpp runs it over a real EVM.
#include "mednexus/testing/fake_chain.hpp"

#include "mednexus/testing/chain_contract.hpp"
#include "mednexus/testing/manual_clock.hpp"

namespace mednexus::testing {
namespace {

struct FakeAndClock {
    ManualClock clock;
    FakeChain fake{clock};
};

ChainUnderTest make_fake() {
    const auto both = std::make_shared<FakeAndClock>();
    return {.transport = std::shared_ptr<chain::Transport>(both, &both->fake),
            .url = "fake",
            .absent = ""};
}

INSTANTIATE_TEST_SUITE_P(Fake, ChainContract, ::testing::Values(ChainMaker(make_fake)));

}  // namespace
}  // namespace mednexus::testing
