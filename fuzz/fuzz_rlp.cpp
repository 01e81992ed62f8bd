// rlp::parse: whatever it accepts is written back byte for byte.
#include <cstdint>

#include "mednexus/codec/rlp.hpp"
#include "mednexus/core/check.hpp"

namespace {

mednexus::Bytes written(const mednexus::rlp::Item& item) {
    if (!item.is_list) {
        return mednexus::rlp::encode(item.string);
    }
    mednexus::rlp::List list;
    for (const auto& inner : item.items) {
        list.add_encoded(written(inner));
    }
    return list.encode();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const BytesView raw{data, size};
    if (const auto item = rlp::parse(raw)) {
        MN_CHECK(written(*item) == to_bytes(raw));
        if (const auto value = rlp::to_integer(*item)) {
            MN_CHECK(rlp::encode_integer(*value) == to_bytes(raw));
        }
        (void)rlp::to_word(*item);
    }
    return 0;
}
