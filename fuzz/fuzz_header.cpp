// chain::parse_header: what it accepts is named by the hash of all its bytes.
#include <cstdint>

#include "mednexus/chain/receipt_proof.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const BytesView raw{data, size};
    if (const auto header = chain::parse_header(raw)) {
        MN_CHECK(header->ref.hash == crypto::keccak256(raw));
        MN_CHECK(header->ref.time.seconds >= 0);
    }
    return 0;
}
