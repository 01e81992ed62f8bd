// crypto::parse_vkey: whatever it accepts is written back byte for byte.
#include <cstdint>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/signed_note.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const std::string_view text = text_of({data, size});
    if (const auto key = crypto::parse_vkey(text)) {
        MN_CHECK(crypto::write_vkey(*key) == text);
    }
    return 0;
}
