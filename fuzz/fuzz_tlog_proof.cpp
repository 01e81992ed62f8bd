/// Receipts: what is read is written back byte for byte.
#include "mednexus/core/check.hpp"
#include "mednexus/ledger/tlog_proof.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const std::string_view text = text_of({data, size});
    if (const auto proof = ledger::parse_tlog_proof(text)) {
        MN_CHECK(ledger::write_tlog_proof(*proof) == text);
        (void)ledger::check_inclusion(*proof, Hash32());
    }
    return 0;
}
