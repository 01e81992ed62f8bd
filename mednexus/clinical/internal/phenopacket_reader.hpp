#pragma once
/// The parts of a phenopacket that are read in more than one place.
#include <optional>
#include <vector>

#include "mednexus/clinical/case.hpp"
#include "mednexus/clinical/internal/fields.hpp"

namespace mednexus::clinical::internal {

inline constexpr std::size_t kListMax = 1000;  ///< items of any array but the findings

/// {id, label}; nothing when absent or wrong.
[[nodiscard]] std::optional<OntologyClass> read_class(Fields& fields,
                                                      std::string_view key,
                                                      Need need = Need::optional);
[[nodiscard]] OntologyClass read_class_of(Fields fields);

/// A TimeElement member.
[[nodiscard]] TimeElement read_time(Fields& fields, std::string_view key);

/// The member "interpretations".
[[nodiscard]] std::vector<Diagnosis> read_diagnoses(Fields& packet);

/// The member "metaData", which is required.
[[nodiscard]] MetaData read_meta(Fields& packet);

}  // namespace mednexus::clinical::internal
