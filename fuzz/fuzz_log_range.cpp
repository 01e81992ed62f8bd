/// A range of a log that a stranger sends: what parses is written back as it was.
#include <algorithm>

#include "mednexus/core/check.hpp"
#include "mednexus/ledger/range.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    if (size < 2) {
        return 0;
    }
    const std::uint64_t from = data[0];
    const BytesView raw{data + 2, size - 2};
    const auto range = ledger::parse_range(raw, from, from + data[1]);
    if (range) {
        const Bytes again = ledger::write_range(*range);
        MN_CHECK(std::equal(again.begin(), again.end(), raw.begin(), raw.end()));
        (void)ledger::roots_of(*range);
    }
    return 0;
}
