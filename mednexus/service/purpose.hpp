#pragma once
/// Purposes of use as codes of the Data Use Ontology (DUO), and which purpose includes which.
/// Source: DUO 2021-02-23 (DUO:0000006 is a DUO:0000042, DUO:0000007 is a DUO:0000006);
/// docs/formats/documents.md.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mednexus/core/result.hpp"

namespace mednexus::service {

enum class Purpose : std::uint8_t {
    general_research,     ///< DUO:0000042
    biomedical_research,  ///< DUO:0000006, health, medical and biomedical research
    disease_specific,     ///< DUO:0000007
    clinical_care,        ///< DUO:0000043
};

/// Errors   invalid: a code that we do not know permits nothing
[[nodiscard]] Result<Purpose> parse_purpose(std::string_view code);

/// "DUO:0000042"
[[nodiscard]] std::string_view code_of(Purpose purpose) noexcept;

/// True when a grant of `granted` includes a use for `asked`.
[[nodiscard]] bool covers(Purpose granted, Purpose asked) noexcept;
[[nodiscard]] bool covers(std::span<const Purpose> granted, Purpose asked) noexcept;

/// Errors   invalid: empty, an unknown code, or one code twice
[[nodiscard]] Result<std::vector<Purpose>> parse_purposes(std::span<const std::string> codes);

}  // namespace mednexus::service
