#pragma once
/// The secret linear check: did the computing node evaluate exactly the committed batches with
/// exactly this query? Who holds `seed` can tell, from one pass over the index and then the work of
/// one batch per query. A wrong word anywhere passes with probability below 2^-28.8 per repetition.
/// Source: docs/formats/encrypted-score.md section 8. Threads: not safe while absorbing; verify is.
#include <memory>

#include "mednexus/compute/encrypted_score.hpp"

namespace mednexus::compute {

inline constexpr std::uint32_t kCheckRepetitions = 2;

class LinearCheck {
public:
    /// `seed` stays with the party that checks; after a failed check make a new one.
    [[nodiscard]] static LinearCheck make(std::shared_ptr<const Ring> ring,
                                          Secret<32> seed,
                                          std::uint32_t repetitions = kCheckRepetitions);

    /// Batches in the order in which their sums will be given. Keeps 80 MiB per repetition, however
    /// many batches come. Errors   denied: session or profile differs from the batch before
    [[nodiscard]] Result<void> absorb(const LiftedBatch& batch);

    [[nodiscard]] std::size_t batches() const noexcept;

    /// Errors   invalid: form, ring, count; denied: session or profile of the query; corrupt: "the
    ///          sums are not those of this query and these batches"
    [[nodiscard]] Result<void> verify(const ExpandedQuery& query,
                                      std::span<const Bytes> sums) const;

    ~LinearCheck();
    LinearCheck(const LinearCheck&) = delete;
    LinearCheck& operator=(const LinearCheck&) = delete;
    LinearCheck(LinearCheck&& other) noexcept;
    LinearCheck& operator=(LinearCheck&& other) noexcept;

private:
    struct State;
    explicit LinearCheck(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace mednexus::compute
