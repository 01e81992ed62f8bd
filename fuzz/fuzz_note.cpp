// codec::parse_note: whatever it accepts is written back byte for byte.
#include <cstdint>

#include "mednexus/codec/note.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const std::string_view raw = text_of({data, size});
    if (const auto note = codec::parse_note(raw)) {
        MN_CHECK(codec::write_note(*note) == raw);
    }
    return 0;
}
