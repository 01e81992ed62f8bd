#include "mednexus/clinical/case_line.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "mednexus/clinical/internal/enumerators.hpp"
#include "mednexus/clinical/internal/fields.hpp"
#include "mednexus/clinical/internal/grammar.hpp"
#include "mednexus/clinical/internal/lines.hpp"
#include "mednexus/clinical/internal/vocabulary.hpp"

namespace mednexus::clinical {

namespace {

using internal::Fields;
using internal::Findings;
using internal::Need;

constexpr json::Limits kLimits{
    .size_bytes_max = kCaseLineBytesMax, .depth_max = 16, .values_max = 1U << 17U};
constexpr std::size_t kListMax = 1000;
constexpr std::size_t kVcfPieces = 5;
constexpr std::string_view kVcfRule =
    "a vcf text is ASSEMBLY:CHROM:POS:REF:ALT with a whole number as POS";

/// An age or an onset: a duration, or the name of an onset term. A name that the table does not
/// have stays as the label of the root of onset terms.
TimeElement time_of(const std::string& text) {
    if (text.empty()) {
        return {};
    }
    if (internal::is_duration(text)) {
        return Age{text};
    }
    return internal::onset_named(text).value_or(
        OntologyClass{std::string(internal::kOnsetId), text});
}

void read_terms(Fields& fields, std::string_view key, bool excluded, Case& out) {
    const auto items =
        fields.array(key, kTermsPerCaseMax, excluded ? Need::optional : Need::required);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string* id = items[i].as_string();
        const std::string pointer = fields.pointer_to(key, i);
        if (id == nullptr) {
            fields.findings().issue(
                items[i],
                pointer,
                fmt::format("expected a string, found {}", items[i].type_name()));
        } else if (auto fault = internal::term_id(*id)) {
            fields.findings().issue(items[i], pointer, *std::move(fault));
        } else {
            out.findings.push_back({.term = {*id, *id}, .excluded = excluded});
        }
    }
    if (out.findings.size() > kTermsPerCaseMax) {
        fields.issue(key, fmt::format("a case has at most {} terms", kTermsPerCaseMax));
    }
}

OntologyClass read_disease(Fields fields) {
    OntologyClass disease;
    disease.id = fields.text("id", internal::term_id, Need::required);
    disease.label = fields.text("label", internal::label);
    if (disease.label.empty()) {
        disease.label = disease.id;
    }
    return disease;
}

std::optional<VcfRecord> parse_vcf(std::string_view text) {
    std::vector<std::string_view> pieces;
    internal::split(text, ':', pieces);
    if (pieces.size() != kVcfPieces || !internal::is_digits(pieces[2]) || pieces[2].size() > 10) {
        return std::nullopt;
    }
    const bool has_empty = std::any_of(
        pieces.begin(), pieces.end(), [](std::string_view piece) { return piece.empty(); });
    const auto pos = json::to_int64(json::Number{std::string(pieces[2])});
    if (has_empty || !pos || internal::id_fault(pieces[0]) || internal::id_fault(pieces[1])) {
        return std::nullopt;
    }
    return VcfRecord{.genome_assembly = std::string(pieces[0]),
                     .chrom = std::string(pieces[1]),
                     .pos = static_cast<std::uint64_t>(*pos),
                     .ref = std::string(pieces[3]),
                     .alt = std::string(pieces[4])};
}

Variant read_variant(Fields fields, std::size_t number) {
    Variant variant;
    variant.id = fmt::format("variant-{}", number);
    variant.gene.symbol = fields.text("gene", internal::gene_symbol);
    variant.label = fields.text("label", internal::label);
    if (const std::string hgvs = fields.text("hgvs_c", internal::label); !hgvs.empty()) {
        variant.expressions.push_back({"hgvs.c", hgvs});
    }
    if (const std::string vcf = fields.text("vcf", internal::label); !vcf.empty()) {
        variant.vcf = parse_vcf(vcf);
        if (!variant.vcf) {
            fields.issue("vcf", std::string(kVcfRule));
        }
    }
    if (const std::string name = fields.text("zygosity", internal::label); !name.empty()) {
        variant.zygosity = internal::zygosity_named(name);
        if (!variant.zygosity) {
            fields.issue("zygosity",
                         "zygosity is hemizygous, heterozygous, homozygous or compound "
                         "heterozygous");
        }
    }
    return variant;
}

/// Genes that no variant names become findings of their own.
void read_genomic(Fields& fields, const Case& out, Diagnosis& diagnosis) {
    const auto variants = fields.array("variants", kListMax);
    for (std::size_t i = 0; i < variants.size(); ++i) {
        diagnosis.genomic.push_back(
            {.subject_id = out.subject_id,
             .status = "CAUSATIVE",
             .call = read_variant(
                 Fields(variants[i], fields.pointer_to("variants", i), fields.findings()), i + 1)});
    }
    const auto genes = fields.array("genes", kListMax);
    for (std::size_t i = 0; i < genes.size(); ++i) {
        const std::string* symbol = genes[i].as_string();
        const std::optional<std::string> fault =
            symbol == nullptr ? fmt::format("expected a string, found {}", genes[i].type_name())
                              : internal::gene_symbol(*symbol);
        if (fault) {
            fields.findings().issue(genes[i], fields.pointer_to("genes", i), *fault);
            continue;
        }
        const bool is_named = std::any_of(
            diagnosis.genomic.begin(), diagnosis.genomic.end(), [&](const GenomicFinding& finding) {
                const auto* variant = std::get_if<Variant>(&finding.call);
                return variant != nullptr && variant->gene.symbol == *symbol;
            });
        if (!is_named) {
            diagnosis.genomic.push_back(
                {.subject_id = out.subject_id, .status = "CAUSATIVE", .call = Gene{*symbol, ""}});
        }
    }
}

template <typename Enum, std::size_t N>
Enum read_enumerator(Fields& fields,
                     std::string_view key,
                     const std::array<std::string_view, N>& names) {
    const auto at = std::find(names.begin(), names.end(), fields.name(key, names));
    return at == names.end() ? Enum{} : static_cast<Enum>(at - names.begin());
}

CaseLine read_line(Fields fields) {
    CaseLine line;
    Case& out = line.value;
    out.id = fields.text("id", internal::plain_id, Need::required);
    out.subject_id = out.id;
    line.cohort = fields.text("cohort", internal::label);
    line.publication = fields.text("publication", internal::term_id);
    line.institution = fields.text("institution", internal::plain_id, Need::required);
    out.sex = read_enumerator<Sex>(fields, "sex", internal::kSexNames);
    out.age = time_of(fields.text("age", internal::label));
    out.vital_status =
        read_enumerator<VitalStatus>(fields, "vital_status", internal::kVitalStatusNames);
    read_terms(fields, "hpo", false, out);
    read_terms(fields, "hpo_excluded", true, out);
    Diagnosis diagnosis{.id = "interpretation-1", .progress_status = "SOLVED"};
    if (auto disease = fields.object("disease", Need::required)) {
        diagnosis.disease = read_disease(std::move(*disease));
        out.diseases.push_back(
            {.term = *diagnosis.disease, .onset = time_of(fields.text("onset", internal::label))});
    }
    read_genomic(fields, out, diagnosis);
    out.diagnoses.push_back(std::move(diagnosis));
    if (!line.publication.empty()) {
        out.meta.references.push_back({.id = line.publication, .reference = {}, .description = {}});
    }
    return line;
}

struct Read {
    CaseLine line;
    std::vector<Issue> issues;
};

Read read(std::string_view text, std::uint64_t line_number) {
    Read out;
    if (text.size() > kCaseLineBytesMax) {
        out.issues.push_back({fmt::format("line {}, column {}", line_number, kCaseLineBytesMax + 1),
                              fmt::format("a line has at most {} bytes", kCaseLineBytesMax)});
        return out;
    }
    const auto document = json::parse(text, kLimits);
    if (!document) {
        out.issues.push_back(internal::issue_of(document.error(), line_number));
        return out;
    }
    Findings findings(text, line_number);
    Fields fields(*document, "", findings);
    if (fields.is_object()) {
        out.line = read_line(std::move(fields));
    }
    out.issues = findings.take_issues();
    return out;
}

}  // namespace

