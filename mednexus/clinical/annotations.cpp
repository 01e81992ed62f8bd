#include "mednexus/clinical/annotations.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "mednexus/clinical/internal/annotations_builder.hpp"
#include "mednexus/clinical/internal/grammar.hpp"
#include "mednexus/clinical/internal/lines.hpp"
#include "mednexus/core/check.hpp"

namespace mednexus::clinical {

namespace {

constexpr std::string_view kAspects = "PICHM";
constexpr std::uint32_t kExcludedTerm = 40285;  // HP:0040285, Excluded
constexpr std::uint32_t kPercentUnits = 10000;
constexpr std::size_t kPercentDecimalsMax = 4;
constexpr std::size_t kRowsMax = 1U << 26U;

constexpr std::string_view kFrequencyRule =
    "a frequency is empty, n/m with n at most m, a percentage up to 100%, or an HPO id";

/// Reads at most nine digits.
Result<std::uint32_t> parse_count(std::string_view digits) {
    if (digits.empty() || digits.size() > 9 || !internal::is_digits(digits)) {
        return fail(Kind::invalid, std::string(kFrequencyRule));
    }
    std::uint32_t value = 0;
    for (const char c : digits) {
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value;
}

Result<Frequency> parse_fraction(std::string_view text, std::size_t slash) {
    MN_TRY(const std::uint32_t seen, parse_count(text.substr(0, slash)));
    MN_TRY(const std::uint32_t of, parse_count(text.substr(slash + 1)));
    if (seen > of || of == 0) {
        return fail(Kind::invalid, std::string(kFrequencyRule));
    }
    return Frequency{Frequency::Form::fraction, seen, of};
}

Result<Frequency> parse_percent(std::string_view text) {
    const std::size_t point = text.find('.');
    MN_TRY(std::uint32_t value, parse_count(text.substr(0, point)));
    std::string decimals =
        point == std::string_view::npos ? "0" : std::string(text.substr(point + 1));
    if (value > 100 || decimals.empty()) {
        return fail(Kind::invalid, std::string(kFrequencyRule));
    }
    decimals.resize(kPercentDecimalsMax, '0');  // digits below 1/10,000 of a percent are dropped
    MN_TRY(const std::uint32_t part, parse_count(decimals));
    value = value * kPercentUnits + part;
    if (value > 100 * kPercentUnits) {
        return fail(Kind::invalid, std::string(kFrequencyRule));
    }
    return Frequency{Frequency::Form::percent, value, 0};
}

/// Positions of `names` in sorted order, inverted: result[old position] = new position.
template <typename Less>
std::vector<std::uint32_t> sorted_positions(std::size_t count, Less less) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::sort(order.begin(), order.end(), less);
    std::vector<std::uint32_t> position(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        position[order[i]] = i;
    }
    return position;
}

template <typename T>
void permute(std::vector<T>& items, const std::vector<std::uint32_t>& position) {
    std::vector<T> moved(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        moved[position[i]] = std::move(items[i]);
    }
    items = std::move(moved);
}

auto sort_key(const Annotation& row) {
    return std::tuple(row.disease,
                      row.term,
                      row.aspect,
                      row.negated,
                      row.reference,
                      row.frequency.form,
                      row.frequency.value,
                      row.frequency.of);
}

}  // namespace

bool Frequency::is_never() const noexcept {
    return form == Form::term ? value == kExcludedTerm : form != Form::none && value == 0;
}

Result<Frequency> parse_frequency(std::string_view text) {
    if (text.empty()) {
        return Frequency{};
    }
    if (text.back() == '%') {
        text.remove_suffix(1);
        return parse_percent(text);
    }
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        return parse_fraction(text, slash);
    }
    MN_TRY(const TermId term, parse_term_id(text));
    return Frequency{Frequency::Form::term, term.number, 0};
}

std::string_view Annotations::disease_name(std::string_view disease_id) const {
    const auto at =
        std::lower_bound(diseases_.begin(),
                         diseases_.end(),
                         disease_id,
                         [](const AnnotatedDisease& a, std::string_view b) { return a.id < b; });
    return at != diseases_.end() && at->id == disease_id ? std::string_view(at->name)
                                                         : std::string_view();
}

