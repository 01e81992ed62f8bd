#pragma once
/// The weight table of a vector profile: IC(term)^0.9 in units of 1/1024, as integers.
/// Source: docs/formats/case-vector.md, section 3.
#include <cstdint>
#include <vector>

#include "mednexus/clinical/annotations.hpp"
#include "mednexus/clinical/ontology.hpp"

namespace mednexus::clinical::internal {

inline constexpr std::uint32_t kWeightUnit = 1024;

/// How many annotated diseases show a term or something below it.
struct DiseaseCounts {
    std::vector<std::uint32_t> of_term;  ///< one per term; 0 outside HP:0000118
    std::uint32_t diseases = 0;          ///< those with at least one counted row
};

/// Counted rows: OMIM, aspect P, not negated, frequency not "never", term known to the release.
[[nodiscard]] DiseaseCounts count_diseases(const Ontology& ontology,
                                           const Annotations& annotations);

/// floor(1024 · ln(diseases / max(1, count))^0.9). Needs: count ≤ diseases, diseases ≥ 1.
[[nodiscard]] std::uint32_t weight_of(std::uint32_t count, std::uint32_t diseases);

/// Which terms are HP:0000118 or lie below it.
[[nodiscard]] std::vector<bool> phenotype_terms(const Ontology& ontology);

}  // namespace mednexus::clinical::internal
