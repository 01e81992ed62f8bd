#include "mednexus/clinical/phenopacket.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/internal/test_data.hpp"

namespace mednexus::clinical {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kMeta =
    R"("metaData":{"created":"2025-01-02T03:04:05Z","createdBy":"ORCID:0000","resources":[)"
    R"({"id":"hp","name":"human phenotype ontology","url":"http://x","version":"2025-05-06",)"
    R"("namespacePrefix":"HP","iriPrefix":"http://y"}],"phenopacketSchemaVersion":"2.0.2"})";

/// A packet with these members before the metadata.
std::string packet(std::string_view members) {
    return fmt::format(R"({{"id":"packet-1",{}{}{}}})", members, members.empty() ? "" : ",", kMeta);
}

std::string one_feature(std::string_view id) {
    return packet(
        fmt::format(R"("phenotypicFeatures":[{{"type":{{"id":"{}","label":"x"}}}}])", id));
}

std::string error_of(std::string_view text) {
    const auto parsed = parse_phenopacket(text);
    EXPECT_FALSE(parsed.has_value());
    if (parsed) {
        return {};
    }
    EXPECT_EQ(parsed.error().kind, Kind::invalid);
    return parsed.error().what;
}

constexpr std::string_view kFull =
    R"({"id":"p","subject":{"id":"Family A III:1","dateOfBirth":"1950-01-01T00:00:00Z",)"
    R"("timeAtLastEncounter":{"age":{"iso8601duration":"P45Y3M"}},)"
    R"("vitalStatus":{"status":"DECEASED",)"
    R"("timeOfDeath":{"timestamp":"1999-05-05T00:00:00Z"},)"
    R"("causeOfDeath":{"id":"HP:0001645","label":"Sudden cardiac death"}},)"
    R"("sex":"FEMALE"},"phenotypicFeatures":[{"type":{"id":"HP:0001250","label":"Seizure"},)"
    R"("severity":{"id":"HP:0012825","label":"Mild"},"modifiers":[{"id":"HP:0025297",)"
    R"("label":"Prolonged"}],)"
    R"("onset":{"ageRange":{"start":{"iso8601duration":"P1Y"},"end":{"iso8601duration":"P2Y"}}},)"
    R"("resolution":{"interval":{"start":"2001-01-01T00:00:00Z",)"
    R"("end":"2002-01-01T00:00:00.5+01:00"}}},)"
    R"({"type":{"id":"HP:0001629","label":"VSD"},"excluded":true,)"
    R"("onset":{"gestationalAge":{"weeks":20,"days":3}}}],)"
    R"("interpretations":[{"id":"i","progressStatus":"SOLVED",)"
    R"("diagnosis":{"disease":{"id":"OMIM:142900","label":"Holt-Oram"},)"
    R"("genomicInterpretations":[{"subjectOrBiosampleId":"Family A III:1",)"
    R"("interpretationStatus":"CAUSATIVE",)"
    R"("variantInterpretation":{"acmgPathogenicityClassification":"PATHOGENIC",)"
    R"("therapeuticActionability":"UNKNOWN_ACTIONABILITY",)"
    R"("variationDescriptor":{"id":"v","label":"big deletion",)"
    R"("geneContext":{"valueId":"HGNC:11604","symbol":"TBX5"},)"
    R"("expressions":[{"syntax":"hgvs.c","value":"NM_181486.4:c.238G>A"}],)"
    R"("vcfRecord":{"genomeAssembly":"hg38","chrom":"chr12",)"
    R"("pos":"114401830","ref":"C","alt":"T"},"moleculeContext":"genomic",)"
    R"("allelicState":{"id":"GENO:0000135","label":"heterozygous"}}}},)"
    R"({"subjectOrBiosampleId":"Family A III:1","interpretationStatus":"CANDIDATE",)"
    R"("gene":{"valueId":"HGNC:1","symbol":"A1BG"}}]}}],)"
    R"("diseases":[{"term":{"id":"OMIM:142900","label":"Holt-Oram"},)"
    R"("onset":{"ontologyClass":{"id":"HP:0003577","label":"Congenital onset"}}}],)"
    R"("metaData":{"created":"2025-01-02T03:04:05.678Z","createdBy":"me",)"
    R"("submittedBy":"you","resources":[],)"
    R"("phenopacketSchemaVersion":"2.0","externalReferences":[{"id":"PMID:10077612",)"
    R"("reference":"http://z","description":"a title"}]}})";

TEST(Phenopacket, ReadsEveryFieldThatACaseHolds) {
    const auto parsed = parse_phenopacket(kFull);
    ASSERT_TRUE(parsed) << parsed.error().what;
    const Case& value = parsed->value;
    EXPECT_EQ(value.subject_id, "Family A III:1");
    EXPECT_EQ(value.sex, Sex::female);
    EXPECT_EQ(value.vital_status, VitalStatus::deceased);
    EXPECT_EQ(std::get<Age>(value.age).iso8601duration, "P45Y3M");
    EXPECT_EQ(observed_terms(value), std::vector<std::string_view>{"HP:0001250"});
    EXPECT_EQ(excluded_terms(value), std::vector<std::string_view>{"HP:0001629"});
    EXPECT_EQ(main_disease(value)->id, "OMIM:142900");
    EXPECT_EQ(gene_symbols(value), (std::vector<std::string>{"TBX5", "A1BG"}));
    EXPECT_EQ(publications(value), std::vector<std::string>{"PMID:10077612"});
    const auto& variant = std::get<Variant>(value.diagnoses.at(0).genomic.at(0).call);
    EXPECT_EQ(variant.vcf->pos, 114401830U);
    EXPECT_THAT(parsed->left_out, IsEmpty());
}

TEST(Phenopacket, WritesWhatParsesToTheSameCase) {
    const auto first = parse_phenopacket(kFull);
    ASSERT_TRUE(first);
    const auto second = parse_phenopacket(json::write_canonical(write_phenopacket(first->value)));
    ASSERT_TRUE(second) << second.error().what;
    EXPECT_TRUE(first->value == second->value);
}

TEST(Phenopacket, TakesEveryPublishedOriginalAndWritesItBack) {
    MN_NEED_DATA(data);
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(data / "phenopackets" / "originals")) {
        const std::string text = test::read_text(entry.path());
        const auto issues = check_phenopacket(text);
        ASSERT_TRUE(issues.empty()) << entry.path().filename() << ": " << issues.front().place
                                    << ": " << issues.front().rule;
        const auto first = parse_phenopacket(text);
        ASSERT_TRUE(first);
        EXPECT_TRUE(first->left_out.empty()) << first->left_out.front().place;
        const auto second =
            parse_phenopacket(json::write_canonical(write_phenopacket(first->value)));
        ASSERT_TRUE(second) << entry.path().filename() << ": " << second.error().what;
        EXPECT_TRUE(first->value == second->value) << entry.path().filename();
        ++count;
    }
    EXPECT_EQ(count, 200U);
}

