#include "mednexus/compute/similar.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::compute {
namespace {

/// Shared data, when it is there.
std::filesystem::path data_folder() {
    const char* named = std::getenv("MEDNEXUS_DATA");
    return named != nullptr ? std::filesystem::path(named)
                            : std::filesystem::path(MEDNEXUS_SOURCE_DIR) / ".." / "shared" / "data";
}

std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

constexpr std::string_view kTerms =
    "# HPO, 2025-05-06\nid\tname\tparents\talt_ids\n"
    "HP:0000001\tAll\t\t\n"
    "HP:0000118\tPhenotypic abnormality\tHP:0000001\t\n"
    "HP:0001250\tSeizure\tHP:0000118\t\n"
    "HP:0001629\tVentricular septal defect\tHP:0000118\t\n"
    "HP:0020207\tReflex seizure\tHP:0001250\t\n";
constexpr std::string_view kAnnotations =
    "# version: 2025-05-06\n"
    "disease_id\tdisease_name\thpo_id\tfrequency\taspect\tnegated\treference\n"
    "OMIM:1\tAlpha\tHP:0001250\t3/4\tP\t0\tPMID:1\n"
    "OMIM:2\tBeta\tHP:0001629\t\tP\t0\t\n"
    "OMIM:2\tBeta\tHP:0020207\t\tP\t0\tPMID:1;PMID:2\n"
    "OMIM:3\tGamma\tHP:0001629\t\tP\t0\t\n";

clinical::Hpo small_hpo() {
    auto ontology = clinical::parse_hpo_tsv(kTerms, "");
    auto annotations = clinical::parse_annotations_tsv(kAnnotations);
    EXPECT_TRUE(ontology && annotations);
    return {std::make_shared<const clinical::Ontology>(*std::move(ontology)),
            *std::move(annotations)};
}

/// The published release and the published cases.
clinical::Hpo published_hpo() {
    auto hpo = clinical::load_hpo([](std::string_view name) -> Result<std::string> {
        const std::filesystem::path path = data_folder() / "hpo" / name;
        return std::filesystem::exists(path) ? Result<std::string>(read_text(path))
                                             : fail(Kind::not_found, "no such file");
    });
    EXPECT_TRUE(hpo);
    return *std::move(hpo);
}

EvaluationCase make(std::string id,
                    std::string institution,
                    std::string disease,
                    std::vector<std::string> observed) {
    return {.id = std::move(id),
            .institution = std::move(institution),
            .publication = "PMID:77",
            .disease = std::move(disease),
            .observed = std::move(observed)};
}

std::vector<EvaluationCase> five_cases() {
    return {make("a", "H1", "OMIM:1", {"HP:0001250"}),
            make("b", "H1", "OMIM:1", {"HP:0001250"}),
            make("c", "H2", "OMIM:2", {"HP:0001629"}),
            make("d", "H2", "OMIM:1", {"HP:0001250", "HP:0020207"}),
            make("e", "H3", "OMIM:3", {"HP:0009999"})};
}

TEST(EvaluateSimilar, RanksCasesOfOtherInstitutionsOnly) {
    const auto report = evaluate_similar(five_cases(), small_hpo(), {});
    ASSERT_TRUE(report) << report.error().what;
    ASSERT_EQ(report->rankings.size(), 5U);
    EXPECT_EQ(report->rankings[0].query, "a");
    ASSERT_EQ(report->rankings[0].ranking.size(), 3U);
    EXPECT_EQ(report->rankings[0].ranking[0].id, "d");  // below "Seizure"
    EXPECT_EQ(report->rankings[4].ranking.size(), 4U);
    EXPECT_EQ(report->rankings[4].ranking[0].id, "a");  // all scores 0: by id
    EXPECT_EQ(report->rankings[4].ranking[0].score, 0);
    EXPECT_EQ(report->cases_without_known_term, 1U);
    EXPECT_EQ(report->queries_with_match, 3U);  // a, b, d
    EXPECT_EQ(report->hits, (std::array<std::size_t, 3>{3, 3, 3}));
}

TEST(EvaluateSimilar, GivesTheSameResultOnManyThreads) {
    const clinical::Hpo hpo = small_hpo();
    const auto one = evaluate_similar(five_cases(), hpo, {.threads = 1});
    const auto many = evaluate_similar(five_cases(), hpo, {.threads = 8});
    ASSERT_TRUE(one && many);
    for (std::size_t i = 0; i < one->rankings.size(); ++i) {
        EXPECT_EQ(to_json_line(one->rankings[i]), to_json_line(many->rankings[i]));
    }
}

TEST(EvaluateSimilar, RanksTheSameUnderEncryption) {
    const clinical::Hpo hpo = small_hpo();
    testing::SeededRandom random(1);
    const auto plain = evaluate_similar(five_cases(), hpo, {});
    const auto encrypted = evaluate_similar(
        five_cases(), hpo, {.threads = 2, .random = &random, .ring = {.degree = 256}});
    ASSERT_TRUE(plain && encrypted) << (encrypted ? "" : encrypted.error().what);
    ASSERT_EQ(encrypted->rankings.size(), 5U);
    for (std::size_t i = 0; i < plain->rankings.size(); ++i) {
        EXPECT_EQ(to_json_line(plain->rankings[i]), to_json_line(encrypted->rankings[i]));
    }
    EXPECT_EQ(plain->hits, encrypted->hits);
}

TEST(EvaluateSimilar, LetsSomeCasesAskEvenlySpread) {
    const clinical::Hpo hpo = small_hpo();
    const auto all = evaluate_similar(five_cases(), hpo, {});
    const auto some = evaluate_similar(five_cases(), hpo, {.queries = 2});
    ASSERT_TRUE(all && some);
    EXPECT_EQ(some->cases, 5U);
    ASSERT_EQ(some->rankings.size(), 2U);
    EXPECT_EQ(to_json_line(some->rankings[0]), to_json_line(all->rankings[0]));
    EXPECT_EQ(to_json_line(some->rankings[1]), to_json_line(all->rankings[2]));
    EXPECT_EQ(some->queries_with_match, 1U);  // a; nobody else has the disease of c
    EXPECT_EQ(evaluate_similar(five_cases(), hpo, {.queries = 99})->rankings.size(), 5U);
}

TEST(EvaluateSimilar, DropsAnnotationsOfTheCasesOwnPublications) {
    auto cases = five_cases();
    const clinical::Hpo hpo = small_hpo();
    const auto before = evaluate_similar(cases, hpo, {});
    cases[0].publication = "PMID:1";
    const auto after = evaluate_similar(cases, hpo, {});
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->annotation_rows_dropped, 0U);
    EXPECT_EQ(after->annotation_rows_dropped, 2U);
    EXPECT_NE(before->profile, after->profile);
}

