#pragma once
/// The domain: cases, the ontology they are written in, and the vector that finds similar ones.
/// No I/O, no keys, no chain.
#include "mednexus/clinical/case.hpp"            // IWYU pragma: export
#include "mednexus/clinical/case_line.hpp"       // IWYU pragma: export
#include "mednexus/clinical/deidentify.hpp"      // IWYU pragma: export
#include "mednexus/clinical/hpo.hpp"             // IWYU pragma: export
#include "mednexus/clinical/phenopacket.hpp"     // IWYU pragma: export
#include "mednexus/clinical/vector_profile.hpp"  // IWYU pragma: export
