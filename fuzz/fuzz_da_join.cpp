/// Shards of any bytes: join gives a blob whose shards they are, or refuses.
#include "mednexus/core/check.hpp"
#include "mednexus/da/code.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    if (size < 2) {
        return 0;
    }
    const da::Code code{.n = 1U + data[0] % 16U, .k = data[1] % 16U};
    const BytesView rest{data + 2, size - 2};
    const std::size_t width = code.k == 0 ? 0 : rest.size() / code.k / 64 * 64;
    std::vector<da::Shard> shards;
    for (std::uint32_t i = 0; i < code.k; ++i) {
        shards.push_back({i, to_bytes(rest.subspan(i * width, width))});
    }
    const auto blob = da::join(shards, code);
    if (blob) {
        const auto again = da::split(*blob, code);
        MN_CHECK(again.has_value());
        for (std::uint32_t i = 0; i < code.k; ++i) {
            MN_CHECK((*again)[i] == shards[i].content);
        }
    }
    return 0;
}
