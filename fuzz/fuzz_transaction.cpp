// chain::parse_transaction: what it accepts has a sender, and no tip above its fee.
#include <cstdint>

#include "mednexus/chain/transaction.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const BytesView raw{data, size};
    if (const auto read = chain::parse_transaction(raw)) {
        MN_CHECK(read->transaction.tip_wei <= read->transaction.fee_wei_max);
        MN_CHECK(read->transaction.data.size() < size);
        MN_CHECK(read->hash == crypto::keccak256(raw));
    }
    return 0;
}
