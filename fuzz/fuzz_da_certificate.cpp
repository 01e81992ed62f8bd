/// A certificate that a stranger sends: what parses names one header, and is of no roster of ours.
#include "mednexus/core/check.hpp"
#include "mednexus/da/certificate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const std::string_view text = text_of({data, size});
    (void)da::parse_certificate(text);
    static const auto kRoster = [] {
        std::vector<crypto::NoteVerifier> keys(2);
        keys[0].name = "a.example";
        keys[1].name = "b.example";
        keys[1].key.mutable_array()[0] = 1;
        return da::Roster::make(keys);
    }();
    da::Header header{.batch = {"a.example/log", 0, 1, {}, {}},
                      .code = {2, 1},
                      .length = 1,
                      .keep_until = {},
                      .roster = kRoster->hash(),
                      .shards = std::vector<Hash32>(2)};
    MN_CHECK(!da::verify_certificate(text, header, *kRoster));
    return 0;
}
