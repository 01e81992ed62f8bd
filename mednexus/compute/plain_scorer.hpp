#pragma once
/// The scorer that works in the clear: the reference that the encrypted one is checked against.
/// See docs/formats/score.md.
#include "mednexus/compute/scorer.hpp"

namespace mednexus::compute {

struct PlainScorerOptions {
    Hash32 profile;                        ///< the only profile it takes
    std::uint32_t dimensions = 256;        ///< 1 … kDimensionsMax
    std::uint32_t slots_per_batch = 8192;  ///< 1 … kSlotsPerBatchMax
};

class PlainScorer final : public Scorer {
public:
    /// Errors   invalid: options out of range
    [[nodiscard]] static Result<PlainScorer> make(const PlainScorerOptions& options);

    [[nodiscard]] Result<std::unique_ptr<const Query>> make_query(
        const Vector& vector) const override;
    [[nodiscard]] Result<std::unique_ptr<const Index>> make_index(
        std::span<const Vector> cases) const override;
    [[nodiscard]] Result<std::vector<BatchScores>> score(const Query& query,
                                                         const Index& index,
                                                         const SlotMask& permitted) const override;

private:
    explicit PlainScorer(const PlainScorerOptions& options) : options_(options) {}

    [[nodiscard]] Result<void> check_vector(const Vector& vector) const;
    PlainScorerOptions options_;
};

}  // namespace mednexus::compute
