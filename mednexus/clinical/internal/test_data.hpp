#pragma once
/// For tests: small inputs of our own, and the shared data when it is there.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "mednexus/clinical/hpo.hpp"

namespace mednexus::clinical::test {

inline std::filesystem::path data_folder() {
    if (const char* named = std::getenv("MEDNEXUS_DATA")) {
        return named;
    }
    return std::filesystem::path(MEDNEXUS_SOURCE_DIR) / ".." / "shared" / "data";
}

inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Reads from a folder, as load_hpo wants it.
inline FileReader folder_reader(const std::filesystem::path& folder) {
    return [folder](std::string_view name) -> Result<std::string> {
        if (!std::filesystem::exists(folder / name)) {
            return fail(Kind::not_found, "no such file");
        }
        return read_text(folder / name);
    };
}

/// A release of nine terms: two organ systems, an alternative id, two obsolete terms, and a term
/// outside HP:0000118.
inline constexpr std::string_view kTermsTsv =
    "# Human Phenotype Ontology, 2025-05-06; licence: https://hpo.jax.org/app/license\n"
    "id\tname\tparents\talt_ids\n"
    "HP:0000001\tAll\t\t\n"
    "HP:0000118\tPhenotypic abnormality\tHP:0000001\t\n"
    "HP:0000707\tAbnormality of the nervous system\tHP:0000118\tHP:0001333;HP:0006987\n"
    "HP:0001250\tSeizure\tHP:0000707\t\n"
    "HP:0001626\tAbnormality of the cardiovascular system\tHP:0000118\t\n"
    "HP:0001627\tAbnormal heart morphology\tHP:0001626\t\n"
    "HP:0001629\tVentricular septal defect\tHP:0001627\t\n"
    "HP:0003674\tOnset\tHP:0000001\t\n"
    "HP:0020207\tReflex seizure\tHP:0001250;HP:0000707\t\n";

inline constexpr std::string_view kObsoleteTsv =
    "# Human Phenotype Ontology, 2025-05-06; obsolete terms\n"
    "id\tname\treplaced_by\tconsider\n"
    "HP:0002000\tobsolete Fit\tHP:0001333\t\n"
    "HP:0002001\tobsolete Heart\t\tHP:0001627;HP:0001629\n";

inline constexpr std::string_view kAnnotationsTsv =
    "# HPO disease annotations (phenotype.hpoa), version: 2025-05-06\n"
    "disease_id\tdisease_name\thpo_id\tfrequency\taspect\tnegated\treference\n"
    "OMIM:100001\tAlpha syndrome\tHP:0001250\t3/4\tP\t0\tPMID:1\n"
    "OMIM:100001\tAlpha syndrome\tHP:0001629\t0/4\tP\t0\tPMID:1\n"
    "OMIM:100002\tBeta syndrome\tHP:0001629\t45.5%\tP\t0\tPMID:2;PMID:3\n"
    "OMIM:100002\tBeta syndrome\tHP:0020207\tHP:0040281\tP\t0\t\n"
    "OMIM:100003\tGamma syndrome\tHP:0001627\t\tP\t0\t\n"
    "OMIM:100003\tGamma syndrome\tHP:0001250\t\tP\t1\t\n"
    "ORPHA:58\tAlexander disease\tHP:0001250\tHP:0040282\tP\t0\t\n";

inline Hpo small_hpo() {
    auto ontology = parse_hpo_tsv(kTermsTsv, kObsoleteTsv);
    auto annotations = parse_annotations_tsv(kAnnotationsTsv);
    EXPECT_TRUE(ontology && annotations);
    return {std::make_shared<const Ontology>(*std::move(ontology)), *std::move(annotations)};
}

}  // namespace mednexus::clinical::test

/// Ends the test as skipped, by name, where the shared data is absent.
#define MN_NEED_DATA(folder)                                                        \
    const std::filesystem::path folder = ::mednexus::clinical::test::data_folder(); \
    if (!std::filesystem::exists(folder / "hpo" / "hpo_terms.tsv")) {               \
        GTEST_SKIP() << "shared data is absent: set MEDNEXUS_DATA";                 \
    }
