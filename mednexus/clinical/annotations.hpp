#pragma once
/// Which disease shows which phenotype: the rows of phenotype.hpoa that are used here.
/// Threads: immutable after make(); const calls may run at once.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/clinical/ontology.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::clinical {

/// How often a feature is seen in a disease.
struct Frequency {
    enum class Form : std::uint8_t { none, fraction, percent, term };
    Form form = Form::none;
    std::uint32_t value = 0;  ///< fraction: seen; percent: 1/10,000 of a percent; term: HPO number
    std::uint32_t of = 0;     ///< fraction: looked at
    friend bool operator==(const Frequency&, const Frequency&) = default;

    /// True when it says "never": 0/n, 0% or HP:0040285 (excluded).
    [[nodiscard]] bool is_never() const noexcept;
};

/// Errors: invalid unless empty, "n/m", "n%" or an HPO id.
[[nodiscard]] Result<Frequency> parse_frequency(std::string_view text);

struct Annotation {
    std::uint32_t disease = 0;    ///< position in diseases()
    std::uint32_t reference = 0;  ///< position in references(); 0 is the disease entry itself
    TermId term;
    Frequency frequency;
    char aspect = 'P';  ///< P phenotype, I inheritance, C course, H past history, M modifier
    bool negated = false;
    friend bool operator==(const Annotation&, const Annotation&) = default;
};

struct AnnotatedDisease {
    std::string id;
    std::string name;
    friend bool operator==(const AnnotatedDisease&, const AnnotatedDisease&) = default;
};

class Annotations {
public:
    [[nodiscard]] const std::string& release() const noexcept { return release_; }

    [[nodiscard]] std::span<const AnnotatedDisease> diseases() const noexcept { return diseases_; }

    [[nodiscard]] std::span<const std::string> references() const noexcept { return references_; }

    [[nodiscard]] std::span<const Annotation> rows() const noexcept { return rows_; }

    /// The name of a disease in this release; empty when it has no row.
    [[nodiscard]] std::string_view disease_name(std::string_view disease_id) const;

    /// The same without every row that names one of the publications ("PMID:…") as a reference.
    [[nodiscard]] Annotations without(std::span<const std::string> publications) const;

    friend bool operator==(const Annotations&, const Annotations&) = default;

private:
    friend class AnnotationsBuilder;
    std::string release_;
    std::vector<AnnotatedDisease> diseases_;  ///< sorted by id
    std::vector<std::string> references_;     ///< sorted; [0] is empty
    std::vector<Annotation> rows_;            ///< sorted, each once
};

}  // namespace mednexus::clinical
