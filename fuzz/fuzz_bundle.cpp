/// Bundles, events and whatever `verify` is given: no text makes them stumble, and none is accepted
/// without a policy.
#include "mednexus/core/check.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/verify.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    if (const auto report = service::verify_file({data, size}, std::nullopt)) {
        MN_CHECK(report->verdict != service::VerificationVerdict::accepted);
        (void)service::to_json(*report);
    }
    if (const auto event = service::parse_event({data, size})) {
        (void)service::parse_match_decision(*event);
        (void)service::parse_match_requested(*event);
        (void)service::parse_match_answered(*event);
        (void)service::parse_match_result(*event);
        MN_CHECK(*service::write_event(*event) == to_bytes(BytesView(data, size)));
    }
    return 0;
}
