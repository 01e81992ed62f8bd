// clinical::parse_hpo_tsv and parse_annotations_tsv. A NUL parts terms, obsolete terms,
// annotations.
#include <cstdint>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    std::string_view rest = text_of({data, size});
    const auto take = [&rest] {
        const std::string_view part = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(part.size() + (part.size() < rest.size() ? 1 : 0));
        return part;
    };
    const auto terms = take();
    const auto obsolete = take();
    const auto ontology = clinical::parse_hpo_tsv(terms, obsolete);
    const auto annotations = clinical::parse_annotations_tsv(take());
    MN_CHECK(ontology.has_value() || ontology.error().kind == Kind::invalid);
    MN_CHECK(annotations.has_value() || annotations.error().kind == Kind::invalid);
    for (clinical::TermIndex i = 0; ontology && i < ontology->terms().size() && i < 64; ++i) {
        MN_CHECK(ontology->resolve(ontology->terms()[i].id).term == i);
        MN_CHECK(!ontology->ancestors(i).empty());
    }
    return 0;
}
