#pragma once
/// A clinical case as every pillar above sees it: typed fields only. Patient data: no type here has
/// a `<<`, error texts never quote one, and whoever keeps a Case beyond a call wraps it in
/// Sensitive<Case>. The shape follows GA4GH Phenopackets v2 (docs/formats/phenopacket.md names each
/// field).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mednexus::clinical {

inline constexpr std::size_t kTermsPerCaseMax = 5000;  ///< observed and excluded together
inline constexpr std::size_t kTextBytesMax = 255;      ///< any id
inline constexpr std::size_t kLabelBytesMax = 4096;    ///< any label, allele or expression

/// A term of an ontology or a disease catalogue: CURIE and label.
struct OntologyClass {
    std::string id;
    std::string label;
    friend bool operator==(const OntologyClass&, const OntologyClass&) = default;
};

struct Age {
    std::string iso8601duration;  ///< e.g. "P4Y6M"
    friend bool operator==(const Age&, const Age&) = default;
};

struct AgeRange {
    Age start;
    Age end;
    friend bool operator==(const AgeRange&, const AgeRange&) = default;
};

struct GestationalAge {
    std::uint32_t weeks = 0;
    std::uint32_t days = 0;
    friend bool operator==(const GestationalAge&, const GestationalAge&) = default;
};

struct Timestamp {
    std::string rfc3339;
    friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

struct Interval {
    Timestamp start;
    Timestamp end;
    friend bool operator==(const Interval&, const Interval&) = default;
};

/// A point in a life, said in one of six ways; monostate: not given.
using TimeElement =
    std::variant<std::monostate, Age, AgeRange, GestationalAge, OntologyClass, Timestamp, Interval>;

enum class Sex : std::uint8_t { unknown, female, male, other };
enum class VitalStatus : std::uint8_t { unknown, alive, deceased };

/// One phenotypic feature, looked for and found, or looked for and not found (`excluded`).
struct Finding {
    OntologyClass term;
    bool excluded = false;
    TimeElement onset{};
    TimeElement resolution{};
    std::optional<OntologyClass> severity{};
    std::vector<OntologyClass> modifiers{};
    friend bool operator==(const Finding&, const Finding&) = default;
};

struct Disease {
    OntologyClass term;
    bool excluded = false;
    TimeElement onset{};
    friend bool operator==(const Disease&, const Disease&) = default;
};

struct Gene {
    std::string symbol;
    std::string id;  ///< HGNC CURIE, or empty
    friend bool operator==(const Gene&, const Gene&) = default;
};

struct Expression {
    std::string syntax;  ///< "hgvs.c", "hgvs.g", "hgvs.p", …
    std::string value;
    friend bool operator==(const Expression&, const Expression&) = default;
};

struct VcfRecord {
    std::string genome_assembly;
    std::string chrom;
    std::uint64_t pos = 0;  ///< 1-based
    std::string ref;
    std::string alt;
    friend bool operator==(const VcfRecord&, const VcfRecord&) = default;
};

struct Variant {
    std::string id;
    std::string label;  ///< free text of the source
    Gene gene;
    std::vector<Expression> expressions{};
    std::optional<VcfRecord> vcf{};
    std::string molecule_context;
    std::optional<OntologyClass> structural_type{};
    std::optional<OntologyClass> zygosity{};
    std::string acmg_classification;  ///< enumerator of the schema, or empty
    std::string actionability;        ///< enumerator of the schema, or empty
    friend bool operator==(const Variant&, const Variant&) = default;
};

/// What a gene or a variant means for this subject.
struct GenomicFinding {
    std::string subject_id;
    std::string status;  ///< "CAUSATIVE", "CANDIDATE", … as the schema spells them
    std::variant<Gene, Variant> call;
    friend bool operator==(const GenomicFinding&, const GenomicFinding&) = default;
};

/// One interpretation: a disease and the genomic findings that support it.
struct Diagnosis {
    std::string id;
    std::string progress_status;  ///< "SOLVED", "UNSOLVED", … as the schema spells them
    std::optional<OntologyClass> disease{};
    std::vector<GenomicFinding> genomic{};
    friend bool operator==(const Diagnosis&, const Diagnosis&) = default;
};

struct Reference {
    std::string id;           ///< e.g. "PMID:10077612"
    std::string reference;    ///< URL, or empty
    std::string description;  ///< free text, or empty
    friend bool operator==(const Reference&, const Reference&) = default;
};

struct Resource {
    std::string id;
    std::string name;
    std::string url;
    std::string version;
    std::string namespace_prefix;
    std::string iri_prefix;
    friend bool operator==(const Resource&, const Resource&) = default;
};

struct MetaData {
    std::string created;  ///< RFC 3339
    std::string created_by;
    std::string submitted_by;
    std::string schema_version;  ///< "2", "2.0", "2.0.2"
    std::vector<Resource> resources{};
    std::vector<Reference> references{};
    friend bool operator==(const MetaData&, const MetaData&) = default;
};

struct Case {
    std::string id;
    std::string subject_id;
    std::string date_of_birth;
    Sex sex = Sex::unknown;
    TimeElement age{};  ///< at the last encounter
    VitalStatus vital_status = VitalStatus::unknown;
    TimeElement time_of_death{};
    std::optional<OntologyClass> cause_of_death{};
    std::vector<Finding> findings{};
    std::vector<Disease> diseases{};
    std::vector<Diagnosis> diagnoses{};
    MetaData meta;
    friend bool operator==(const Case&, const Case&) = default;
};

/// The ids of the observed (or of the excluded) findings, in their order; they look into `value`.
[[nodiscard]] std::vector<std::string_view> observed_terms(const Case& value);
[[nodiscard]] std::vector<std::string_view> excluded_terms(const Case& value);

/// The disease that the case is filed under: that of the first diagnosis, else the first that is
/// not excluded; null when there is none. It points into `value`.
[[nodiscard]] const OntologyClass* main_disease(const Case& value);

/// Symbols of all genes that a diagnosis names, each once, in order.
[[nodiscard]] std::vector<std::string> gene_symbols(const Case& value);

/// "PMID:…" ids of the publications that the case comes from.
[[nodiscard]] std::vector<std::string> publications(const Case& value);

}  // namespace mednexus::clinical
