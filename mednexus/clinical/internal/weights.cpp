#include "mednexus/clinical/internal/weights.hpp"

#include <algorithm>

#include "mednexus/clinical/internal/fixed_point.hpp"

namespace mednexus::clinical::internal {

namespace {

constexpr std::string_view kCountedCatalogue = "OMIM:";
constexpr Q32 kLn2 = 2977044472;  ///< ln 2 with 32 fractional bits, rounded
constexpr Q32 kLog2WeightUnit = 10 * kOneQ32;
static_assert(kWeightUnit == 1U << 10U);

bool is_counted(const Annotation& row, const Annotations& annotations) {
    return row.aspect == 'P' && !row.negated && !row.frequency.is_never() &&
           annotations.diseases()[row.disease].id.starts_with(kCountedCatalogue);
}

/// Marks terms and everything above them, once per disease.
class Closure {
public:
    Closure(const Ontology& ontology, const std::vector<bool>& counted)
        : ontology_(ontology), counted_(counted), mark_(ontology.terms().size()) {}

    void begin(std::uint32_t stamp) { stamp_ = stamp; }

    void add(TermIndex term, std::vector<std::uint32_t>& counts) {
        if (mark_[term] == stamp_) {
            return;
        }
        mark_[term] = stamp_;
        stack_.assign(1, term);
        while (!stack_.empty()) {
            const TermIndex at = stack_.back();
            stack_.pop_back();
            counts[at] += counted_[at] ? 1U : 0U;
            for (const TermIndex parent : ontology_.parents(at)) {
                if (mark_[parent] != stamp_) {
                    mark_[parent] = stamp_;
                    stack_.push_back(parent);
                }
            }
        }
    }

private:
    const Ontology& ontology_;
    const std::vector<bool>& counted_;
    std::vector<std::uint32_t> mark_;
    std::vector<TermIndex> stack_;
    std::uint32_t stamp_ = 0;
};

}  // namespace

std::vector<bool> phenotype_terms(const Ontology& ontology) {
    std::vector<bool> inside(ontology.terms().size());
    std::vector<std::vector<TermIndex>> children(ontology.terms().size());
    for (TermIndex i = 0; i < children.size(); ++i) {
        for (const TermIndex parent : ontology.parents(i)) {
            children[parent].push_back(i);
        }
    }
    std::vector<TermIndex> stack;
    if (const auto root = ontology.index_of(kPhenotypicAbnormality)) {
        stack.push_back(*root);
    }
    while (!stack.empty()) {
        const TermIndex at = stack.back();
        stack.pop_back();
        if (!inside[at]) {
            inside[at] = true;
            stack.insert(stack.end(), children[at].begin(), children[at].end());
        }
    }
    return inside;
}

DiseaseCounts count_diseases(const Ontology& ontology, const Annotations& annotations) {
    const std::vector<bool> inside = phenotype_terms(ontology);
    DiseaseCounts counts;
    counts.of_term.resize(ontology.terms().size());
    Closure closure(ontology, inside);
    bool has_disease = false;
    std::uint32_t disease = 0;
    for (const Annotation& row : annotations.rows()) {
        if (!is_counted(row, annotations)) {
            continue;
        }
        const auto term = ontology.resolve(row.term).term;
        if (!term || !inside[*term]) {
            continue;
        }
        if (!has_disease || row.disease != disease) {  // rows are sorted by disease
            has_disease = true;
            disease = row.disease;
            closure.begin(++counts.diseases);
        }
        closure.add(*term, counts.of_term);
    }
    return counts;
}

std::uint32_t weight_of(std::uint32_t count, std::uint32_t diseases) {
    const Q32 log2_ratio = log2_q32(diseases) - log2_q32(std::max(1U, count));
    // Both factors are below 2^37 and 2^32; the product of their upper parts fits.
    const Q32 content = (log2_ratio >> 8U) * kLn2 >> 24U;  // IC, 32 fractional bits
    if (content <= 0) {
        return 0;
    }
    const Q32 log2_content = log2_q32(static_cast<std::uint64_t>(content)) - 32 * kOneQ32;
    return static_cast<std::uint32_t>(exp2_q32(log2_content * 9 / 10 + kLog2WeightUnit));
}

}  // namespace mednexus::clinical::internal
