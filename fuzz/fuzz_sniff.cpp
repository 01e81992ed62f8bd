// Whatever a file begins with, its kind is told without reading past its end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "apps/mednexus/sniff.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto kind = mednexus::cli::sniff("file.json", {data, size});
    if (mednexus::cli::name_of(kind).empty()) {
        std::abort();
    }
    return 0;
}
