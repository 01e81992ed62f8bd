// crypto::unwrap_with_passphrase: nothing is computed beyond the cost it is given.
#include <cstdint>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/key_wrap.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const SecretBytes passphrase(to_bytes("password"));
    const auto opened =
        crypto::unwrap_with_passphrase(passphrase, {data, size}, {.memory_kib = 64, .passes = 1});
    MN_CHECK(opened || opened.error().kind == Kind::corrupt || opened.error().kind == Kind::denied);
    return 0;
}