Annotations Annotations::without(std::span<const std::string> publications) const {
    const std::unordered_set<std::string_view> drop(publications.begin(), publications.end());
    std::vector<bool> dropped(references_.size());
    std::vector<std::string_view> pieces;
    for (std::size_t i = 1; i < references_.size(); ++i) {
        internal::split(references_[i], ';', pieces);
        dropped[i] = std::any_of(
            pieces.begin(), pieces.end(), [&](std::string_view id) { return drop.contains(id); });
    }
    Annotations out;
    out.release_ = release_;
    out.diseases_ = diseases_;
    out.references_ = references_;
    std::copy_if(
        rows_.begin(), rows_.end(), std::back_inserter(out.rows_), [&](const Annotation& row) {
            return !dropped[row.reference];
        });
    return out;
}

Result<void> AnnotationsBuilder::add(const AnnotationText& row) {
    if (!internal::is_curie(row.disease_id)) {
        return fail(Kind::invalid, "a disease id is a CURIE, PREFIX:LOCAL");
    }
    if (row.aspect.size() != 1 || kAspects.find(row.aspect.front()) == std::string_view::npos) {
        return fail(Kind::invalid, "aspect is one of P, I, C, H, M");
    }
    if (out_.rows_.size() >= kRowsMax) {
        return fail(Kind::invalid, "a release has at most " + std::to_string(kRowsMax) + " rows");
    }
    Annotation out;
    MN_TRY(out.term, parse_term_id(row.term));
    MN_TRY(out.frequency, parse_frequency(row.frequency));
    out.disease = disease_at(row.disease_id, row.disease_name);
    out.reference = reference_at(row.reference);
    out.aspect = row.aspect.front();
    out.negated = row.negated;
    out_.rows_.push_back(out);
    return {};
}

Result<Annotations> AnnotationsBuilder::finish(std::string release) {
    if (release.empty()) {
        return fail(Kind::invalid, "line 1: the annotations name their version");
    }
    if (out_.rows_.empty()) {
        return fail(Kind::invalid, "the annotations have at least one row");
    }
    out_.release_ = std::move(release);
    sort_diseases();
    sort_references();
    std::sort(out_.rows_.begin(), out_.rows_.end(), [](const Annotation& a, const Annotation& b) {
        return sort_key(a) < sort_key(b);
    });
    out_.rows_.erase(std::unique(out_.rows_.begin(), out_.rows_.end()), out_.rows_.end());
    return std::move(out_);
}

std::uint32_t AnnotationsBuilder::disease_at(std::string_view id, std::string_view name) {
    if (last_disease_ < out_.diseases_.size() && out_.diseases_[last_disease_].id == id) {
        return last_disease_;  // rows of one disease stand together
    }
    const auto next = static_cast<std::uint32_t>(out_.diseases_.size());
    const auto [at, is_new] = diseases_.try_emplace(std::string(id), next);
    if (is_new) {
        out_.diseases_.push_back({std::string(id), std::string(name)});
    }
    last_disease_ = at->second;
    return last_disease_;
}

std::uint32_t AnnotationsBuilder::reference_at(std::string_view text) {
    if (out_.references_.empty()) {
        out_.references_.emplace_back();
        references_.emplace(std::string(), 0);
    }
    if (text.empty()) {
        return 0;
    }
    const auto next = static_cast<std::uint32_t>(out_.references_.size());
    const auto [at, is_new] = references_.try_emplace(std::string(text), next);
    if (is_new) {
        out_.references_.emplace_back(text);
    }
    return at->second;
}

void AnnotationsBuilder::sort_diseases() {
    auto& all = out_.diseases_;
    const auto position = sorted_positions(
        all.size(), [&](std::uint32_t a, std::uint32_t b) { return all[a].id < all[b].id; });
    permute(all, position);
    for (Annotation& row : out_.rows_) {
        row.disease = position[row.disease];
    }
}

void AnnotationsBuilder::sort_references() {
    auto& all = out_.references_;
    const auto position = sorted_positions(
        all.size(), [&](std::uint32_t a, std::uint32_t b) { return all[a] < all[b]; });
    permute(all, position);
    MN_CHECK(all.front().empty());
    for (Annotation& row : out_.rows_) {
        row.reference = position[row.reference];
    }
}

}  // namespace mednexus::clinical
