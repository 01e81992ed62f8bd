#include "mednexus/clinical/annotations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/internal/test_data.hpp"

namespace mednexus::clinical {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kHead =
    "# version: 2025-05-06\n"
    "disease_id\tdisease_name\thpo_id\tfrequency\taspect\tnegated\treference\n";

std::string refusal(const std::string& row) {
    const auto parsed = parse_annotations_tsv(std::string(kHead) + row);
    EXPECT_FALSE(parsed) << row;
    return parsed ? std::string() : parsed.error().what;
}

TEST(Frequency, ReadsItsFourForms) {
    EXPECT_EQ(parse_frequency("")->form, Frequency::Form::none);
    EXPECT_EQ(*parse_frequency("3/4"), (Frequency{Frequency::Form::fraction, 3, 4}));
    EXPECT_EQ(*parse_frequency("45.5%"), (Frequency{Frequency::Form::percent, 455000, 0}));
    EXPECT_EQ(*parse_frequency("100%"), (Frequency{Frequency::Form::percent, 1000000, 0}));
    EXPECT_EQ(*parse_frequency("HP:0040281"), (Frequency{Frequency::Form::term, 40281, 0}));
}

TEST(Frequency, KnowsNever) {
    for (const std::string_view never : {"0/7", "0%", "0.0%", "HP:0040285"}) {
        EXPECT_TRUE(parse_frequency(never)->is_never()) << never;
    }
    for (const std::string_view seen : {"", "1/7", "0.1%", "HP:0040284"}) {
        EXPECT_FALSE(parse_frequency(seen)->is_never()) << seen;
    }
}

TEST(Frequency, RefusesOtherTexts) {
    for (const std::string_view text : {"5/4",
                                        "0/0",
                                        "1/",
                                        "/2",
                                        "1/2/3",
                                        "%",
                                        "101%",
                                        "100.1%",
                                        "-1%",
                                        "1.%",
                                        ".5%",
                                        "often",
                                        "HP:4",
                                        "1e3/2",
                                        "9999999999/9999999999"}) {
        EXPECT_FALSE(parse_frequency(text)) << text;
    }
}

TEST(Annotations, NamesDiseases) {
    const Hpo small = test::small_hpo();
    EXPECT_EQ(small.annotations.disease_name("OMIM:100002"), "Beta syndrome");
    EXPECT_EQ(small.annotations.disease_name("OMIM:999999"), "");
}

TEST(Annotations, DropsRowsThatNameAPublicationAmongOthers) {
    const Annotations all = test::small_hpo().annotations;
    const std::vector<std::string> one{"PMID:3"};
    EXPECT_EQ(all.without(one).rows().size(), all.rows().size() - 1);
    const std::vector<std::string> both{"PMID:1", "PMID:2"};
    EXPECT_EQ(all.without(both).rows().size(), all.rows().size() - 3);
    const std::vector<std::string> none{"PMID:33", "", "PMID"};
    EXPECT_TRUE(all.without(none) == all);
}

TEST(Annotations, MergesExactDuplicatesInAnyOrder) {
    const std::string a = "OMIM:1\tx\tHP:0000001\t\tP\t0\tPMID:1\n";
    const std::string b = "OMIM:2\ty\tHP:0000001\t\tP\t0\t\n";
    const auto first = parse_annotations_tsv(std::string(kHead) + a + b + a);
    const auto second = parse_annotations_tsv(std::string(kHead) + b + a);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(*first == *second);
    EXPECT_EQ(first->rows().size(), 2U);
}

TEST(Annotations, RefusesRowsThatBreakARuleWithTheLine) {
    EXPECT_THAT(refusal("OMIM:1\tx\tHP:0000001\t\tP\t0\n"), HasSubstr("line 3: a row has 7"));
    EXPECT_THAT(refusal("1\tx\tHP:0000001\t\tP\t0\t\n"), HasSubstr("line 3: a disease id"));
    EXPECT_THAT(refusal("OMIM:1\tx\tHP:1\t\tP\t0\t\n"), HasSubstr("line 3: an HPO id"));
    EXPECT_THAT(refusal("OMIM:1\tx\tHP:0000001\tmany\tP\t0\t\n"), HasSubstr("line 3: "));
    EXPECT_THAT(refusal("OMIM:1\tx\tHP:0000001\t\tQ\t0\t\n"), HasSubstr("line 3: aspect"));
    EXPECT_THAT(refusal("OMIM:1\tx\tHP:0000001\t\tP\t2\t\n"), HasSubstr("line 3: negated"));
    EXPECT_THAT(refusal(""), HasSubstr("at least one row"));
    EXPECT_FALSE(parse_annotations_tsv(""));
    EXPECT_FALSE(parse_hpoa(""));
    EXPECT_FALSE(parse_hpoa("#version: 2025-05-06\n"));
    EXPECT_FALSE(parse_hpoa("database_id\n"));
}

}  // namespace
}  // namespace mednexus::clinical
