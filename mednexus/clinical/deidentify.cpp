#include "mednexus/clinical/deidentify.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mednexus/clinical/internal/grammar.hpp"
#include "mednexus/clinical/internal/vocabulary.hpp"

namespace mednexus::clinical {

namespace {

constexpr std::uint32_t kYearsKept = 89;  ///< HIPAA Safe Harbor: ages over 89 are one category
constexpr std::string_view kOldest = "P90Y";
constexpr std::string_view kPublicationPrefix = "PMID:";
constexpr std::size_t kRemovedMax = 1000;
constexpr std::size_t kYearDigits = 4;
constexpr std::size_t kLocalIdBytesMax = 12;
constexpr std::array<std::string_view, 3> kSyntaxes{"hgvs.c", "hgvs.g", "hgvs.p"};

/// Catalogues whose ids name a term, a disease, a gene or a kind of variant, never a person.
constexpr std::array<std::string_view, 16> kCatalogues{"HP",
                                                       "OMIM",
                                                       "OMIMPS",
                                                       "ORPHA",
                                                       "Orphanet",
                                                       "DECIPHER",
                                                       "MONDO",
                                                       "DOID",
                                                       "NCIT",
                                                       "SNOMED",
                                                       "SNOMEDCT",
                                                       "UMLS",
                                                       "MP",
                                                       "GENO",
                                                       "SO",
                                                       "HGNC"};

/// PREFIX of a known catalogue, then at most one letter and digits.
bool is_catalogue_id(std::string_view id) {
    const std::size_t colon = id.find(':');
    if (colon == std::string_view::npos || id.size() - colon > kLocalIdBytesMax ||
        std::find(kCatalogues.begin(), kCatalogues.end(), id.substr(0, colon)) ==
            kCatalogues.end()) {
        return false;
    }
    std::string_view local = id.substr(colon + 1);
    if (!local.empty() && local.front() >= 'A' && local.front() <= 'Z') {
        local.remove_prefix(1);
    }
    return internal::is_digits(local);
}

/// Builds the new case; every function takes a typed field of the old one and gives what may stay.
class Cleaner {
public:
    Cleaner(const Hpo& hpo, const DeidentifyOptions& options) : hpo_(hpo), options_(options) {}

    Case clean(const Case& source);

    std::vector<std::string> take_removed() { return std::move(removed_); }

    void removed(std::string what);

private:
    [[nodiscard]] std::string known_label(std::string_view id) const;
    /// Nothing when the id is of no catalogue that we know.
    [[nodiscard]] std::optional<OntologyClass> clean_class(const OntologyClass& value);
    [[nodiscard]] std::optional<OntologyClass> clean_class(
        const std::optional<OntologyClass>& value);
    [[nodiscard]] Age clean_age(const Age& age);
    [[nodiscard]] TimeElement clean_time(const TimeElement& time);
    [[nodiscard]] std::optional<Finding> clean_finding(const Finding& finding);
    [[nodiscard]] std::optional<Disease> clean_disease(const Disease& disease);
    [[nodiscard]] Gene clean_gene(const Gene& gene);
    [[nodiscard]] Variant clean_variant(const Variant& variant);
    [[nodiscard]] std::vector<Expression> clean_expressions(const Variant& variant);
    [[nodiscard]] Diagnosis clean_diagnosis(const Diagnosis& diagnosis);
    [[nodiscard]] MetaData clean_meta(const MetaData& meta);