TEST(EvaluateSimilar, RefusesNoCaseRepeatedIdsAndBadOptions) {
    const clinical::Hpo hpo = small_hpo();
    EXPECT_EQ(evaluate_similar({}, hpo, {}).error().kind, Kind::invalid);
    auto cases = five_cases();
    EXPECT_FALSE(evaluate_similar(cases, hpo, {.threads = 0}));
    EXPECT_FALSE(evaluate_similar(cases, hpo, {.threads = 257}));
    cases[1].id = "a";
    EXPECT_THAT(evaluate_similar(cases, hpo, {}).error().what,
                ::testing::HasSubstr("case 2 repeats an id"));
}

TEST(EvaluateSimilar, WritesOneCanonicalLinePerQuery) {
    EXPECT_EQ(to_json_line({.query = "q", .ranking = {{"b", 12}, {"a", -3}}}),
              "{\"query\":\"q\",\"ranking\":[{\"case\":\"b\",\"score\":12},"
              "{\"case\":\"a\",\"score\":-3}]}\n");
}

TEST(EvaluateSimilar, BeatsBestMatchAverageOnThePublishedCases) {
    if (!std::filesystem::exists(data_folder() / "phenopackets")) {
        GTEST_SKIP() << "shared data is absent: set MEDNEXUS_DATA";
    }
    const std::string text = read_text(data_folder() / "phenopackets" / "cases_dev.jsonl");
    std::vector<EvaluationCase> cases;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const auto parsed = clinical::parse_case_line(line, cases.size() + 1);
        ASSERT_TRUE(parsed) << parsed.error().what;
        cases.push_back(evaluation_case(*parsed));
    }
    const auto report = evaluate_similar(cases, published_hpo(), {.threads = 2});
    ASSERT_TRUE(report) << report.error().what;
    ASSERT_EQ(report->queries_with_match, 2224U);
    // Best-match average: 47.9 / 59.2 / 70.6 percent of 2,224 (issue 2).
    EXPECT_GE(report->hits[0], 1065U);
    EXPECT_GE(report->hits[1], 1317U);
    EXPECT_GE(report->hits[2], 1570U);
}

}  // namespace
}  // namespace mednexus::compute
