/// A header that a stranger sends: what parses is written back as it was.
#include "mednexus/core/check.hpp"
#include "mednexus/da/header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = mednexus::text_of({data, size});
    const auto header = mednexus::da::parse_header(text);
    if (header) {
        MN_CHECK(header->code.is_valid() && header->shards.size() == header->code.n);
        MN_CHECK(header->batch.from < header->batch.to && header->width() % 64 == 0);
        MN_CHECK(mednexus::da::commitment_of(*header) ==
                 mednexus::da::commitment_of(*mednexus::da::parse_header(text)));
    }
    return 0;
}
