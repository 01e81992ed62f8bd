// clinical::parse_hpoa: rows of what it accepts point at diseases and references that are there.
#include <cstdint>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const auto annotations = clinical::parse_hpoa(text_of({data, size}));
    if (!annotations) {
        MN_CHECK(annotations.error().kind == Kind::invalid);
        return 0;
    }
    for (const clinical::Annotation& row : annotations->rows()) {
        MN_CHECK(row.disease < annotations->diseases().size());
        MN_CHECK(row.reference < annotations->references().size());
    }
    const auto references = annotations->references();
    const auto without = annotations->without({references.begin(), references.end()});
    MN_CHECK(without.rows().size() <= annotations->rows().size());
    return 0;
}
