#pragma once
/// Names of the few terms that a case needs and HPO files or others' data name only by label.
#include <optional>
#include <string_view>

#include "mednexus/clinical/case.hpp"

namespace mednexus::clinical::internal {

/// HP:0003674, the root of all onset terms.
inline constexpr std::string_view kOnsetId = "HP:0003674";
inline constexpr std::string_view kOnsetLabel = "Onset";

/// The onset term with this name. Source: HPO 2025-05-06, HP:0003674 and below.
[[nodiscard]] std::optional<OntologyClass> onset_named(std::string_view label);

/// The zygosity with this name, or with this id. Source: GENO.
[[nodiscard]] std::optional<OntologyClass> zygosity_named(std::string_view label);
[[nodiscard]] std::optional<OntologyClass> zygosity_with_id(std::string_view id);

/// The kind of structural variant with this id. Source: Sequence Ontology.
[[nodiscard]] std::optional<OntologyClass> structural_type_with_id(std::string_view id);

}  // namespace mednexus::clinical::internal
