#pragma once
/// Reading a release of the Human Phenotype Ontology, in the three forms it comes in. No I/O: texts
/// come in. See docs/formats/hpo.md.
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/clinical/annotations.hpp"
#include "mednexus/clinical/ontology.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::clinical {

inline constexpr std::size_t kHpoFileBytesMax = 256U << 20U;

/// Errors of all five: invalid, "line L: rule" ("line L, column C" for JSON).
/// The terms and obsolete terms of our two TSVs; `obsolete` may be empty.
[[nodiscard]] Result<Ontology> parse_hpo_tsv(std::string_view terms, std::string_view obsolete);
/// hp.obo (OBO 1.4).
[[nodiscard]] Result<Ontology> parse_hpo_obo(std::string_view text);
/// hp.json (OBO Graphs).
[[nodiscard]] Result<Ontology> parse_hpo_json(std::string_view text);
/// hpo_annotations.tsv.
[[nodiscard]] Result<Annotations> parse_annotations_tsv(std::string_view text);
/// phenotype.hpoa.
[[nodiscard]] Result<Annotations> parse_hpoa(std::string_view text);

/// One release, ready for use.
struct Hpo {
    std::shared_ptr<const Ontology> ontology;  ///< shared by the vector profiles made from it
    Annotations annotations;
};

/// Gives the text of a named file of the ontology folder; `not_found` when there is none.
using FileReader = std::function<Result<std::string>(std::string_view name)>;

/// Reads hpo_terms.tsv, hpo_obsolete.tsv and hpo_annotations.tsv; or hp.obo or hp.json, and
/// phenotype.hpoa. The first form that is there is taken, in this order.
/// Errors   not_found: no form is complete; invalid: "FILE: line L: rule"; the reader's own
[[nodiscard]] Result<Hpo> load_hpo(const FileReader& read);

/// What the licence of HPO asks of every product that uses it, with the release in it.
[[nodiscard]] std::string hpo_acknowledgement(std::string_view release);

/// Ids of findings that the release does not know (observed and excluded), each once, in order.
/// They stay in the case; a vector leaves them out.
[[nodiscard]] std::vector<std::string> unknown_terms(std::span<const std::string_view> ids,
                                                     const Ontology& ontology);

}  // namespace mednexus::clinical
