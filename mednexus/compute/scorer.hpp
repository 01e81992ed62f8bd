#pragma once
/// Exact integer scores of a query against many cases. See docs/formats/score.md. PlainScorer
/// (plain_scorer.hpp) works in the clear; EncryptedScorer (encrypted_scorer.hpp) gives the same
/// numbers from ciphertexts, all parties in one process. Threads: scorers, queries and indexes are
/// immutable; const calls may run at once.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mednexus/compute/vector.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::compute {

inline constexpr std::uint32_t kSlotsPerBatchMax = 1U << 16U;
inline constexpr std::size_t kCasesMax = 1U << 24U;  ///< of one index

/// A prepared query. Made by a scorer, used only with scorers of the same engine.
class Query {
public:
    virtual ~Query() = default;
    [[nodiscard]] virtual const Hash32& profile() const noexcept = 0;
};

/// Prepared cases, in batches of slots: case i sits in batch i / N, slot i % N.
class Index {
public:
    virtual ~Index() = default;
    [[nodiscard]] virtual const Hash32& profile() const noexcept = 0;
    [[nodiscard]] virtual std::size_t cases() const noexcept = 0;
    [[nodiscard]] virtual std::uint32_t slots_per_batch() const noexcept = 0;

    [[nodiscard]] std::size_t batches() const noexcept {
        return (cases() + slots_per_batch() - 1) / slots_per_batch();
    }
};

/// Which slots may yield a number: one entry per case of the index, in its order.
using SlotMask = std::vector<bool>;

/// One batch: slots[i] is the score of its i-th case; empty when the slot was not permitted.
struct BatchScores {
    std::vector<std::optional<std::int32_t>> slots;
};

class Scorer {
public:
    virtual ~Scorer() = default;

    /// Errors   invalid: dimensions differ from the scorer's; denied: profile differs
    [[nodiscard]] virtual Result<std::unique_ptr<const Query>> make_query(
        const Vector& vector) const = 0;

    /// Shape    1 … kCasesMax vectors of one profile; their order is the order of the slots
    /// Errors   invalid: none, too many, dimensions; denied: profile differs
    [[nodiscard]] virtual Result<std::unique_ptr<const Index>> make_index(
        std::span<const Vector> cases) const = 0;

    /// Scores every permitted slot; nothing is computed for the others.
    ///
    /// Shape    permitted: index.cases() entries; result: index.batches() batches, the last one as
    ///          long as its cases
    /// Units    plain integers, |score| ≤ d·7·7
    /// Errors   invalid: mask length; denied: query or index of another profile or engine
    /// Source   docs/formats/score.md, section 2
    [[nodiscard]] virtual Result<std::vector<BatchScores>> score(
        const Query& query, const Index& index, const SlotMask& permitted) const = 0;
};

/// One place of a ranking.
struct Ranked {
    std::size_t item = 0;  ///< position of the case in its index
    std::int32_t score = 0;
    friend bool operator==(const Ranked&, const Ranked&) = default;
};

/// The best `count` scored cases: score descending, then id ascending (bytewise).
/// Shape    ids: one per case of the index the scores came from
[[nodiscard]] std::vector<Ranked> rank(std::span<const BatchScores> scores,
                                       std::span<const std::string> ids,
                                       std::size_t count);

}  // namespace mednexus::compute
