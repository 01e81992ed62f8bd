#pragma once
/// Where the demo's cases come from: the teaching cases inside the program, or published ones from
/// a data folder (`--data`). Threads: free functions.
#include <array>
#include <string>
#include <vector>

#include "apps/mednexus/demo/workplace.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::demo {

inline constexpr std::size_t kInstitutions = 3;
inline constexpr std::size_t kPublishedCasesEach = 120;

/// What one institution deposits.
struct Shelf {
    std::vector<std::string> files;   ///< absolute paths, in the order of deposit
    std::vector<std::string> labels;  ///< one per case, in the same order, e.g. "noonan-boy"
};

struct Inputs {
    std::string about;                         ///< one line for people
    std::string ontology_dir;                  ///< absolute path
    std::string hpo_release;                   ///< e.g. "2025-05-06"
    std::array<Shelf, kInstitutions> shelves;  ///< north, south, west
    std::string query_label;                   ///< the case of north that asks
    std::string withheld_label;                ///< the case of west for which nobody consents
};

/// The embedded teaching cases and the excerpt of HPO, written below inputs/. Errors: io.
[[nodiscard]] Result<Inputs> write_teaching_inputs(const Workplace& workplace);

/// Published cases of DATA/phenopackets/cases_dev.jsonl, kPublishedCasesEach for each institution,
/// and the ontology in DATA/hpo. Which ones: docs/man/mednexus-demo.1, section CASES.
/// Errors   not_found: no such files; invalid: "FILE:LINE: rule"; io
[[nodiscard]] Result<Inputs> write_published_inputs(const Workplace& workplace,
                                                    const std::string& data_dir);

/// The release that the first line of hpo_terms.tsv names. Errors: not_found, invalid.
[[nodiscard]] Result<std::string> hpo_release_of(const std::string& ontology_dir);

}  // namespace mednexus::demo
