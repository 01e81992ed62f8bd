// chain::parse_deployment: whatever it accepts is written back byte for byte.
#include <cstdint>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const std::string_view text = text_of({data, size});
    if (const auto deployment = chain::parse_deployment(text)) {
        MN_CHECK(chain::write_deployment(*deployment) == text);
    }
    return 0;
}
