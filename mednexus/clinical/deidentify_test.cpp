#include "mednexus/clinical/deidentify.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/internal/test_data.hpp"

namespace mednexus::clinical {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// Every free text and identifier of this packet holds one of the words that no result may hold.
constexpr std::string_view kIdentifying =
    R"({"id":"MARKER-packet","subject":{"id":"MARKER subject","alternateIds":["MARKER"],)"
    R"("dateOfBirth":"1931-02-03T00:00:00Z",)"
    R"("timeAtLastEncounter":{"age":{"iso8601duration":"P93Y4M"}},)"
    R"("vitalStatus":{"status":"DECEASED",)"
    R"("timeOfDeath":{"timestamp":"2024-07-08T00:00:00Z"}},"sex":"MALE"},)"
    R"("phenotypicFeatures":[{"type":{"id":"HP:0001250","label":"MARKER"},"description":"MARKER",)"
    R"("onset":{"interval":{"start":"1931-02-03T00:00:00Z","end":"1931-02-04T00:00:00Z"}}},)"
    R"({"type":{"id":"HP:0009999","label":"MARKER"}},{"type":{"id":"MARKER:7","label":"MARKER"}}],)"
    R"("interpretations":[{"id":"MARKER-i","progressStatus":"SOLVED","summary":"MARKER",)"
    R"("diagnosis":{"disease":{"id":"OMIM:100001","label":"MARKER"},"genomicInterpretations":[)"
    R"({"subjectOrBiosampleId":"MARKER subject","interpretationStatus":"CAUSATIVE",)"
    R"("variantInterpretation":{"variationDescriptor":{"id":"MARKER-v","label":"MARKER",)"
    R"("description":"MARKER","geneContext":{"valueId":"MARKER:1","symbol":"TBX5"},)"
    R"("expressions":[{"syntax":"hgvs.c","value":"NM_1.1:c.1A>G"},{"syntax":"MARKER",)"
    R"("value":"x y"}],)"
    R"("vcfRecord":{"genomeAssembly":"hg38","chrom":"chr1","pos":5,"ref":"A","alt":"MARKER"},)"
    R"("allelicState":{"id":"GENO:0000135","label":"MARKER"}}}}]}}],)"
    R"("diseases":[{"term":{"id":"OMIM:100001","label":"MARKER"},)"
    R"("onset":{"ageRange":{"start":{"iso8601duration":"P88Y"},)"
    R"("end":{"iso8601duration":"P90Y"}}}}],)"
    R"("files":[{"uri":"file:///MARKER"}],"MARKER":1,)"
    R"("metaData":{"created":"2025-06-07T08:09:10Z","createdBy":"MARKER","submittedBy":"MARKER",)"
    R"("resources":[{"id":"MARKER","name":"MARKER","url":"MARKER","version":"MARKER",)"
    R"("namespacePrefix":"MARKER","iriPrefix":"MARKER"}],"phenopacketSchemaVersion":"2.0",)"
    R"("externalReferences":[{"id":"PMID:12345","reference":"http://MARKER",)"
    R"("description":"MARKER"},)"
    R"({"id":"MARKER"}]}})";

Deidentified cleaned(const DeidentifyOptions& options) {
    const auto parsed = parse_phenopacket(kIdentifying);
    EXPECT_TRUE(parsed) << parsed.error().what;
    auto out = deidentify(*parsed, test::small_hpo(), options);
    EXPECT_TRUE(out);
    return *std::move(out);
}

TEST(Deidentify, KeepsNoWordThatWasNotOnTheWhitelist) {
    const Deidentified out = cleaned({.pseudonym = "p-1"});
    const std::string text = json::write_canonical(write_phenopacket(out.value));
    EXPECT_THAT(text, Not(HasSubstr("MARKER")));
    for (const std::string_view date : {"1931", "2024", "06-07", "08:09"}) {
        EXPECT_THAT(text, Not(HasSubstr(std::string(date)))) << date;
    }
    EXPECT_THAT(text, Not(HasSubstr("12345")));
    EXPECT_THAT(text, HasSubstr(R"("id":"p-1")"));
    EXPECT_THAT(text, HasSubstr("2025-01-01T00:00:00Z"));  // Safe Harbor lets the year stay
}

TEST(Deidentify, KeepsTheClinicalContent) {
    const Deidentified out = cleaned({.pseudonym = "p-1", .keep_publications = true});
    EXPECT_EQ(observed_terms(out.value),
              (std::vector<std::string_view>{"HP:0001250", "HP:0009999"}));
    EXPECT_EQ(out.value.findings[0].term.label, "Seizure");
    EXPECT_EQ(out.value.findings[1].term.label, "HP:0009999");  // unknown to the release
    EXPECT_EQ(main_disease(out.value)->label, "Alpha syndrome");
    EXPECT_EQ(gene_symbols(out.value), std::vector<std::string>{"TBX5"});
    EXPECT_EQ(publications(out.value), std::vector<std::string>{"PMID:12345"});
    EXPECT_EQ(out.value.sex, Sex::male);
    EXPECT_EQ(out.value.vital_status, VitalStatus::deceased);
}

TEST(Deidentify, PutsAgesOver89IntoOneCategory) {
    const Deidentified out = cleaned({.pseudonym = "p-1"});
    EXPECT_EQ(std::get<Age>(out.value.age).iso8601duration, "P90Y");
    const auto& range = std::get<AgeRange>(out.value.diseases.at(0).onset);
    EXPECT_EQ(range.start.iso8601duration, "P88Y");
    EXPECT_EQ(range.end.iso8601duration, "P90Y");
}

TEST(Deidentify, SetsTheLimitAtExactly89Years) {
    const auto age_after = [](std::string_view age) {
        ParsedCase source;
        source.value.age = Age{std::string(age)};
        const auto out = deidentify(source, test::small_hpo(), {.pseudonym = "p"});
        return std::get<Age>(out->value.age).iso8601duration;
    };
    EXPECT_EQ(age_after("P89Y11M"), "P89Y11M");
    EXPECT_EQ(age_after("P90Y"), "P90Y");
    EXPECT_EQ(age_after("P90Y1M"), "P90Y");
    EXPECT_EQ(age_after("P1080M"), "P90Y");
    EXPECT_EQ(age_after("P40000D"), "P90Y");
    EXPECT_EQ(age_after("P999999999999999999Y"), "P90Y");
}

TEST(Deidentify, ListsWhatItRemovedByKind) {
    const Deidentified out = cleaned({.pseudonym = "p-1"});
    for (const std::string_view kind : {"identifier of the subject",
                                        "date",
                                        "date: subject.dateOfBirth",
                                        "age over 89",
                                        "person: metaData.createdBy",
                                        "person: metaData.submittedBy",
                                        "external reference",
                                        "free text: /phenotypicFeatures/0/description",
                                        "free text: /interpretations/0/summary",
                                        "identifier: /subject/alternateIds",
                                        "file: /files",
                                        "term whose id is of no known catalogue",
                                        "variant expression that is not plain HGVS",
                                        "variant record with unusual text"}) {
        EXPECT_THAT(out.removed, Contains(HasSubstr(std::string(kind)))) << kind;
    }
}

TEST(Deidentify, IsReadBackUnchangedAndIsIdempotent) {
    const Deidentified once = cleaned({.pseudonym = "p-1", .keep_publications = true});
    const auto read = parse_phenopacket(json::write_canonical(write_phenopacket(once.value)));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_TRUE(read->value == once.value);
    EXPECT_TRUE(read->left_out.empty());
    const auto twice =
        deidentify(*read, test::small_hpo(), {.pseudonym = "p-1", .keep_publications = true});
    ASSERT_TRUE(twice);
    EXPECT_TRUE(twice->value == once.value);
}

TEST(Deidentify, RefusesAPseudonymThatIsNoPlainId) {
    const auto parsed = parse_phenopacket(kIdentifying);
    ASSERT_TRUE(parsed);
    for (const std::string_view bad : {"", "../x", "a\nb"}) {
        const auto out = deidentify(*parsed, test::small_hpo(), {.pseudonym = std::string(bad)});
        ASSERT_FALSE(out);
        EXPECT_EQ(out.error().kind, Kind::invalid);
    }
}

TEST(Deidentify, KeepsEveryPublishedFinding) {
    MN_NEED_DATA(data);
    const auto hpo = load_hpo(test::folder_reader(data / "hpo"));
    ASSERT_TRUE(hpo);
    for (const auto& entry :
         std::filesystem::directory_iterator(data / "phenopackets" / "originals")) {
        const auto parsed = parse_phenopacket(test::read_text(entry.path()));
        ASSERT_TRUE(parsed);
        const auto out = deidentify(*parsed, *hpo, {.pseudonym = "p", .keep_publications = true});
        ASSERT_TRUE(out);
        EXPECT_EQ(observed_terms(out->value), observed_terms(parsed->value));
        EXPECT_EQ(excluded_terms(out->value), excluded_terms(parsed->value));
        EXPECT_EQ(main_disease(out->value)->id, main_disease(parsed->value)->id);
        const auto read = parse_phenopacket(json::write_canonical(write_phenopacket(out->value)));
        ASSERT_TRUE(read) << read.error().what;
        EXPECT_TRUE(read->value == out->value);
    }
}

}  // namespace
}  // namespace mednexus::clinical
