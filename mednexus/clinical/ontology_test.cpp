#include "mednexus/clinical/ontology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/internal/test_data.hpp"

namespace mednexus::clinical {
namespace {

using ::testing::HasSubstr;

Ontology small() {
    auto made = parse_hpo_tsv(test::kTermsTsv, test::kObsoleteTsv);
    EXPECT_TRUE(made) << made.error().what;
    return *std::move(made);
}

OntologyParts parts(std::vector<Term> terms) {
    OntologyParts out{.release = "2025-05-06", .terms = std::move(terms)};
    for (std::size_t i = 0; i < out.terms.size(); ++i) {
        out.term_lines.push_back(10 + i);
    }
    return out;
}

std::string error_of(OntologyParts broken) {
    const auto made = Ontology::make(std::move(broken));
    EXPECT_FALSE(made);
    return made ? std::string() : made.error().what;
}

TEST(TermId, ReadsExactlySevenDigits) {
    EXPECT_EQ(parse_term_id("HP:0001250")->number, 1250U);
    EXPECT_EQ(to_string(TermId{1250}), "HP:0001250");
    for (const std::string_view text : {"",
                                        "HP:",
                                        "HP:125",
                                        "HP:00012500",
                                        "hp:0001250",
                                        "HP:000125a",
                                        "HP_0001250",
                                        " HP:0001250"}) {
        EXPECT_FALSE(parse_term_id(text)) << text;
    }
}

TEST(Ontology, ResolvesPrimaryAlternativeReplacedAndUnknown) {
    const Ontology ontology = small();
    const auto nervous = ontology.index_of(TermId{707});
    EXPECT_EQ(ontology.resolve("HP:0000707").how, Found::primary);
    EXPECT_EQ(ontology.resolve("HP:0001333").how, Found::alternative);
    EXPECT_EQ(ontology.resolve("HP:0001333").term, nervous);
    EXPECT_EQ(ontology.resolve("HP:0002000").how, Found::replaced);  // by an alternative id
    EXPECT_EQ(ontology.resolve("HP:0002000").term, nervous);
    for (const std::string_view id : {"HP:0002001", "HP:0009999", "OMIM:1", "", "HP:1"}) {
        EXPECT_EQ(ontology.resolve(id).how, Found::unknown) << id;
        EXPECT_FALSE(ontology.resolve(id).term) << id;
    }
}

TEST(Ontology, ClosesUpwardsThroughEveryParent) {
    const Ontology ontology = small();
    std::vector<std::string> ids;
    for (const TermIndex i : ontology.ancestors(*ontology.index_of(TermId{20207}))) {
        ids.push_back(to_string(ontology.terms()[i].id));
    }
    EXPECT_EQ(ids,
              (std::vector<std::string>{
                  "HP:0000001", "HP:0000118", "HP:0000707", "HP:0001250", "HP:0020207"}));
}

TEST(Ontology, RefusesCyclesWithTheLine) {
    EXPECT_EQ(error_of(parts({{TermId{1}, "a", {}, {}},
                              {TermId{2}, "b", {TermId{3}}, {}},
                              {TermId{3}, "c", {TermId{2}}, {}}})),
              "line 11: HP:0000002 is not above itself");
    EXPECT_THAT(error_of(parts({{TermId{1}, "a", {TermId{1}}, {}}})), HasSubstr("above itself"));
}

TEST(Ontology, RefusesMissingParentsDuplicatesAndSharedAlternatives) {
    EXPECT_EQ(error_of(parts({{TermId{1}, "a", {TermId{9}}, {}}})),
              "line 10: parent HP:0000009 is a term");
    EXPECT_EQ(error_of(parts({{TermId{1}, "a", {}, {}}, {TermId{1}, "b", {}, {}}})),
              "line 11: HP:0000001 is defined only once");
    EXPECT_THAT(error_of(parts({{TermId{1}, "a", {}, {TermId{2}}}, {TermId{2}, "b", {}, {}}})),
                HasSubstr("is not a term of its own"));
    EXPECT_THAT(
        error_of(parts({{TermId{1}, "a", {}, {TermId{5}}}, {TermId{2}, "b", {}, {TermId{5}}}})),
        HasSubstr("belongs to one term only"));
    auto both = parts({{TermId{1}, "a", {}, {}}});
    both.obsolete = {{TermId{1}, "x", {}, {}}};
    EXPECT_THAT(error_of(both), HasSubstr("is not also a term"));
    EXPECT_THAT(error_of(parts({})), HasSubstr("1 to 1048576 terms"));
    auto nameless = parts({{TermId{1}, "a", {}, {}}});
    nameless.release.clear();
    EXPECT_THAT(error_of(nameless), HasSubstr("names its release"));
}

TEST(Ontology, FollowsReplacementsButNotInCircles) {
    auto chain = parts({{TermId{1}, "a", {}, {}}});
    chain.obsolete = {{TermId{2}, "", {TermId{3}}, {}},
                      {TermId{3}, "", {TermId{1}}, {}},
                      {TermId{4}, "", {TermId{5}}, {}},
                      {TermId{5}, "", {TermId{4}}, {}},
                      {TermId{6}, "", {TermId{1}, TermId{2}}, {}}};
    const auto made = Ontology::make(std::move(chain));
    ASSERT_TRUE(made) << made.error().what;
    EXPECT_EQ(made->resolve("HP:0000002").how, Found::replaced);
    EXPECT_EQ(made->resolve("HP:0000004").how, Found::unknown);
    EXPECT_EQ(made->resolve("HP:0000006").how, Found::unknown);  // two replacements are none
}

}  // namespace
}  // namespace mednexus::clinical
