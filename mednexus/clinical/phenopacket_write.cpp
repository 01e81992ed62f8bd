#include "mednexus/clinical/internal/enumerators.hpp"
#include "mednexus/clinical/phenopacket.hpp"

namespace mednexus::clinical {

namespace {

/// Adds a text unless it is empty: empty is the default of proto3 and stays unwritten.
void set_text(json::Object& to, std::string key, const std::string& text) {
    if (!text.empty()) {
        to.set(std::move(key), text);
    }
}

void set_array(json::Object& to, std::string key, json::Array items) {
    if (!items.empty()) {
        to.set(std::move(key), std::move(items));
    }
}

template <typename Item, typename Write>
json::Array array_of(const std::vector<Item>& items, Write write) {
    json::Array out;
    out.reserve(items.size());
    for (const Item& item : items) {
        out.emplace_back(write(item));
    }
    return out;
}

json::Object write_class(const OntologyClass& value) {
    json::Object out;
    out.set("id", value.id);
    out.set("label", value.label);
    return out;
}

void set_class(json::Object& to, std::string key, const std::optional<OntologyClass>& value) {
    if (value) {
        to.set(std::move(key), write_class(*value));
    }
}

json::Object write_age(const Age& age) {
    json::Object out;
    out.set("iso8601duration", age.iso8601duration);
    return out;
}

/// One overload per form of a TimeElement; each gives the element with that form in it.
struct TimeWriter {
    json::Object operator()(std::monostate) const { return {}; }

    json::Object operator()(const Age& age) const { return one("age", write_age(age)); }

    json::Object operator()(const AgeRange& range) const {
        json::Object inner;
        inner.set("start", write_age(range.start));
        inner.set("end", write_age(range.end));
        return one("ageRange", std::move(inner));
    }

    json::Object operator()(const GestationalAge& age) const {
        json::Object inner;
        inner.set("weeks", json::Value(std::int64_t{age.weeks}));
        inner.set("days", json::Value(std::int64_t{age.days}));
        return one("gestationalAge", std::move(inner));
    }

    json::Object operator()(const OntologyClass& value) const {
        return one("ontologyClass", write_class(value));
    }

    json::Object operator()(const Timestamp& time) const { return one("timestamp", time.rfc3339); }

