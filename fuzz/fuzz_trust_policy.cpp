/// Trust policies: no text makes the parser stumble, and what it takes names its quorum.
#include "mednexus/core/check.hpp"
#include "mednexus/ledger/trust_policy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    if (const auto policy = ledger::parse_trust_policy(text_of({data, size}))) {
        MN_CHECK(!policy->quorum.empty());
        MN_CHECK(!policy->chain || policy->chain->chain_id >= 1);
    }
    return 0;
}
