#pragma once
/// The published cases and the ontology that benchmarks of `eval similar` read.
#include <string>
#include <vector>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/compute/similar.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::bench {

struct PublishedCases {
    clinical::Hpo hpo;
    std::vector<compute::EvaluationCase> cases;  ///< cases_dev.jsonl, in its order
};

/// From MEDNEXUS_DATA, or ../shared/data beside the project.
/// Errors   not_found: a file, by name; what the readers say
[[nodiscard]] Result<PublishedCases> read_published_cases();

}  // namespace mednexus::bench
