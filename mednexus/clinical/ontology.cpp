#include "mednexus/clinical/ontology.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "mednexus/core/check.hpp"

namespace mednexus::clinical {

namespace {

constexpr std::string_view kPrefix = "HP:";
constexpr std::size_t kDigits = 7;
constexpr std::size_t kReplacementHopsMax = 8;

using LineNumbers = std::vector<std::uint64_t>;

Failure fail_at(const LineNumbers& lines, std::size_t item, const std::string& rule) {
    if (item >= lines.size()) {
        return fail(Kind::invalid, rule);
    }
    return fail(Kind::invalid, fmt::format("line {}: {}", lines[item], rule));
}

/// Sorts `items` by id and `lines` with them.
template <typename Item>
void sort_by_id(std::vector<Item>& items, LineNumbers& lines) {
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return items[a].id < items[b].id;
    });
    std::vector<Item> sorted;
    sorted.reserve(items.size());
    LineNumbers sorted_lines;
    for (const std::size_t i : order) {
        sorted.push_back(std::move(items[i]));
        if (i < lines.size()) {
            sorted_lines.push_back(lines[i]);
        }
    }
    items = std::move(sorted);
    lines = std::move(sorted_lines);
}

template <typename Item>
Result<void> refuse_duplicates(const std::vector<Item>& items, const LineNumbers& lines) {
    for (std::size_t i = 1; i < items.size(); ++i) {
        if (items[i - 1].id == items[i].id) {
            return fail_at(lines, i, to_string(items[i].id) + " is defined only once");
        }
    }
    return {};
}

void sort_unique(std::vector<TermId>& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

void normalise(OntologyParts& parts) {
    for (Term& term : parts.terms) {
        sort_unique(term.parents);
        sort_unique(term.alt_ids);
    }
    for (ObsoleteTerm& term : parts.obsolete) {
        sort_unique(term.replaced_by);
        sort_unique(term.consider);
    }
    sort_by_id(parts.terms, parts.term_lines);
    sort_by_id(parts.obsolete, parts.obsolete_lines);
}

}  // namespace

