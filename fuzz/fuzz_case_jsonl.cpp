// clinical::check_case_lines: check and parse agree, and a case line becomes a valid phenopacket.
#include <cstdint>

#include "mednexus/clinical/case_line.hpp"
#include "mednexus/clinical/phenopacket.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const auto text = text_of({data, size});
    const auto issues = clinical::check_case_lines(text);
    MN_CHECK(issues.size() <= clinical::kIssuesMax);
    auto line = clinical::parse_case_line(text.substr(0, text.find('\n')), 1);
    if (!line) {
        MN_CHECK(!issues.empty());
        MN_CHECK(line.error().kind == Kind::invalid);
        return 0;
    }
    clinical::add_metadata(line->value, "2026-01-01T00:00:00Z", "2025-05-06");
    const auto packet = clinical::parse_phenopacket(
        json::write_canonical(clinical::write_phenopacket(line->value)));
    MN_CHECK(packet.has_value() && packet->value == line->value);
    return 0;
}
