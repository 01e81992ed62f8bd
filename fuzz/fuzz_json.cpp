// json::parse: whatever it accepts has one canonical form, which reads back as the same value.
#include <cstdint>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const auto value = json::parse(text_of({data, size}), {.size_bytes_max = 1U << 16U});
    if (!value) {
        MN_CHECK(value.error().kind == Kind::invalid);
        return 0;
    }
    const std::string canonical = json::write_canonical(*value);
    const auto again = json::parse(canonical);
    MN_CHECK(again.has_value());
    MN_CHECK(json::write_canonical(*again) == canonical);
    const auto pretty = json::parse(json::write_pretty(*value));
    MN_CHECK(pretty.has_value() && *pretty == *value);
    return 0;
}
