#include "mednexus/clinical/case_line.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/internal/test_data.hpp"
#include "mednexus/clinical/phenopacket.hpp"

namespace mednexus::clinical {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kLine =
    R"({"id":"PMID_1_A","cohort":"TBX5","publication":"PMID:10077612","institution":"H4",)"
    R"("disease":{"id":"OMIM:142900","label":"Holt-Oram syndrome"},"hpo":["HP:0001629",)"
    R"("HP:0001250"],)"
    R"("hpo_excluded":["HP:0001631"],"sex":"FEMALE","age":"P58Y",)"
    R"("onset":"Congenital onset","vital_status":null,)"
    R"("genes":["TBX5","NKX2-5"],"variants":[{"gene":"TBX5",)"
    R"("hgvs_c":"NM_181486.4:c.238G>A","vcf":"hg38:chr12:114401830:C:T",)"
    R"("zygosity":"heterozygous"}]})";

std::string with(std::string_view member) {
    return fmt::format(
        R"({{"id":"a","institution":"H1","disease":{{"id":"OMIM:1"}},"hpo":["HP:0000001"]{}{}}})",
        member.empty() ? "" : ",",
        member);
}

std::string error_of(std::string_view line) {
    const auto parsed = parse_case_line(line, 12);
    EXPECT_FALSE(parsed.has_value());
    return parsed ? std::string() : parsed.error().what;
}

TEST(CaseLine, ReadsEveryField) {
    const auto line = parse_case_line(kLine, 1);
    ASSERT_TRUE(line) << line.error().what;
    EXPECT_EQ(line->institution, "H4");
    EXPECT_EQ(line->publication, "PMID:10077612");
    EXPECT_EQ(observed_terms(line->value).size(), 2U);
    EXPECT_EQ(excluded_terms(line->value).size(), 1U);
    EXPECT_EQ(main_disease(line->value)->id, "OMIM:142900");
    EXPECT_EQ(gene_symbols(line->value), (std::vector<std::string>{"TBX5", "NKX2-5"}));
    EXPECT_EQ(std::get<OntologyClass>(line->value.diseases.at(0).onset).id, "HP:0003577");
    const auto& variant = std::get<Variant>(line->value.diagnoses.at(0).genomic.at(0).call);
    EXPECT_EQ(variant.vcf->pos, 114401830U);
    EXPECT_EQ(variant.zygosity->id, "GENO:0000135");
}

TEST(CaseLine, BecomesAPhenopacketWithMetadata) {
    auto line = parse_case_line(kLine, 1);
    ASSERT_TRUE(line);
    add_metadata(line->value, "2026-01-01T00:00:00Z", "2025-05-06");
    const auto parsed = parse_phenopacket(json::write_canonical(write_phenopacket(line->value)));
    ASSERT_TRUE(parsed) << parsed.error().what;
    EXPECT_TRUE(parsed->value == line->value);
}

TEST(CaseLine, TakesEveryLineOfThePublishedCorpus) {
    MN_NEED_DATA(data);
    const std::string text = test::read_text(data / "phenopackets" / "cases_dev.jsonl");
    const auto issues = check_case_lines(text);
    EXPECT_TRUE(issues.empty()) << issues.front().place << ": " << issues.front().rule;
    std::size_t count = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        auto line = parse_case_line(rest.substr(0, end), ++count);
        ASSERT_TRUE(line) << line.error().what;
        add_metadata(line->value, "2026-01-01T00:00:00Z", "2025-05-06");
        const auto packet =
            parse_phenopacket(json::write_canonical(write_phenopacket(line->value)));
        ASSERT_TRUE(packet) << count << ": " << packet.error().what;
        EXPECT_TRUE(packet->value == line->value) << count;
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    EXPECT_EQ(count, 4914U);
}

TEST(CaseLine, NamesTheLineOfTheFileAndTheColumn) {
    EXPECT_EQ(error_of(with(R"("sex":"female")")),
              "line 12, column 83 (/sex): expected one of UNKNOWN_SEX, FEMALE, MALE, OTHER_SEX");
    EXPECT_THAT(error_of("{\"id\":"), HasSubstr("line 12, column "));
}

TEST(CaseLine, RefusesWhatBreaksARule) {
    EXPECT_THAT(error_of("{}"), HasSubstr("member \"id\" is required"));
    EXPECT_THAT(error_of(""), HasSubstr("line 12, column 1"));
    EXPECT_THAT(error_of("[]"), HasSubstr("expected an object"));
    EXPECT_THAT(error_of(with(R"("hpo_excluded":["HP:1"])")), HasSubstr("seven digits"));
    EXPECT_THAT(error_of(with(R"("hpo_excluded":[7])")), HasSubstr("/hpo_excluded/0"));
    EXPECT_THAT(error_of(with(R"("hpo_excluded":"HP:0000001")")), HasSubstr("expected an array"));
    EXPECT_THAT(error_of(with(R"("publication":"../../x")")), HasSubstr("path-like"));
    EXPECT_THAT(error_of(with(R"("genes":[{}])")), HasSubstr("expected a string"));
    EXPECT_THAT(error_of(with(R"("genes":["a b"])")), HasSubstr("gene symbol"));
    EXPECT_THAT(error_of(with(R"("variants":[{"vcf":"hg38:chr1:x:A:T"}])")), HasSubstr("POS"));
    EXPECT_THAT(error_of(with(R"("variants":[{"vcf":"hg38:chr1:99999999999999999999:A:T"}])")),
                HasSubstr("POS"));
    EXPECT_THAT(error_of(with(R"("variants":[{"vcf":"hg38:../x:1:A:T"}])")), HasSubstr("POS"));
    EXPECT_THAT(error_of(with(R"("variants":[{"zygosity":"both"}])")), HasSubstr("zygosity"));
    EXPECT_THAT(error_of(with(R"("age":4)")), HasSubstr("expected a string"));
    EXPECT_THAT(error_of(with(R"("id":"b")")), HasSubstr("line 12"));  // the key twice
    EXPECT_THAT(error_of(std::string(kCaseLineBytesMax + 1, 'x')), HasSubstr("1048576 bytes"));
    EXPECT_THAT(error_of("{\"id\":\"\xc3\x28\"}"), HasSubstr("line 12"));
    EXPECT_THAT(error_of(std::string(60, '[') + std::string(60, ']')), HasSubstr("line 12"));
}

TEST(CaseLine, RefusesMoreTermsThanACaseMayHave) {
    std::string terms = "\"HP:0000001\"";
    for (int i = 1; i < 20000; ++i) {
        terms += ",\"HP:0000001\"";
    }
    EXPECT_THAT(error_of(with("\"hpo_excluded\":[" + terms + "]")),
                HasSubstr("has 20000 items, allowed are 5000"));
}

TEST(CaseLine, RefusesALineCutAtAnyByte) {
    for (std::size_t size = 0; size < kLine.size(); ++size) {
        EXPECT_FALSE(parse_case_line(kLine.substr(0, size), 1)) << size;
    }
}

TEST(CaseLineChecker, FindsIdsThatRepeatAndEmptyLines) {
    const std::string text = fmt::format("{0}\n\n{0}\n", kLine);
    const auto issues = check_case_lines(text);
    ASSERT_EQ(issues.size(), 2U);
    EXPECT_THAT(issues[0].place, HasSubstr("line 2, column 1"));
    EXPECT_THAT(issues[1].place, HasSubstr("line 3, column 1"));
    EXPECT_THAT(issues[1].rule, HasSubstr("that of line 1"));
}

TEST(CaseLineChecker, RefusesAnEmptyFile) {
    ASSERT_EQ(check_case_lines("").size(), 1U);
    EXPECT_THAT(
        check_case_lines(""),
        ::testing::Contains(::testing::Field(&Issue::rule, HasSubstr("at least one line"))));
    EXPECT_THAT(check_case_lines(kLine), IsEmpty());
}

}  // namespace
}  // namespace mednexus::clinical
