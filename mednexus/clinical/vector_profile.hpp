#pragma once
/// The released map from a case to a small integer vector, profile
/// mednexus/profile/closed-256x4/v1. Everything after the annotation counts is integer arithmetic,
/// so every machine gets the same vectors. See docs/formats/case-vector.md. Threads: immutable
/// after make(); const calls may run at once.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/clinical/case.hpp"
#include "mednexus/clinical/hpo.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::clinical {

inline constexpr std::string_view kVectorProfileName = "mednexus/profile/closed-256x4/v1";
inline constexpr std::uint32_t kVectorDimensions = 256;
inline constexpr int kVectorEntryMax = 7;  ///< entries are -7 … 7

/// SHA-256; crypto::sha256 fits. It comes in as a parameter because clinical does not know crypto.
using Sha256Function = Hash32 (*)(BytesView);

struct CaseVector {
    std::vector<std::int8_t> entries;  ///< kVectorDimensions of them; all 0 when terms_used is 0
    std::uint32_t terms_used = 0;      ///< distinct observed phenotype terms that the release knows
};

class VectorProfile {
public:
    /// Errors   invalid: no term under HP:0000118, or no annotated disease
    [[nodiscard]] static Result<VectorProfile> make(std::shared_ptr<const Ontology> ontology,
                                                    const Annotations& annotations,
                                                    Sha256Function sha256);

    /// SHA-256 of description(). Two vectors may only meet when this is equal.
    [[nodiscard]] const Hash32& id() const noexcept { return id_; }

    /// Canonical JSON that names every constant and the hashes of term graph and weight table.
    [[nodiscard]] const std::string& description() const noexcept { return description_; }

    /// The vector that asks, and the vector that is stored; they differ in their norm only.
    /// Shape    terms: observed HPO ids; unknown ones and those outside HP:0000118 are left out
    [[nodiscard]] CaseVector query_vector(std::span<const std::string_view> terms) const;
    [[nodiscard]] CaseVector case_vector(std::span<const std::string_view> terms) const;

    /// IC(term)^0.9 in units of 1/1024; 0 outside HP:0000118.
    [[nodiscard]] std::uint32_t weight(TermIndex term) const { return weights_[term]; }

private:
    struct Sum;
    VectorProfile() = default;
    [[nodiscard]] Sum sum_of(std::span<const std::string_view> terms) const;
    void add_term(Sum& sum, TermIndex term, std::uint32_t factor) const;

    std::shared_ptr<const Ontology> ontology_;
    std::vector<std::uint32_t> weights_;
    std::uint64_t median_norm_ = 0;
    Hash32 id_;
    std::string description_;
};

}  // namespace mednexus::clinical
