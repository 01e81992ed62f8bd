#include "apps/mednexus/sniff.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mednexus::cli {
namespace {

FileKind kind_of(std::string_view text, std::string_view name = "file") {
    return sniff(name, bytes_of(text));
}

TEST(Sniff, TellsKindsApartByTheirMembers) {
    EXPECT_EQ(kind_of(R"({"id":"a","phenotypicFeatures":[]})"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"({"id":"a","hpo":[],"institution":"H1"})"), FileKind::case_lines);
    EXPECT_EQ(kind_of(R"({"resourceType":"Patient","id":"a"})"), FileKind::fhir);
    EXPECT_EQ(kind_of(R"( { "patient" : {"id":"a"} })"), FileKind::mme);
    EXPECT_EQ(kind_of(std::string(128, '\0') + "DICM"), FileKind::dicom);
}

TEST(Sniff, SeesTheKindOfADamagedText) {
    EXPECT_EQ(kind_of(R"({"id":"a","resourceType": "Pat)"), FileKind::fhir);
    EXPECT_EQ(kind_of(R"({"patient":{"id":)"), FileKind::mme);
    EXPECT_EQ(kind_of(R"({"a":"\)"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"({"a":")"), FileKind::phenopacket);
    EXPECT_EQ(kind_of("\""), FileKind::phenopacket);
    EXPECT_EQ(kind_of(""), FileKind::phenopacket);
}

TEST(Sniff, SeesTheKindOfAListByItsFirstObject) {
    EXPECT_EQ(kind_of(R"([{"patient":{"id":"a"}},{"patient":{"id":"b"}}])"), FileKind::mme);
    EXPECT_EQ(kind_of(R"( [ {"x":[1,{"y":2}], "patient":{"id":)"), FileKind::mme);
    EXPECT_EQ(kind_of(R"([{"resourceType":"Patient","id":"a"}])"), FileKind::fhir);
    EXPECT_EQ(kind_of(R"([{"id":"a","subject":{"patient":{}}}])"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"([{"a":1},{"patient":{}}])"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"([{"id":"a","hpo":[]}])"), FileKind::phenopacket) << "no lines";
    EXPECT_EQ(kind_of(R"([[{"patient":{}}]])"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"({"a":[{"patient":{}}]})"), FileKind::phenopacket);
    EXPECT_EQ(kind_of("[]"), FileKind::phenopacket);
}

TEST(Sniff, IgnoresWhatStandsDeeperOrInStrings) {
    EXPECT_EQ(kind_of(R"({"id":"a","subject":{"resourceType":"Patient","patient":{}}})"),
              FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"({"id":"resourceType\":","x":"patient"})"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"({"id":"a"} {"resourceType":"Patient"})"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(std::string(127, '\0') + "DICM"), FileKind::phenopacket);
}

TEST(Sniff, TakesTheNameWhereTheShapeSaysNothing) {
    EXPECT_EQ(kind_of("", "cases.jsonl"), FileKind::case_lines);
    EXPECT_EQ(kind_of("{", "cases.ndjson"), FileKind::case_lines);
    EXPECT_EQ(kind_of("{", "cases.json"), FileKind::phenopacket);
    EXPECT_EQ(kind_of("{", ".jsonl"), FileKind::phenopacket);
    EXPECT_EQ(kind_of(R"({"resourceType":"Patient"})", "bulk.ndjson"), FileKind::fhir);
}

}  // namespace
}  // namespace mednexus::cli