    const Hpo& hpo_;
    const DeidentifyOptions& options_;
    std::vector<std::string> removed_;
    std::size_t diagnoses_ = 0;
    std::size_t variants_ = 0;
};

bool is_bases(std::string_view text) {
    constexpr std::string_view kAllowed = "ACGTNacgtn*.<>:_";
    return text.find_first_not_of(kAllowed) == std::string_view::npos ||
           (text.starts_with('<') && text.ends_with('>') &&
            internal::is_gene_symbol(text.substr(1, text.size() - 2)));
}

bool is_word(std::string_view text) {
    return internal::is_gene_symbol(text);
}

void Cleaner::removed(std::string what) {
    if (removed_.size() < kRemovedMax &&
        std::find(removed_.begin(), removed_.end(), what) == removed_.end()) {
        removed_.push_back(std::move(what));
    }
}

/// What a published vocabulary calls the id; empty when none of ours has it.
std::string Cleaner::known_label(std::string_view id) const {
    const Resolution found = hpo_.ontology->resolve(id);
    if (found.how == Found::primary && found.term) {
        return hpo_.ontology->terms()[*found.term].name;
    }
    if (const auto name = hpo_.annotations.disease_name(id); !name.empty()) {
        return std::string(name);
    }
    if (const auto zygosity = internal::zygosity_with_id(id)) {
        return zygosity->label;
    }
    const auto type = internal::structural_type_with_id(id);
    return type ? type->label : std::string();
}

std::optional<OntologyClass> Cleaner::clean_class(const OntologyClass& value) {
    if (!is_catalogue_id(value.id)) {
        removed("term whose id is of no known catalogue");
        return std::nullopt;
    }
    std::string label = known_label(value.id);
    if (label.empty()) {
        removed("label of an id that no vocabulary here has");
        label = value.id;
    }
    return OntologyClass{value.id, std::move(label)};
}

std::optional<OntologyClass> Cleaner::clean_class(const std::optional<OntologyClass>& value) {
    return value ? clean_class(*value) : std::nullopt;
}

Age Cleaner::clean_age(const Age& age) {
    if (internal::whole_years(age.iso8601duration) <= kYearsKept) {
        return age;
    }
    removed("age over 89 (now P90Y)");
    return Age{std::string(kOldest)};
}

TimeElement Cleaner::clean_time(const TimeElement& time) {
    if (const auto* age = std::get_if<Age>(&time)) {
        return clean_age(*age);
    }
    if (const auto* range = std::get_if<AgeRange>(&time)) {
        return AgeRange{clean_age(range->start), clean_age(range->end)};
    }
    if (const auto* value = std::get_if<OntologyClass>(&time)) {
        const auto cleaned = clean_class(*value);
        return cleaned ? TimeElement(*cleaned) : TimeElement();
    }
    if (std::holds_alternative<Timestamp>(time) || std::holds_alternative<Interval>(time)) {
        removed("date");
        return {};
    }
    return time;  // gestational age, or nothing
}

std::optional<Finding> Cleaner::clean_finding(const Finding& finding) {
    const auto term = clean_class(finding.term);
    if (!term) {
        return std::nullopt;
    }
    Finding out{.term = *term,
                .excluded = finding.excluded,
                .onset = clean_time(finding.onset),
                .resolution = clean_time(finding.resolution),
                .severity = clean_class(finding.severity)};
    for (const OntologyClass& modifier : finding.modifiers) {
        if (const auto cleaned = clean_class(modifier)) {
            out.modifiers.push_back(*cleaned);
        }
    }
    return out;
}

std::optional<Disease> Cleaner::clean_disease(const Disease& disease) {
    const auto term = clean_class(disease.term);
    if (!term) {
        return std::nullopt;
    }
    return Disease{.term = *term, .excluded = disease.excluded, .onset = clean_time(disease.onset)};
}

/// The symbol passed its grammar when it was read.
Gene Cleaner::clean_gene(const Gene& gene) {
    if (gene.id.empty() || is_catalogue_id(gene.id)) {
        return gene;
    }
    removed("gene id of no known catalogue");
    return {.symbol = gene.symbol, .id = {}};
}

std::vector<Expression> Cleaner::clean_expressions(const Variant& variant) {
    std::vector<Expression> out;
    for (const Expression& expression : variant.expressions) {
        const bool is_known =
            std::find(kSyntaxes.begin(), kSyntaxes.end(), expression.syntax) != kSyntaxes.end();
        if (is_known && internal::is_hgvs(expression.value)) {
            out.push_back(expression);
        } else {
            removed("variant expression that is not plain HGVS");
        }
    }
    return out;
}

Variant Cleaner::clean_variant(const Variant& variant) {
    Variant out{.id = fmt::format("variant-{}", ++variants_),
                .label = {},
                .gene = clean_gene(variant.gene),
                .expressions = clean_expressions(variant),
                .molecule_context = variant.molecule_context,
                .structural_type = clean_class(variant.structural_type),
                .zygosity = clean_class(variant.zygosity),
                .acmg_classification = variant.acmg_classification,
                .actionability = variant.actionability};
    removed("identifier of a variant (replaced)");
    if (!variant.label.empty()) {
        removed("free text: label of a variant");
    }
    if (variant.vcf) {
        const VcfRecord& vcf = *variant.vcf;
        if (is_word(vcf.genome_assembly) && is_word(vcf.chrom) && is_bases(vcf.ref) &&
            is_bases(vcf.alt)) {
            out.vcf = vcf;
        } else {
            removed("variant record with unusual text");
        }
    }
    return out;
}

Diagnosis Cleaner::clean_diagnosis(const Diagnosis& diagnosis) {
    Diagnosis out{.id = fmt::format("interpretation-{}", ++diagnoses_),
                  .progress_status = diagnosis.progress_status,
                  .disease = clean_class(diagnosis.disease)};
    removed("identifier of an interpretation (replaced)");
    if (!out.disease) {
        return out;  // the schema knows no genomic finding without a disease
    }
    for (const GenomicFinding& finding : diagnosis.genomic) {
        GenomicFinding cleaned{
            .subject_id = options_.pseudonym, .status = finding.status, .call = {}};
        if (const auto* gene = std::get_if<Gene>(&finding.call)) {
            cleaned.call = clean_gene(*gene);
        } else {
            cleaned.call = clean_variant(std::get<Variant>(finding.call));
        }
        out.genomic.push_back(std::move(cleaned));
    }
    return out;
}

MetaData Cleaner::clean_meta(const MetaData& meta) {
    MetaData out;
    out.created = meta.created.substr(0, kYearDigits) + "-01-01T00:00:00Z";
    out.created_by = "mednexus";
    out.schema_version = "2.0";
    removed("date: metaData.created (its year stays)");
    removed("person: metaData.createdBy");
    if (!meta.submitted_by.empty()) {
        removed("person: metaData.submittedBy");
    }
    if (!meta.resources.empty()) {
        removed("text: metaData.resources (replaced by the release in use)");
    }
    out.resources = {{.id = "hp",
                      .name = "human phenotype ontology",
                      .url = "http://purl.obolibrary.org/obo/hp.owl",
                      .version = hpo_.ontology->release(),
                      .namespace_prefix = "HP",
                      .iri_prefix = "http://purl.obolibrary.org/obo/HP_"}};
    for (const Reference& reference : meta.references) {
        const std::string_view id = reference.id;
        const bool is_publication = id.starts_with(kPublicationPrefix) &&
                                    internal::is_digits(id.substr(kPublicationPrefix.size()));
        if (is_publication && options_.keep_publications) {
            out.references.push_back({.id = reference.id, .reference = {}, .description = {}});
        } else {
            removed("external reference");
        }
        if (!reference.description.empty()) {
            removed("free text: description of an external reference");
        }
        if (!reference.reference.empty()) {
            removed("link of an external reference");
        }
    }
    return out;
}

Case Cleaner::clean(const Case& source) {
    Case out;
    out.id = options_.pseudonym;
    removed("identifier of the packet (replaced)");
    if (!source.subject_id.empty()) {
        out.subject_id = options_.pseudonym;
        removed("identifier of the subject (replaced)");
    }
    if (!source.date_of_birth.empty()) {
        removed("date: subject.dateOfBirth");
    }
    out.sex = source.sex;
    out.age = clean_time(source.age);
    out.vital_status = source.vital_status;
    out.time_of_death = clean_time(source.time_of_death);
    out.cause_of_death = clean_class(source.cause_of_death);
    for (const Finding& finding : source.findings) {
        if (auto cleaned = clean_finding(finding)) {
            out.findings.push_back(*std::move(cleaned));
        }
    }
    for (const Disease& disease : source.diseases) {
        if (auto cleaned = clean_disease(disease)) {
            out.diseases.push_back(*std::move(cleaned));
        }
    }
    for (const Diagnosis& diagnosis : source.diagnoses) {
        out.diagnoses.push_back(clean_diagnosis(diagnosis));
    }
    out.meta = clean_meta(source.meta);
    return out;
}

}  // namespace

Result<Deidentified> deidentify(const ParsedCase& source,
                                const Hpo& hpo,
                                const DeidentifyOptions& options) {
    if (const auto fault = internal::id_fault(options.pseudonym)) {
        return fail(Kind::invalid, "deidentify: pseudonym: " + *fault);
    }
    Cleaner cleaner(hpo, options);
    Deidentified out;
    out.value = cleaner.clean(source.value);
    for (const LeftOut& entry : source.left_out) {
        cleaner.removed(entry.kind + ": " + entry.place);
    }
    out.removed = cleaner.take_removed();
    return out;
}

}  // namespace mednexus::clinical
