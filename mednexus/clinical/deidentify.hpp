#pragma once
/// De-identification by whitelist: the result holds only what this file builds from typed fields.
/// Source: HIPAA Safe Harbor, 45 CFR 164.514(b)(2); docs/formats/phenopacket.md, "De-identified".
#include <string>
#include <vector>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/clinical/phenopacket.hpp"

namespace mednexus::clinical {

struct DeidentifyOptions {
    std::string pseudonym;  ///< replaces the ids of packet and subject; a plain id
    bool keep_publications =
        false;  ///< keep PMID references (a published case is findable by them)
};

struct Deidentified {
    Case value;
    /// "kind" or "kind: POINTER", one entry per thing removed or replaced, never its content.
    std::vector<std::string> removed;
};

/// Labels are taken from `hpo` (terms and disease names) and from small tables of our own; a label
/// that neither knows becomes the id, since a label is free text.
/// Errors   invalid: the pseudonym is not a plain id
[[nodiscard]] Result<Deidentified> deidentify(const ParsedCase& source,
                                              const Hpo& hpo,
                                              const DeidentifyOptions& options);

}  // namespace mednexus::clinical