    json::Object operator()(const Interval& interval) const {
        json::Object inner;
        inner.set("start", interval.start.rfc3339);
        inner.set("end", interval.end.rfc3339);
        return one("interval", std::move(inner));
    }

private:
    static json::Object one(std::string key, json::Value value) {
        json::Object out;
        out.set(std::move(key), std::move(value));
        return out;
    }
};

void set_time(json::Object& to, std::string key, const TimeElement& time) {
    if (!std::holds_alternative<std::monostate>(time)) {
        to.set(std::move(key), std::visit(TimeWriter{}, time));
    }
}

json::Object write_subject(const Case& value) {
    json::Object out;
    out.set("id", value.subject_id);
    set_text(out, "dateOfBirth", value.date_of_birth);
    set_time(out, "timeAtLastEncounter", value.age);
    out.set("sex", internal::kSexNames.at(static_cast<std::size_t>(value.sex)));
    json::Object status;
    if (value.vital_status != VitalStatus::unknown) {
        status.set("status",
                   internal::kVitalStatusNames.at(static_cast<std::size_t>(value.vital_status)));
    }
    set_time(status, "timeOfDeath", value.time_of_death);
    set_class(status, "causeOfDeath", value.cause_of_death);
    if (status.size() != 0) {
        out.set("vitalStatus", std::move(status));
    }
    return out;
}

json::Object write_finding(const Finding& finding) {
    json::Object out;
    out.set("type", write_class(finding.term));
    if (finding.excluded) {
        out.set("excluded", true);
    }
    set_class(out, "severity", finding.severity);
    set_array(out, "modifiers", array_of(finding.modifiers, write_class));
    set_time(out, "onset", finding.onset);
    set_time(out, "resolution", finding.resolution);
    return out;
}

json::Object write_disease(const Disease& disease) {
    json::Object out;
    out.set("term", write_class(disease.term));
    if (disease.excluded) {
        out.set("excluded", true);
    }
    set_time(out, "onset", disease.onset);
    return out;
}

json::Object write_gene(const Gene& gene) {
    json::Object out;
    set_text(out, "valueId", gene.id);
    out.set("symbol", gene.symbol);
    return out;
}

json::Object write_expression(const Expression& expression) {
    json::Object out;
    out.set("syntax", expression.syntax);
    out.set("value", expression.value);
    return out;
}

json::Object write_vcf(const VcfRecord& record) {
    json::Object out;
    out.set("genomeAssembly", record.genome_assembly);
    out.set("chrom", record.chrom);
    out.set("pos", json::Value(record.pos));
    out.set("ref", record.ref);
    out.set("alt", record.alt);
    return out;
}

json::Object write_descriptor(const Variant& variant) {
    json::Object out;
    out.set("id", variant.id);
    set_text(out, "label", variant.label);
    if (variant.gene != Gene{}) {
        out.set("geneContext", write_gene(variant.gene));
    }
    set_array(out, "expressions", array_of(variant.expressions, write_expression));
    if (variant.vcf) {
        out.set("vcfRecord", write_vcf(*variant.vcf));
    }
    set_text(out, "moleculeContext", variant.molecule_context);
    set_class(out, "structuralType", variant.structural_type);
    set_class(out, "allelicState", variant.zygosity);
    return out;
}

json::Object write_genomic_finding(const GenomicFinding& finding) {
    json::Object out;
    out.set("subjectOrBiosampleId", finding.subject_id);
    out.set("interpretationStatus", finding.status);
    if (const auto* gene = std::get_if<Gene>(&finding.call)) {
        out.set("gene", write_gene(*gene));
        return out;
    }
    const auto& variant = std::get<Variant>(finding.call);
    json::Object inner;
    set_text(inner, "acmgPathogenicityClassification", variant.acmg_classification);
    set_text(inner, "therapeuticActionability", variant.actionability);
    inner.set("variationDescriptor", write_descriptor(variant));
    out.set("variantInterpretation", std::move(inner));
    return out;
}

json::Object write_diagnosis(const Diagnosis& diagnosis) {
    json::Object out;
    out.set("id", diagnosis.id);
    out.set("progressStatus", diagnosis.progress_status);
    if (diagnosis.disease) {
        json::Object inner;
        inner.set("disease", write_class(*diagnosis.disease));
        set_array(
            inner, "genomicInterpretations", array_of(diagnosis.genomic, write_genomic_finding));
        out.set("diagnosis", std::move(inner));
    }
    return out;
}

json::Object write_resource(const Resource& resource) {
    json::Object out;
    out.set("id", resource.id);
    out.set("name", resource.name);
    out.set("url", resource.url);
    out.set("version", resource.version);
    out.set("namespacePrefix", resource.namespace_prefix);
    out.set("iriPrefix", resource.iri_prefix);
    return out;
}

json::Object write_reference(const Reference& reference) {
    json::Object out;
    set_text(out, "id", reference.id);
    set_text(out, "reference", reference.reference);
    set_text(out, "description", reference.description);
    return out;
}

json::Object write_meta(const MetaData& meta) {
    json::Object out;
    out.set("created", meta.created);
    out.set("createdBy", meta.created_by);
    set_text(out, "submittedBy", meta.submitted_by);
    out.set("resources", array_of(meta.resources, write_resource));
    out.set("phenopacketSchemaVersion", meta.schema_version);
    set_array(out, "externalReferences", array_of(meta.references, write_reference));
    return out;
}

}  // namespace

json::Value write_phenopacket(const Case& value) {
    json::Object out;
    out.set("id", value.id);
    if (!value.subject_id.empty()) {
        out.set("subject", write_subject(value));
    }
    set_array(out, "phenotypicFeatures", array_of(value.findings, write_finding));
    set_array(out, "interpretations", array_of(value.diagnoses, write_diagnosis));
    set_array(out, "diseases", array_of(value.diseases, write_disease));
    out.set("metaData", write_meta(value.meta));
    return out;
}

}  // namespace mednexus::clinical
