/// Checkpoint texts and tile paths: what is read is written back byte for byte.
#include "mednexus/core/check.hpp"
#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/ledger/tiles.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const std::string_view text = text_of({data, size});
    if (const auto checkpoint = ledger::parse_checkpoint_text(text)) {
        MN_CHECK(ledger::write_checkpoint_text(*checkpoint) == text);
    }
    if (const auto name = ledger::parse_tile_path(text)) {
        MN_CHECK(ledger::path_of(*name) == text);
    }
    return 0;
}
