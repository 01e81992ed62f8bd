#include "mednexus/compute/linear_check.hpp"

#include <algorithm>
#include <string>

#include "mednexus/compute/internal/sampler.hpp"
#include "mednexus/compute/internal/tensor.hpp"
#include "mednexus/compute/internal/wire.hpp"

namespace mednexus::compute {

namespace {

using internal::ConstRow;
using internal::ObjectKind;
using internal::part;
using internal::Reader;
using internal::Row;
using internal::Sampler;
using internal::Word;

/// ρ of one batch, repetition and prime.
Word draw_rho(const Sampler& sampler,
              std::size_t repetition,
              std::size_t batch,
              std::size_t prime) {
    constexpr std::size_t kPrimeIndexes = 8;
    Word rho = 0;
    sampler.uniform(static_cast<std::uint32_t>(batch),
                    static_cast<std::uint32_t>(prime + kPrimeIndexes * repetition),
                    internal::kPrimes[prime],
                    std::span<Word>(&rho, 1));
    return rho;
}

/// The words of sums, weighed and added: [repetition][3][kScorePrimes][N].
using Weighed = std::vector<std::vector<Word>>;

Failure not_these() {
    return fail(Kind::corrupt, "score: the sums are not those of this query and these batches");
}

}  // namespace

struct LinearCheck::State {
    State(std::shared_ptr<const Ring> of, Secret<32> secret, std::uint32_t count)
        : ring(std::move(of)),
          seed(std::move(secret)),
          sampler(*ring, seed.reveal(), "linear check"),
          kept(count) {}

    std::shared_ptr<const Ring> ring;
    Secret<32> seed;
    Sampler sampler;
    /// V of each repetition: [prime][dimension][component][N]
    std::vector<std::array<std::vector<Word>, kScorePrimes>> kept;
    std::vector<BatchId> ids;
    Hash32 session;
    Hash32 profile;

    void keep(const LiftedBatch& batch, std::size_t repetition) {
        for (std::size_t prime = 0; prime < kScorePrimes; ++prime) {
            std::vector<Word>& sum = kept[repetition][prime];
            const ConstRow words = batch.words()[prime];
            sum.resize(words.size());
            internal::add_multiple(ring->tables().modulus(prime),
                                   sum,
                                   words,
                                   draw_rho(sampler, repetition, ids.size(), prime));
        }
    }

    /// Adds one sum, times its ρ, to every repetition.
    Result<void> weigh(BytesView sum, std::size_t batch, Weighed& weighed) const {
        MN_TRY(Reader in, Reader::open(*ring, ObjectKind::sum, sum));
        if (in.hash() != session || in.hash() != profile || in.id<BatchId>() != ids[batch]) {
            return not_these();
        }
        const std::size_t degree = ring->slots();
        std::vector<Word> row(degree);
        for (std::size_t at = 0; at < 3 * kScorePrimes; ++at) {
            const std::size_t prime = at % kScorePrimes;
            MN_DO(in.words(prime, row));
            for (std::size_t repetition = 0; repetition < kept.size(); ++repetition) {
                internal::add_multiple(ring->tables().modulus(prime),
                                       part(Row(weighed[repetition]), at, degree),
                                       row,
                                       draw_rho(sampler, repetition, batch, prime));
            }
        }
        return {};
    }

    /// Whether one repetition and prime agrees in all three components.
    [[nodiscard]] bool agrees(const ExpandedQuery& query,
                              const std::vector<Word>& weighed,
                              std::size_t repetition,
                              std::size_t prime) const {
        const std::size_t degree = ring->slots();
        std::vector<Word> wanted(3 * degree);
        internal::tensor_sum(ring->tables().modulus(prime),
                             degree,
                             query.words()[prime],
                             kept[repetition][prime],
                             wanted);
        bool is_equal = true;
        for (std::size_t component = 0; component < 3; ++component) {
            const ConstRow have = part(ConstRow(weighed), component * kScorePrimes + prime, degree);
            const ConstRow want = part(ConstRow(wanted), component, degree);
            is_equal = is_equal && std::equal(have.begin(), have.end(), want.begin());
        }
        return is_equal;
    }
};

LinearCheck::LinearCheck(std::unique_ptr<State> state) : state_(std::move(state)) {}

LinearCheck::~LinearCheck() = default;
LinearCheck::LinearCheck(LinearCheck&& other) noexcept = default;
LinearCheck& LinearCheck::operator=(LinearCheck&& other) noexcept = default;

LinearCheck LinearCheck::make(std::shared_ptr<const Ring> ring,
                              Secret<32> seed,
                              std::uint32_t repetitions) {
    return LinearCheck(std::make_unique<State>(
        std::move(ring), std::move(seed), std::max<std::uint32_t>(repetitions, 1)));
}

Result<void> LinearCheck::absorb(const LiftedBatch& batch) {
    if (state_->ids.empty()) {
        state_->session = batch.session();
        state_->profile = batch.profile();
    } else if (batch.session() != state_->session || batch.profile() != state_->profile) {
        return fail(Kind::denied, "score: a batch of another session or profile");
    }
    for (std::size_t i = 0; i < state_->kept.size(); ++i) {
        state_->keep(batch, i);
    }
    state_->ids.push_back(batch.id());
    return {};
}

std::size_t LinearCheck::batches() const noexcept {
    return state_->ids.size();
}

Result<void> LinearCheck::verify(const ExpandedQuery& query, std::span<const Bytes> sums) const {
    const State& state = *state_;
    if (sums.size() != state.ids.size() || sums.empty()) {
        return fail(Kind::invalid,
                    "score: " + std::to_string(sums.size()) + " sums for " +
                        std::to_string(state.ids.size()) + " batches");
    }
    if (query.session() != state.session || query.profile() != state.profile) {
        return fail(Kind::denied, "score: a query of another session or profile");
    }
    Weighed weighed(state.kept.size(),
                    std::vector<Word>(3 * kScorePrimes * std::size_t{state.ring->slots()}));
    for (std::size_t i = 0; i < sums.size(); ++i) {
        MN_DO(state.weigh(sums[i], i, weighed));
    }
    for (std::size_t repetition = 0; repetition < weighed.size(); ++repetition) {
        for (std::size_t prime = 0; prime < kScorePrimes; ++prime) {
            if (!state.agrees(query, weighed[repetition], repetition, prime)) {
                return not_these();
            }
        }
    }
    return {};
}

}  // namespace mednexus::compute
