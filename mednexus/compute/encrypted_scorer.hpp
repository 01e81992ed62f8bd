#pragma once
/// The whole engine in one process behind the Scorer interface: n parties, their keys, index,
/// query, sums, checks, shares, opening. For `eval similar --encrypted`, tests and benchmarks; in
/// the product every party is a process of its own. Threads: as Scorer.
#include "mednexus/compute/opening.hpp"
#include "mednexus/compute/scorer.hpp"

namespace mednexus::compute {

struct EncryptedScorerOptions {
    Hash32 profile;
    RingOptions ring{};
    std::uint32_t parties = 3;  ///< 2 … kPartiesMax
};

class EncryptedScorer final : public Scorer {
public:
    /// Draws every seed from `random`, which is not kept.
    /// Errors   invalid: options out of range
    [[nodiscard]] static Result<std::unique_ptr<EncryptedScorer>> make(
        const EncryptedScorerOptions& options, Random& random);

    [[nodiscard]] Result<std::unique_ptr<const Query>> make_query(
        const Vector& vector) const override;
    [[nodiscard]] Result<std::unique_ptr<const Index>> make_index(
        std::span<const Vector> cases) const override;
    [[nodiscard]] Result<std::vector<BatchScores>> score(const Query& query,
                                                         const Index& index,
                                                         const SlotMask& permitted) const override;
    ~EncryptedScorer() override;
    EncryptedScorer(const EncryptedScorer&) = delete;
    EncryptedScorer& operator=(const EncryptedScorer&) = delete;

private:
    struct State;
    explicit EncryptedScorer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace mednexus::compute
