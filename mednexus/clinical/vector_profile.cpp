#include "mednexus/clinical/vector_profile.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mednexus/clinical/internal/fixed_point.hpp"
#include "mednexus/clinical/internal/weights.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/check.hpp"

namespace mednexus::clinical {

namespace {

using internal::Q32;

constexpr std::uint64_t kSeed = 0x4D65644E65787573;  ///< "MedNexus" in ASCII
constexpr std::uint32_t kWords = kVectorDimensions / 64;
constexpr std::uint32_t kClosedFactor = 2;    ///< every term above or equal to an observed one
constexpr std::uint32_t kObservedFactor = 3;  ///< added for the observed term: bonus 1.5
/// med is 8.5 times the largest weight: 30.69 in units of 1/2048 (matching-model, section 3.1) for
/// the published release, where that weight is about 7,400; it scales down with smaller annotation
/// tables.
constexpr std::uint64_t kMedianHalves = 17;

/// Word `word` of the sign row of a term: output 4·number + word of SplitMix64 started at kSeed.
/// Source: Steele, Lea and Flood, OOPSLA 2014; constants of java.util.SplittableRandom.
constexpr std::uint64_t sign_word(TermId id, std::uint32_t word) {
    constexpr std::uint64_t kGamma = 0x9E3779B97F4A7C15;
    std::uint64_t z = kSeed + kGamma * (std::uint64_t{id.number} * kWords + word + 1);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    return z ^ (z >> 31U);
}

/// The square of the norm that a stored case is divided by: |x|^1.3 · med^0.7.
std::uint64_t case_norm_squared(std::uint64_t x_squared, std::uint64_t median) {
    const Q32 exponent =
        (internal::log2_q32(x_squared) * 13 + internal::log2_q32(median * median) * 7) / 20;
    return internal::exp2_q32(exponent);
}

/// clip(round(7·(z/norm)/3), -7, 7) with halves away from zero: the largest k with
/// (2k-1)²·9·norm² ≤ 14²·z².
std::int8_t quantise(std::int64_t z, std::uint64_t norm_squared) {
    // Far beyond the last threshold (below 2^53 for 2^20 terms) the magnitude does not matter.
    const auto magnitude =
        std::min<std::uint64_t>(static_cast<std::uint64_t>(z < 0 ? -z : z), UINT32_MAX);
    const std::uint64_t z_squared = magnitude * magnitude;
    int entry = 0;
    while (entry < kVectorEntryMax) {
        const auto odd = static_cast<std::uint64_t>(2 * entry + 1);
        if ((odd * odd * 9 * norm_squared + 195) / 196 > z_squared) {
            break;
        }
        ++entry;
    }
    return static_cast<std::int8_t>(z < 0 ? -entry : entry);
}

/// The term graph with every way to name a term, one line each, in the order of ids.
std::string graph_text(const Ontology& ontology) {
    std::string text;
    const auto append_ids = [&text](const std::vector<TermId>& ids) {
        text += '\t';
        for (std::size_t i = 0; i < ids.size(); ++i) {
            text += (i == 0 ? "" : ";") + to_string(ids[i]);
        }
    };
    for (const Term& term : ontology.terms()) {
        text += to_string(term.id);
        append_ids(term.parents);
        append_ids(term.alt_ids);
        text += '\n';
    }
    for (const ObsoleteTerm& term : ontology.obsolete()) {
        text += to_string(term.id);
        append_ids(term.replaced_by);
        text += '\n';
    }
    return text;
}

std::string weight_text(const Ontology& ontology, const std::vector<std::uint32_t>& weights) {
    std::string text;
    for (TermIndex i = 0; i < weights.size(); ++i) {
        text += fmt::format("{}\t{}\n", to_string(ontology.terms()[i].id), weights[i]);
    }
    return text;
}

std::string hash_text(Sha256Function sha256, std::string_view text) {
    return codec::to_hex_0x(sha256(bytes_of(text)).view());
}

}  // namespace

/// Σ over terms of x[a] times the signs of a, and |x|².
struct VectorProfile::Sum {
    std::array<std::int64_t, kVectorDimensions> z{};
    std::uint64_t x_squared = 0;
    std::uint32_t terms_used = 0;

