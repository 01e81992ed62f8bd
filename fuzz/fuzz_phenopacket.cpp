// clinical::parse_phenopacket: check and parse agree, and what is written reads back as the same
// case.
#include <cstdint>

#include "mednexus/clinical/phenopacket.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const auto text = text_of({data, size});
    const auto parsed = clinical::parse_phenopacket(text);
    const auto issues = clinical::check_phenopacket(text);
    MN_CHECK(parsed.has_value() == issues.empty());
    if (!parsed) {
        MN_CHECK(parsed.error().kind == Kind::invalid);
        MN_CHECK(parsed.error().what == issues.front().place + ": " + issues.front().rule);
        return 0;
    }
    const auto again = clinical::parse_phenopacket(
        json::write_canonical(clinical::write_phenopacket(parsed->value)));
    MN_CHECK(again.has_value() && again->value == parsed->value);
    MN_CHECK(again->left_out.empty());
    return 0;
}
