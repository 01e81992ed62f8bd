#pragma once
/// The terms of one release of the Human Phenotype Ontology and how they are related.
/// Threads: an Ontology is immutable after make(); const calls may run at once.
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/result.hpp"

namespace mednexus::clinical {

/// The seven digits of "HP:0001250" as a number.
struct TermId {
    std::uint32_t number = 0;
    friend auto operator<=>(const TermId&, const TermId&) = default;
};

inline constexpr TermId kPhenotypicAbnormality{118};  ///< root of the phenotypes

/// Accepts exactly "HP:" and seven digits. Errors: invalid, without the text.
[[nodiscard]] Result<TermId> parse_term_id(std::string_view text);
[[nodiscard]] std::string to_string(TermId id);

/// Position in Ontology::terms(), which is sorted by id.
using TermIndex = std::uint32_t;

struct Term {
    TermId id;
    std::string name;
    std::vector<TermId> parents;  ///< sorted
    std::vector<TermId> alt_ids;  ///< sorted
    friend bool operator==(const Term&, const Term&) = default;
};

struct ObsoleteTerm {
    TermId id;
    std::string name;
    std::vector<TermId> replaced_by;  ///< sorted; used only when there is exactly one
    std::vector<TermId> consider;     ///< sorted; for people
    friend bool operator==(const ObsoleteTerm&, const ObsoleteTerm&) = default;
};

inline constexpr std::size_t kOntologyTermsMax = 1U << 20U;

/// What a reader of any of the file forms collects. `lines` hold, in the order of their terms,
/// where each was read; empty when unknown.
struct OntologyParts {
    std::string release;  ///< e.g. "2025-05-06"
    std::vector<Term> terms{};
    std::vector<std::uint64_t> term_lines{};
    std::vector<ObsoleteTerm> obsolete{};
    std::vector<std::uint64_t> obsolete_lines{};
};

/// How an id was found in the release.
enum class Found : std::uint8_t { primary, alternative, replaced, unknown };

struct Resolution {
    Found how = Found::unknown;
    std::optional<TermIndex> term;  ///< absent when unknown
};

class Ontology {
public:
    /// Errors   invalid: "line L: …" for a term twice, a parent that is no term, a cycle, an
    ///          alternative id that is a term or belongs to two, no terms, too many, no release
    [[nodiscard]] static Result<Ontology> make(OntologyParts parts);

    [[nodiscard]] const std::string& release() const noexcept { return release_; }

    [[nodiscard]] std::span<const Term> terms() const noexcept { return terms_; }

    [[nodiscard]] std::span<const ObsoleteTerm> obsolete() const noexcept { return obsolete_; }

    /// The term that an id means in this release: itself, or by alternative id, or by the one
    /// replacement of an obsolete term. Text that is no HPO id is unknown.
    [[nodiscard]] Resolution resolve(std::string_view id) const;
    [[nodiscard]] Resolution resolve(TermId id) const;

    [[nodiscard]] std::optional<TermIndex> index_of(TermId id) const;
    [[nodiscard]] std::span<const TermIndex> parents(TermIndex term) const;

    /// The term and all terms above it, ascending.
    [[nodiscard]] std::vector<TermIndex> ancestors(TermIndex term) const;

    friend bool operator==(const Ontology&, const Ontology&) = default;

private:
    struct Alias {
        TermId from;
        TermIndex to = 0;
        friend bool operator==(const Alias&, const Alias&) = default;
    };

    Ontology() = default;
    [[nodiscard]] Result<void> link_parents(const std::vector<std::uint64_t>& lines);
    [[nodiscard]] Result<void> refuse_cycles(const std::vector<std::uint64_t>& lines) const;
    [[nodiscard]] Result<void> index_aliases(const std::vector<std::uint64_t>& lines);
    void index_replacements();

    std::string release_;
    std::vector<Term> terms_;
    std::vector<ObsoleteTerm> obsolete_;
    std::vector<std::uint32_t> parent_begin_;  ///< terms_.size() + 1 offsets into parents_
    std::vector<TermIndex> parents_;
    std::vector<Alias> alternatives_;  ///< sorted by `from`
    std::vector<Alias> replacements_;  ///< sorted by `from`
};

}  // namespace mednexus::clinical
