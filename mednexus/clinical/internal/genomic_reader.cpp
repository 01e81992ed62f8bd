#include <array>

#include "mednexus/clinical/internal/enumerators.hpp"
#include "mednexus/clinical/internal/phenopacket_reader.hpp"

namespace mednexus::clinical::internal {

namespace {

constexpr std::uint64_t kPositionMax = 10'000'000'000;
constexpr std::array<std::string_view, 3> kGeneRest{"alternateIds", "alternateSymbols", "xrefs"};
constexpr std::array<std::string_view, 4> kVcfRest{"id", "qual", "filter", "info"};
constexpr std::array<std::string_view, 5> kDescriptorRest{
    "variation", "xrefs", "alternateLabels", "extensions", "vrsRefAlleleSeq"};
constexpr std::array<std::string_view, 1> kDescription{"description"};
constexpr std::array<std::string_view, 1> kSummary{"summary"};
constexpr std::array<std::string_view, 1> kVersion{"version"};

Gene read_gene(Fields fields) {
    Gene gene{.symbol = fields.text("symbol", gene_symbol, Need::required),
              .id = fields.text("valueId", term_id)};
    fields.leave_out("free text", kDescription);
    fields.leave_out("not kept", kGeneRest);
    fields.finish();
    return gene;
}

Expression read_expression(Fields fields) {
    Expression expression{.syntax = fields.text("syntax", plain_id, Need::required),
                          .value = fields.text("value", label, Need::required)};
    fields.leave_out("not kept", kVersion);
    fields.finish();
    return expression;
}

VcfRecord read_vcf(Fields fields) {
    VcfRecord record{.genome_assembly = fields.text("genomeAssembly", plain_id, Need::required),
                     .chrom = fields.text("chrom", plain_id, Need::required),
                     .pos = fields.count("pos", kPositionMax, Need::required),
                     .ref = fields.text("ref", label, Need::required),
                     .alt = fields.text("alt", label, Need::required)};
    fields.leave_out("not kept", kVcfRest);
    fields.finish();
    return record;
}

void read_descriptor(Fields fields, Variant& variant) {
    variant.id = fields.text("id", plain_id, Need::required);
    variant.label = fields.text("label", label);
    if (auto gene = fields.object("geneContext")) {
        variant.gene = read_gene(std::move(*gene));
    }
    const auto expressions = fields.array("expressions", kListMax);
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        variant.expressions.push_back(read_expression(
            Fields(expressions[i], fields.pointer_to("expressions", i), fields.findings())));
    }
    if (auto record = fields.object("vcfRecord")) {
        variant.vcf = read_vcf(std::move(*record));
    }
    variant.molecule_context = fields.name("moleculeContext", kMoleculeNames);
    variant.structural_type = read_class(fields, "structuralType");
    variant.zygosity = read_class(fields, "allelicState");
    fields.leave_out("free text", kDescription);
    fields.leave_out("not kept", kDescriptorRest);
    fields.finish();
}

Variant read_variant(Fields fields) {
    Variant variant;
    variant.acmg_classification = fields.name("acmgPathogenicityClassification", kAcmgNames);
    variant.actionability = fields.name("therapeuticActionability", kActionabilityNames);
    if (auto descriptor = fields.object("variationDescriptor", Need::required)) {
        read_descriptor(std::move(*descriptor), variant);
    }
    fields.finish();
    return variant;
}

GenomicFinding read_genomic_finding(Fields fields) {
    GenomicFinding finding;
    finding.subject_id = fields.text("subjectOrBiosampleId", plain_id, Need::required);
    finding.status = fields.name("interpretationStatus", kInterpretationNames, Need::required);
    auto gene = fields.object("gene");
    auto variant = fields.object("variantInterpretation");
    if (gene.has_value() == variant.has_value()) {
        fields.issue_here(R"(has exactly one of "gene" and "variantInterpretation")");
    }
    if (gene) {
        finding.call = read_gene(std::move(*gene));
    }
    if (variant) {
        finding.call = read_variant(std::move(*variant));
    }
    fields.finish();
    return finding;
}

void read_diagnosis(Fields fields, Diagnosis& diagnosis) {
    diagnosis.disease = read_class(fields, "disease", Need::required);
    const auto genomic = fields.array("genomicInterpretations", kListMax);
    for (std::size_t i = 0; i < genomic.size(); ++i) {
        diagnosis.genomic.push_back(read_genomic_finding(
            Fields(genomic[i], fields.pointer_to("genomicInterpretations", i), fields.findings())));
    }
    fields.finish();
}

Diagnosis read_interpretation(Fields fields) {
    Diagnosis diagnosis;
    diagnosis.id = fields.text("id", plain_id, Need::required);
    diagnosis.progress_status = fields.name("progressStatus", kProgressNames, Need::required);
    if (auto inner = fields.object("diagnosis")) {
        read_diagnosis(std::move(*inner), diagnosis);
    }
    fields.leave_out("free text", kSummary);
    fields.finish();
    return diagnosis;
}

}  // namespace

std::vector<Diagnosis> read_diagnoses(Fields& packet) {
    std::vector<Diagnosis> diagnoses;
    const auto items = packet.array("interpretations", kListMax);
    for (std::size_t i = 0; i < items.size(); ++i) {
        diagnoses.push_back(read_interpretation(
            Fields(items[i], packet.pointer_to("interpretations", i), packet.findings())));
    }
    return diagnoses;
}

}  // namespace mednexus::clinical::internal
