// crypto::tls_pin_of_certificate: foreign certificates, met before any trust.
#include <cstdint>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/tls_identity.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const auto pin = crypto::tls_pin_of_certificate({data, size});
    MN_CHECK(pin || pin.error().kind == Kind::invalid);
    return 0;
}
