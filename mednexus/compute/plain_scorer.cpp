#include "mednexus/compute/plain_scorer.hpp"

#include <algorithm>
#include <string>

#include "mednexus/core/check.hpp"

namespace mednexus::compute {

namespace {

/// Entries as 16-bit integers: compilers turn the inner product into multiply-and-add instructions.
using Entries = std::vector<std::int16_t>;

class PlainQuery final : public Query {
public:
    explicit PlainQuery(const Vector& vector)
        : profile_(vector.profile()), entries_(vector.entries().begin(), vector.entries().end()) {}

    [[nodiscard]] const Hash32& profile() const noexcept override { return profile_; }

    [[nodiscard]] const Entries& entries() const noexcept { return entries_; }

private:
    Hash32 profile_;
    Entries entries_;
};

class PlainIndex final : public Index {
public:
    PlainIndex(const Hash32& profile, std::uint32_t dimensions, std::uint32_t slots_per_batch)
        : profile_(profile), dimensions_(dimensions), slots_per_batch_(slots_per_batch) {}

    void add(const Vector& vector) {
        entries_.insert(entries_.end(), vector.entries().begin(), vector.entries().end());
    }

    [[nodiscard]] const Hash32& profile() const noexcept override { return profile_; }

    [[nodiscard]] std::size_t cases() const noexcept override {
        return entries_.size() / dimensions_;
    }

    [[nodiscard]] std::uint32_t slots_per_batch() const noexcept override {
        return slots_per_batch_;
    }

    [[nodiscard]] std::uint32_t dimensions() const noexcept { return dimensions_; }

    [[nodiscard]] const std::int16_t* entries_of(std::size_t item) const {
        return entries_.data() + item * dimensions_;
    }

private:
    Hash32 profile_;
    std::uint32_t dimensions_;
    std::uint32_t slots_per_batch_;
    Entries entries_;
};

/// Exact: |sum| ≤ 1024·49 is far below 2^31.
std::int32_t inner_product(const std::int16_t* a, const std::int16_t* b, std::size_t size) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
        sum += std::int32_t{a[i]} * std::int32_t{b[i]};
    }
    return sum;
}

Failure foreign(std::string_view what) {
    return fail(Kind::denied, "score: " + std::string(what));
}

}  // namespace

Result<PlainScorer> PlainScorer::make(const PlainScorerOptions& options) {
    if (options.dimensions == 0 || options.dimensions > kDimensionsMax) {
        return fail(Kind::invalid, "scorer: dimensions are 1 to " + std::to_string(kDimensionsMax));
    }
    if (options.slots_per_batch == 0 || options.slots_per_batch > kSlotsPerBatchMax) {
        return fail(Kind::invalid,
                    "scorer: slots per batch are 1 to " + std::to_string(kSlotsPerBatchMax));
    }
    return PlainScorer(options);
}

Result<void> PlainScorer::check_vector(const Vector& vector) const {
    if (vector.profile() != options_.profile) {
        return fail(Kind::denied, "scorer: the vector is of another profile");
    }
    if (vector.dimensions() != options_.dimensions) {
        return fail(Kind::invalid,
                    "scorer: the vector has " + std::to_string(vector.dimensions()) +
                        " dimensions instead of " + std::to_string(options_.dimensions));
    }
    return {};
}

Result<std::unique_ptr<const Query>> PlainScorer::make_query(const Vector& vector) const {
    MN_DO(check_vector(vector));
    return std::make_unique<const PlainQuery>(vector);
}

Result<std::unique_ptr<const Index>> PlainScorer::make_index(std::span<const Vector> cases) const {
    if (cases.empty() || cases.size() > kCasesMax) {
        return fail(Kind::invalid,
                    "scorer: an index holds 1 to " + std::to_string(kCasesMax) + " cases");
    }
    auto index = std::make_unique<PlainIndex>(
        options_.profile, options_.dimensions, options_.slots_per_batch);
    for (const Vector& vector : cases) {
        MN_DO(check_vector(vector));
        index->add(vector);
    }
    return std::unique_ptr<const Index>(std::move(index));
}

Result<std::vector<BatchScores>> PlainScorer::score(const Query& query,
                                                    const Index& index,
                                                    const SlotMask& permitted) const {
    const auto* plain_query = dynamic_cast<const PlainQuery*>(&query);
    const auto* plain_index = dynamic_cast<const PlainIndex*>(&index);
    if (plain_query == nullptr || plain_index == nullptr) {
        return foreign("query or index of another engine");
    }
    if (query.profile() != options_.profile || index.profile() != options_.profile) {
        return foreign("query or index of another profile");
    }
    const std::size_t dimensions = plain_query->entries().size();
    if (dimensions != options_.dimensions || plain_index->dimensions() != options_.dimensions) {
        return foreign("query or index of other dimensions");
    }
    if (permitted.size() != index.cases()) {
        return fail(Kind::invalid,
                    "score: mask of " + std::to_string(permitted.size()) + " slots for " +
                        std::to_string(index.cases()) + " cases");
    }
    std::vector<BatchScores> batches(index.batches());
    const std::size_t slots = index.slots_per_batch();
    for (std::size_t i = 0; i < permitted.size(); ++i) {
        auto& out = batches[i / slots].slots.emplace_back();
        if (permitted[i]) {
            out = inner_product(
                plain_query->entries().data(), plain_index->entries_of(i), dimensions);
            MN_CHECK(*out <= score_bound(options_.dimensions) &&
                     *out >= -score_bound(options_.dimensions));
        }
    }
    return batches;
}

}  // namespace mednexus::compute
