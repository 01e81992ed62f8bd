#include "mednexus/clinical/case.hpp"

#include <algorithm>

namespace mednexus::clinical {

namespace {

constexpr std::string_view kPublicationPrefix = "PMID:";

std::vector<std::string_view> terms(const Case& value, bool excluded) {
    std::vector<std::string_view> ids;
    for (const Finding& finding : value.findings) {
        if (finding.excluded == excluded) {
            ids.emplace_back(finding.term.id);
        }
    }
    return ids;
}

const Gene& gene_of(const GenomicFinding& finding) {
    const auto* variant = std::get_if<Variant>(&finding.call);
    return variant != nullptr ? variant->gene : std::get<Gene>(finding.call);
}

}  // namespace

std::vector<std::string_view> observed_terms(const Case& value) {
    return terms(value, false);
}

std::vector<std::string_view> excluded_terms(const Case& value) {
    return terms(value, true);
}

const OntologyClass* main_disease(const Case& value) {
    for (const Diagnosis& diagnosis : value.diagnoses) {
        if (diagnosis.disease) {
            return &*diagnosis.disease;
        }
    }
    const auto present = std::find_if(value.diseases.begin(),
                                      value.diseases.end(),
                                      [](const Disease& disease) { return !disease.excluded; });
    return present == value.diseases.end() ? nullptr : &present->term;
}

std::vector<std::string> gene_symbols(const Case& value) {
    std::vector<std::string> symbols;
    for (const Diagnosis& diagnosis : value.diagnoses) {
        for (const GenomicFinding& finding : diagnosis.genomic) {
            const std::string& symbol = gene_of(finding).symbol;
            if (!symbol.empty() &&
                std::find(symbols.begin(), symbols.end(), symbol) == symbols.end()) {
                symbols.push_back(symbol);
            }
        }
    }
    return symbols;
}

std::vector<std::string> publications(const Case& value) {
    std::vector<std::string> ids;
    for (const Reference& reference : value.meta.references) {
        if (reference.id.starts_with(kPublicationPrefix)) {
            ids.push_back(reference.id);
        }
    }
    return ids;
}

}  // namespace mednexus::clinical
