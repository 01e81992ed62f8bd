/// A header that is taken is written back as the bytes that were read.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mednexus/core/check.hpp"
#include "mednexus/storage/crypt4gh.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const BytesView input(data, size);
    if (const auto header = storage::parse_header(input)) {
        MN_CHECK(std::ranges::equal(storage::encode_header(*header), input));
    }
    if (const auto file = storage::parse_container(input)) {
        Bytes again = storage::encode_header(file->header);
        append(again, file->body);
        MN_CHECK(std::ranges::equal(again, input));
    }
    return 0;
}