    [[nodiscard]] CaseVector quantised(std::uint64_t norm_squared) const {
        CaseVector out;
        out.terms_used = terms_used;
        out.entries.resize(kVectorDimensions);
        if (x_squared != 0) {
            std::transform(z.begin(), z.end(), out.entries.begin(), [norm_squared](auto value) {
                return quantise(value, norm_squared);
            });
        }
        return out;
    }
};

Result<VectorProfile> VectorProfile::make(std::shared_ptr<const Ontology> ontology,
                                          const Annotations& annotations,
                                          Sha256Function sha256) {
    MN_CHECK(ontology != nullptr && sha256 != nullptr);
    const internal::DiseaseCounts counts = internal::count_diseases(*ontology, annotations);
    if (counts.diseases == 0) {
        return fail(Kind::invalid,
                    "vector profile: no OMIM disease has a phenotype under HP:0000118");
    }
    VectorProfile out;
    const std::vector<bool> inside = internal::phenotype_terms(*ontology);
    out.weights_.resize(inside.size());
    for (TermIndex i = 0; i < inside.size(); ++i) {
        out.weights_[i] = inside[i] ? internal::weight_of(counts.of_term[i], counts.diseases) : 0;
    }
    out.median_norm_ = internal::weight_of(1, counts.diseases) * kMedianHalves / 2;
    json::Object description;
    description.set("annotations_release", annotations.release());
    description.set("case_norm_exponent", json::Number{"0.65"});
    description.set("closed_factor", json::Value(std::int64_t{kClosedFactor}));
    description.set("dimensions", json::Value(std::int64_t{kVectorDimensions}));
    description.set("entry_max", json::Value(std::int64_t{kVectorEntryMax}));
    description.set("graph_sha256", hash_text(sha256, graph_text(*ontology)));
    description.set("hpo_release", ontology->release());
    description.set("ic_exponent", json::Number{"0.9"});
    description.set("median_norm", json::Value(out.median_norm_));
    description.set("name", kVectorProfileName);
    description.set("observed_factor", json::Value(std::int64_t{kObservedFactor}));
    description.set("seed", fmt::format("0x{:016x}", kSeed));
    description.set("weight_unit", json::Value(std::int64_t{internal::kWeightUnit}));
    description.set("weights_sha256", hash_text(sha256, weight_text(*ontology, out.weights_)));
    out.description_ = json::write_canonical(description);
    out.id_ = sha256(bytes_of(out.description_));
    out.ontology_ = std::move(ontology);
    return out;
}

CaseVector VectorProfile::query_vector(std::span<const std::string_view> terms) const {
    const Sum sum = sum_of(terms);
    return sum.quantised(sum.x_squared);
}

CaseVector VectorProfile::case_vector(std::span<const std::string_view> terms) const {
    const Sum sum = sum_of(terms);
    return sum.quantised(sum.x_squared == 0 ? 0 : case_norm_squared(sum.x_squared, median_norm_));
}

VectorProfile::Sum VectorProfile::sum_of(std::span<const std::string_view> terms) const {
    std::vector<TermIndex> observed;
    for (const std::string_view id : terms) {
        const auto term = ontology_->resolve(id).term;
        if (term && weights_[*term] != 0) {
            observed.push_back(*term);
        }
    }
    std::sort(observed.begin(), observed.end());
    observed.erase(std::unique(observed.begin(), observed.end()), observed.end());

    std::vector<TermIndex> closed = observed;
    std::vector<bool> seen(weights_.size());
    for (const TermIndex term : observed) {
        seen[term] = true;
    }
    for (std::size_t done = 0; done < closed.size(); ++done) {
        for (const TermIndex parent : ontology_->parents(closed[done])) {
            if (!seen[parent]) {
                seen[parent] = true;
                closed.push_back(parent);
            }
        }
    }
    Sum sum;
    sum.terms_used = static_cast<std::uint32_t>(observed.size());
    for (std::size_t i = 0; i < closed.size(); ++i) {
        const bool is_observed = i < observed.size();
        add_term(sum, closed[i], kClosedFactor + (is_observed ? kObservedFactor : 0));
    }
    return sum;
}

void VectorProfile::add_term(Sum& sum, TermIndex term, std::uint32_t factor) const {
    const std::int64_t x = std::int64_t{weights_[term]} * factor;
    if (x == 0) {
        return;
    }
    sum.x_squared += static_cast<std::uint64_t>(x * x);
    const TermId id = ontology_->terms()[term].id;
    for (std::uint32_t word = 0; word < kWords; ++word) {
        std::uint64_t signs = sign_word(id, word);
        for (std::size_t j = word * 64ULL; j < word * 64ULL + 64; ++j, signs >>= 1U) {
            sum.z[j] += (signs & 1U) != 0 ? x : -x;
        }
    }
}

}  // namespace mednexus::clinical