Result<CaseLine> parse_case_line(std::string_view line, std::uint64_t line_number) {
    Read result = read(line, line_number);
    if (!result.issues.empty()) {
        return fail_with(result.issues.front());
    }
    return std::move(result.line);
}

void add_metadata(Case& value, std::string_view created, std::string_view hpo_release) {
    value.meta.created = created;
    value.meta.created_by = "mednexus";
    value.meta.schema_version = "2.0";
    value.meta.resources = {{.id = "hp",
                             .name = "human phenotype ontology",
                             .url = "http://purl.obolibrary.org/obo/hp.owl",
                             .version = std::string(hpo_release),
                             .namespace_prefix = "HP",
                             .iri_prefix = "http://purl.obolibrary.org/obo/HP_"}};
}

std::vector<Issue> CaseLineChecker::next(std::string_view line) {
    ++lines_;
    bytes_ += line.size() + 1;
    if (bytes_ > kCaseFileBytesMax) {
        return {{fmt::format("line {}, column 1", lines_),
                 fmt::format("a file has at most {} bytes", kCaseFileBytesMax)}};
    }
    Read result = read(line, lines_);
    const std::string& id = result.line.value.id;
    if (id.empty()) {
        return std::move(result.issues);
    }
    const auto [at, is_new] = line_of_id_.try_emplace(std::hash<std::string_view>{}(id), lines_);
    if (!is_new) {
        result.issues.push_back({fmt::format("line {}, column 1 (/id)", lines_),
                                 fmt::format("the id differs from that of line {}", at->second)});
    }
    return std::move(result.issues);
}

std::vector<Issue> CaseLineChecker::finish() const {
    if (lines_ != 0) {
        return {};
    }
    return {{"line 1, column 1", "a case JSONL file has at least one line"}};
}

std::vector<Issue> check_case_lines(std::string_view text) {
    CaseLineChecker checker;
    std::vector<Issue> all;
    const auto append = [&all](std::vector<Issue> more) {
        for (Issue& issue : more) {
            if (all.size() < kIssuesMax) {
                all.push_back(std::move(issue));
            }
        }
    };
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        append(checker.next(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    append(checker.finish());
    return all;
}

}  // namespace mednexus::clinical
