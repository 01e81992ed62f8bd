#include "mednexus/clinical/internal/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace mednexus::clinical::internal {

namespace {

struct Named {
    std::string_view id;
    std::string_view label;
};

constexpr std::array<Named, 23> kOnsets{{{kOnsetId, kOnsetLabel},
                                         {"HP:0003577", "Congenital onset"},
                                         {"HP:0003581", "Adult onset"},
                                         {"HP:0003584", "Late onset"},
                                         {"HP:0003593", "Infantile onset"},
                                         {"HP:0003596", "Middle age onset"},
                                         {"HP:0003621", "Juvenile onset"},
                                         {"HP:0003623", "Neonatal onset"},
                                         {"HP:0011460", "Embryonal onset"},
                                         {"HP:0011461", "Fetal onset"},
                                         {"HP:0011462", "Young adult onset"},
                                         {"HP:0011463", "Childhood onset"},
                                         {"HP:0025708", "Early young adult onset"},
                                         {"HP:0025709", "Intermediate young adult onset"},
                                         {"HP:0025710", "Late young adult onset"},
                                         {"HP:0030674", "Antenatal onset"},
                                         {"HP:0034197", "Third trimester onset"},
                                         {"HP:0034198", "Second trimester onset"},
                                         {"HP:0034199", "Late first trimester onset"},
                                         {"HP:0410280", "Pediatric onset"},
                                         {"HP:4000040", "Puerpural onset"},
                                         {"HP:6000314", "Perimenopausal onset"},
                                         {"HP:6000315", "Postmenopausal onset"}}};

constexpr std::array<Named, 4> kZygosities{{{"GENO:0000134", "hemizygous"},
                                            {"GENO:0000135", "heterozygous"},
                                            {"GENO:0000136", "homozygous"},
                                            {"GENO:0000402", "compound heterozygous"}}};

constexpr std::array<Named, 9> kStructuralTypes{{{"SO:0000159", "deletion"},
                                                 {"SO:0000199", "translocation"},
                                                 {"SO:0000667", "insertion"},
                                                 {"SO:0001019", "copy_number_variation"},
                                                 {"SO:0001742", "copy_number_gain"},
                                                 {"SO:0001743", "copy_number_loss"},
                                                 {"SO:1000030", "chromosomal_inversion"},
                                                 {"SO:1000035", "duplication"},
                                                 {"SO:1000036", "inversion"}}};

std::optional<OntologyClass> find(std::span<const Named> table,
                                  std::string_view Named::*field,
                                  std::string_view value) {
    const auto at = std::find_if(
        table.begin(), table.end(), [&](const Named& entry) { return entry.*field == value; });
    if (at == table.end()) {
        return std::nullopt;
    }
    return OntologyClass{std::string(at->id), std::string(at->label)};
}

}  // namespace

std::optional<OntologyClass> onset_named(std::string_view label) {
    return find(kOnsets, &Named::label, label);
}

std::optional<OntologyClass> zygosity_named(std::string_view label) {
    return find(kZygosities, &Named::label, label);
}

std::optional<OntologyClass> zygosity_with_id(std::string_view id) {
    return find(kZygosities, &Named::id, id);
}

std::optional<OntologyClass> structural_type_with_id(std::string_view id) {
    return find(kStructuralTypes, &Named::id, id);
}

}  // namespace mednexus::clinical::internal