TEST(Phenopacket, ListsWhatItLeavesOutByNameOnly) {
    const auto parsed = parse_phenopacket(
        packet(R"("files":[{"uri":"file:///secret"}],"measurements":[],"x/y~z":"John",)"
               R"("subject":{"id":"s","alternateIds":["MRN 1"]},)"
               R"("phenotypicFeatures":[{"type":{"id":"HP:0001250","label":"x"},)"
               R"("description":"John Smith"}])"));
    ASSERT_TRUE(parsed) << parsed.error().what;
    EXPECT_THAT(
        parsed->left_out,
        ::testing::UnorderedElementsAre(LeftOut{"/subject/alternateIds", "identifier"},
                                        LeftOut{"/phenotypicFeatures/0/description", "free text"},
                                        LeftOut{"/measurements", "not kept"},
                                        LeftOut{"/files", "file"},
                                        LeftOut{"/x~1y~0z", "unknown field"}));
}

TEST(Phenopacket, TreatsNullAsAbsent) {
    EXPECT_THAT(check_phenopacket(packet(R"("subject":null,"diseases":null)")), IsEmpty());
}

TEST(Phenopacket, KeepsTermsThatNoReleaseKnows) {
    const auto parsed = parse_phenopacket(one_feature("HP:9999999"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->value.findings.at(0).term.id, "HP:9999999");
}

TEST(Phenopacket, NamesPlacePointerAndRule) {
    EXPECT_EQ(error_of("{\"id\":\"a\",\n \"subject\": 7}"),
              "line 2, column 13 (/subject): expected an object, found number");
}

TEST(Phenopacket, RefusesWhatLacksItsRequiredMembers) {
    EXPECT_THAT(error_of("{}"), HasSubstr("member \"id\" is required"));
    EXPECT_THAT(error_of(R"({"id":"x"})"), HasSubstr("member \"metaData\" is required"));
    EXPECT_THAT(error_of(R"({"id":"x","meta_data":{}})"),
                HasSubstr("member \"metaData\" is required"));
    EXPECT_THAT(error_of(packet(R"("subject":{})")), HasSubstr("(/subject): member \"id\""));
    EXPECT_THAT(error_of(packet(R"("phenotypicFeatures":[{}])")),
                HasSubstr("(/phenotypicFeatures/0): member \"type\" is required"));
    EXPECT_THAT(error_of(packet(R"("diseases":[{"term":{"id":"OMIM:1"}}])")),
                HasSubstr("(/diseases/0/term): member \"label\" is required"));
    EXPECT_THAT(error_of(packet(R"("interpretations":[{"id":"i"}])")),
                HasSubstr("\"progressStatus\" is required"));
}

TEST(Phenopacket, ListsAllIssuesInOrderOfReading) {
    const auto issues = check_phenopacket(
        packet(R"("subject":{"id":"","sex":"female"},"phenotypicFeatures":[{"type":{"id":"HP:12",)"
               R"("label":"x"}},3])"));
    ASSERT_EQ(issues.size(), 4U);
    EXPECT_THAT(issues[0].place, HasSubstr("/subject/id"));
    EXPECT_THAT(issues[1].rule, HasSubstr("expected one of UNKNOWN_SEX, FEMALE"));
    EXPECT_EQ(issues[2].rule, "an HPO id is \"HP:\" and seven digits");
    EXPECT_EQ(issues[3].rule, "expected an object, found number");
}

TEST(Phenopacket, RefusesPathLikeIds) {
    for (const std::string_view id :
         {"../../x", "/etc/passwd", "a/../b", "a//b", "..", "c:\\\\x", "./a", "file:///x"}) {
        const std::string text = fmt::format(R"({{"id":"{}",{}}})", id, kMeta);
        EXPECT_THAT(error_of(text), HasSubstr("an id is not path-like")) << id;
        EXPECT_THAT(error_of(one_feature(id)), HasSubstr("an id is not path-like")) << id;
    }
}

TEST(Phenopacket, RefusesControlCharactersAndLongIds) {
    EXPECT_THAT(error_of(one_feature("HP:0001250\\u0000")), HasSubstr("no control characters"));
    EXPECT_THAT(error_of(packet(R"("subject":{"id":"a\nb"})")), HasSubstr("no control characters"));
    EXPECT_THAT(error_of(packet(R"("subject":{"id":"a\u202eb"})")),
                HasSubstr("no control characters"));
    EXPECT_THAT(error_of(one_feature("X:" + std::string(254, '1'))), HasSubstr("at most 255"));
    EXPECT_THAT(check_phenopacket(one_feature("X:" + std::string(253, '1'))), IsEmpty());
}

TEST(Phenopacket, RefusesIdsOutsideTheirGrammar) {
    EXPECT_THAT(error_of(one_feature("HP:000125")), HasSubstr("seven digits"));
    EXPECT_THAT(error_of(one_feature("HP:00012500")), HasSubstr("seven digits"));
    EXPECT_THAT(error_of(one_feature("HP:000125x")), HasSubstr("seven digits"));
    EXPECT_THAT(error_of(one_feature("seizure")), HasSubstr("CURIE"));
    EXPECT_THAT(error_of(one_feature("OMIM:")), HasSubstr("CURIE"));
    EXPECT_THAT(error_of(one_feature("OMIM:12 34")), HasSubstr("CURIE"));
}

TEST(Phenopacket, RefusesWrongTypesEverywhere) {
    for (const std::string_view members : {R"("subject":[])",
                                           R"("subject":{"id":5})",
                                           R"("subject":{"id":"s","sex":1})",
                                           R"("phenotypicFeatures":{})",
                                           R"("phenotypicFeatures":["HP:0001250"])",
                                           R"("interpretations":"x")",
                                           R"("diseases":true)",
                                           R"("diseases":[null])",
                                           R"("subject":{"id":"s","dateOfBirth":"1950"})",
                                           R"("subject":{"id":"s","timeAtLastEncounter":"P1Y"})"}) {
        EXPECT_FALSE(check_phenopacket(packet(members)).empty()) << members;
    }
    for (const std::string_view text : {"[]", "null", "3", "\"x\"", "true"}) {
        EXPECT_THAT(error_of(text), HasSubstr("line 1, column 1: expected an object"));
    }
}

TEST(Phenopacket, RefusesAgesThatAreNoDurations) {
    for (const std::string_view age :
         {"4 years", "P", "PT", "P1", "1Y", "P1M1Y", "P1.5Y1M", "P-1Y", "P1YT", "p1y", ""}) {
        const std::string text = packet(fmt::format(
            R"("subject":{{"id":"s","timeAtLastEncounter":{{"age":{{"iso8601duration":"{}"}}}}}})",
            age));
        EXPECT_FALSE(check_phenopacket(text).empty()) << age;
    }
    for (const std::string_view age : {"P1Y", "P1Y2M3W4D", "PT5H", "P0.5Y", "P2DT1H30M5.5S"}) {
        const std::string text = packet(fmt::format(
            R"("subject":{{"id":"s","timeAtLastEncounter":{{"age":{{"iso8601duration":"{}"}}}}}})",
            age));
        EXPECT_TRUE(check_phenopacket(text).empty()) << age;
    }
}

TEST(Phenopacket, RefusesATimeElementWithTwoFormsOrNone) {
    for (const std::string_view time :
         {R"({})",
          R"({"age":{"iso8601duration":"P1Y"},"timestamp":"2020-01-01T00:00:00Z"})",
          R"({"unknown":1})"}) {
        const std::string text =
            packet(fmt::format(R"("subject":{{"id":"s","timeAtLastEncounter":{}}})", time));
        EXPECT_THAT(error_of(text), HasSubstr("exactly one of its six forms")) << time;
    }
}

TEST(Phenopacket, RefusesHugeNumbers) {
    for (const std::string_view pos :
         {"1e300", "-1", "1.5", "99999999999999999999999", "\"1e3\"", "\"\"", "10000000001"}) {
        const std::string text = packet(
            fmt::format(R"("interpretations":[{{"id":"i","progressStatus":"SOLVED",)"
                        R"("diagnosis":{{"disease":{{"id":"OMIM:1","label":"x"}},)"
                        R"("genomicInterpretations":[{{"subjectOrBiosampleId":"s",)"
                        R"("interpretationStatus":"CAUSATIVE",)"
                        R"("variantInterpretation":{{"variationDescriptor":{{"id":"v",)"
                        R"("vcfRecord":{{"genomeAssembly":"hg38","chrom":"1","pos":{},"ref":"A",)"
                        R"("alt":"T"}}}}}}}}]}}}}])",
                        pos));
        EXPECT_THAT(error_of(text), HasSubstr("vcfRecord/pos): expected a whole number")) << pos;
    }
}

TEST(Phenopacket, RefusesMoreTermsThanACaseMayHave) {
    for (const std::size_t count : {5000U, 5001U, 20000U}) {
        std::string features;
        for (std::size_t i = 0; i < count; ++i) {
            features += fmt::format(
                R"({}{{"type":{{"id":"HP:{:07}","label":"x"}}}})", i == 0 ? "" : ",", i);
        }
        const auto issues = check_phenopacket(packet("\"phenotypicFeatures\":[" + features + "]"));
        if (count <= kTermsPerCaseMax) {
            EXPECT_TRUE(issues.empty());
        } else {
            ASSERT_EQ(issues.size(), 1U);
            EXPECT_EQ(issues[0].rule, fmt::format("has {} items, allowed are 5000", count));
        }
    }
}

TEST(Phenopacket, StopsListingAtTheBound) {
    std::string features = "3";
    for (int i = 0; i < 500; ++i) {
        features += ",3";
    }
    EXPECT_EQ(check_phenopacket(packet("\"phenotypicFeatures\":[" + features + "]")).size(),
              kIssuesMax);
}

TEST(Phenopacket, RefusesTextThatIsNoJson) {
    EXPECT_THAT(error_of(""), HasSubstr("line 1, column 1"));
    EXPECT_THAT(error_of("   \n "), HasSubstr("line "));
    EXPECT_THAT(error_of(R"({"id":"a","id":"b"})"), HasSubstr("line 1"));
    EXPECT_THAT(error_of("{\"id\":\"\xff\"}"), HasSubstr("line 1"));
    EXPECT_THAT(error_of(std::string(100000, '[')), HasSubstr("line 1"));
    EXPECT_THAT(error_of(R"({"id":"a"} {"id":"b"})"), HasSubstr("line 1"));
    EXPECT_THAT(error_of(std::string(kPhenopacketBytesMax + 1, ' ')), HasSubstr("line"));
}

TEST(Phenopacket, RefusesATextCutAtAnyByte) {
    for (std::size_t size = 0; size < kFull.size(); ++size) {
        EXPECT_EQ(check_phenopacket(kFull.substr(0, size)).size(), 1U) << size;
    }
}

TEST(Phenopacket, SurvivesEveryByteReplaced) {
    std::string text(kFull);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char before = text[i];
        for (const char c : {'\0', '"', '{', '\xff'}) {
            text[i] = c;
            const auto parsed = parse_phenopacket(text);
            EXPECT_EQ(parsed.has_value(), check_phenopacket(text).empty());
        }
        text[i] = before;
    }
}

}  // namespace
}  // namespace mednexus::clinical
