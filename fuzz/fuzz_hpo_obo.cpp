// clinical::parse_hpo_obo: what it accepts is a graph without cycles in which every term finds
// itself.
#include <cstdint>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const auto ontology = clinical::parse_hpo_obo(text_of({data, size}));
    if (!ontology) {
        MN_CHECK(ontology.error().kind == Kind::invalid);
        return 0;
    }
    for (clinical::TermIndex i = 0; i < ontology->terms().size() && i < 64; ++i) {
        MN_CHECK(ontology->resolve(ontology->terms()[i].id).term == i);
        MN_CHECK(!ontology->ancestors(i).empty());
    }
    return 0;
}