Result<TermId> parse_term_id(std::string_view text) {
    const bool shaped =
        text.size() == kPrefix.size() + kDigits && text.substr(0, kPrefix.size()) == kPrefix &&
        std::all_of(
            text.begin() + kPrefix.size(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!shaped) {
        return fail(Kind::invalid, "an HPO id is \"HP:\" and seven digits");
    }
    TermId id;
    for (const char c : text.substr(kPrefix.size())) {
        id.number = id.number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return id;
}

std::string to_string(TermId id) {
    return fmt::format("HP:{:07}", id.number);
}

Result<Ontology> Ontology::make(OntologyParts parts) {
    if (parts.release.empty()) {
        return fail(Kind::invalid, "the ontology names its release");
    }
    if (parts.terms.empty() || parts.terms.size() > kOntologyTermsMax) {
        return fail(Kind::invalid,
                    fmt::format("the ontology has 1 to {} terms", kOntologyTermsMax));
    }
    normalise(parts);
    MN_DO(refuse_duplicates(parts.terms, parts.term_lines));
    MN_DO(refuse_duplicates(parts.obsolete, parts.obsolete_lines));
    Ontology out;
    out.release_ = std::move(parts.release);
    out.terms_ = std::move(parts.terms);
    out.obsolete_ = std::move(parts.obsolete);
    MN_DO(out.link_parents(parts.term_lines));
    MN_DO(out.refuse_cycles(parts.term_lines));
    MN_DO(out.index_aliases(parts.term_lines));
    for (std::size_t i = 0; i < out.obsolete_.size(); ++i) {
        if (out.index_of(out.obsolete_[i].id)) {
            return fail_at(
                parts.obsolete_lines, i, to_string(out.obsolete_[i].id) + " is not also a term");
        }
    }
    out.index_replacements();
    return out;
}

Result<void> Ontology::link_parents(const LineNumbers& lines) {
    parent_begin_.assign(1, 0);
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        for (const TermId parent : terms_[i].parents) {
            const auto index = index_of(parent);
            if (!index) {
                return fail_at(lines, i, "parent " + to_string(parent) + " is a term");
            }
            parents_.push_back(*index);
        }
        parent_begin_.push_back(static_cast<std::uint32_t>(parents_.size()));
    }
    return {};
}

/// Takes away terms whose parents are all gone (Kahn's order); what remains lies on or under a
/// cycle.
Result<void> Ontology::refuse_cycles(const LineNumbers& lines) const {
    std::vector<std::vector<TermIndex>> children(terms_.size());
    std::vector<std::uint32_t> waiting(terms_.size());
    std::vector<TermIndex> ready;
    for (TermIndex i = 0; i < terms_.size(); ++i) {
        const auto above = parents(i);
        waiting[i] = static_cast<std::uint32_t>(above.size());
        for (const TermIndex parent : above) {
            children[parent].push_back(i);
        }
        if (above.empty()) {
            ready.push_back(i);
        }
    }
    for (std::size_t done = 0; done < ready.size(); ++done) {
        for (const TermIndex child : children[ready[done]]) {
            if (--waiting[child] == 0) {
                ready.push_back(child);
            }
        }
    }
    if (ready.size() == terms_.size()) {
        return {};
    }
    const auto stuck =
        std::find_if(waiting.begin(), waiting.end(), [](auto count) { return count != 0; });
    const auto index = static_cast<std::size_t>(stuck - waiting.begin());
    return fail_at(lines, index, to_string(terms_[index].id) + " is not above itself");
}

Result<void> Ontology::index_aliases(const LineNumbers& lines) {
    for (TermIndex i = 0; i < terms_.size(); ++i) {
        for (const TermId id : terms_[i].alt_ids) {
            if (index_of(id)) {
                return fail_at(
                    lines, i, "alternative id " + to_string(id) + " is not a term of its own");
            }
            alternatives_.push_back({id, i});
        }
    }
    std::sort(alternatives_.begin(), alternatives_.end(), [](const Alias& a, const Alias& b) {
        return a.from < b.from;
    });
    const auto twice = std::adjacent_find(
        alternatives_.begin(), alternatives_.end(), [](const Alias& a, const Alias& b) {
            return a.from == b.from;
        });
    if (twice != alternatives_.end()) {
        return fail_at(lines,
                       std::max(twice->to, std::next(twice)->to),
                       "alternative id " + to_string(twice->from) + " belongs to one term only");
    }
    return {};
}

/// obsolete_ is sorted, so replacements_ is too, at every step.
void Ontology::index_replacements() {
    for (const ObsoleteTerm& term : obsolete_) {
        TermId id = term.id;
        for (std::size_t hop = 0; hop < kReplacementHopsMax; ++hop) {
            const auto at = std::lower_bound(
                obsolete_.begin(), obsolete_.end(), id, [](const ObsoleteTerm& a, TermId b) {
                    return a.id < b;
                });
            if (at == obsolete_.end() || at->id != id || at->replaced_by.size() != 1) {
                break;
            }
            id = at->replaced_by.front();
            if (const Resolution end = resolve(id); end.term) {
                replacements_.push_back({term.id, *end.term});
                break;
            }
        }
    }
}

Resolution Ontology::resolve(std::string_view id) const {
    const auto parsed = parse_term_id(id);
    return parsed ? resolve(*parsed) : Resolution{};
}

Resolution Ontology::resolve(TermId id) const {
    if (const auto index = index_of(id)) {
        return {Found::primary, index};
    }
    const auto in = [id](const std::vector<Alias>& aliases) -> std::optional<TermIndex> {
        const auto at =
            std::lower_bound(aliases.begin(), aliases.end(), id, [](const Alias& a, TermId b) {
                return a.from < b;
            });
        return at != aliases.end() && at->from == id ? std::optional(at->to) : std::nullopt;
    };
    if (const auto index = in(alternatives_)) {
        return {Found::alternative, index};
    }
    if (const auto index = in(replacements_)) {
        return {Found::replaced, index};
    }
    return {};
}

std::optional<TermIndex> Ontology::index_of(TermId id) const {
    const auto at = std::lower_bound(
        terms_.begin(), terms_.end(), id, [](const Term& a, TermId b) { return a.id < b; });
    if (at == terms_.end() || at->id != id) {
        return std::nullopt;
    }
    return static_cast<TermIndex>(at - terms_.begin());
}

std::span<const TermIndex> Ontology::parents(TermIndex term) const {
    MN_CHECK(term < terms_.size());
    const std::uint32_t begin = parent_begin_[term];
    return std::span(parents_).subspan(begin, parent_begin_[term + 1] - begin);
}

std::vector<TermIndex> Ontology::ancestors(TermIndex term) const {
    std::vector<TermIndex> found{term};
    std::vector<bool> seen(terms_.size());
    seen[term] = true;
    for (std::size_t done = 0; done < found.size(); ++done) {
        for (const TermIndex parent : parents(found[done])) {
            if (!seen[parent]) {
                seen[parent] = true;
                found.push_back(parent);
            }
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace mednexus::clinical
