#include "mednexus/compute/internal/tensor.hpp"

#include <algorithm>
#include <array>

#include "mednexus/core/check.hpp"

namespace mednexus::compute::internal {

namespace {

/// So many coefficients at a time: the accumulators take 24 KiB and stay in the first cache.
constexpr std::size_t kBlock = 512;
using Accumulator = std::array<Wide, kBlock>;

struct Sums {
    std::array<Accumulator, 3> low{};   ///< the sum modulo 2^32 and what came since the last fold
    std::array<Accumulator, 3> high{};  ///< folded parts, in units of 2^32
};

void accumulate(Sums& sums,
                std::size_t size,
                const Word* __restrict q0,
                const Word* __restrict q1,
                const Word* __restrict d0,
                const Word* __restrict d1) noexcept {
    Wide* __restrict const first = sums.low[0].data();
    Wide* __restrict const middle = sums.low[1].data();
    Wide* __restrict const last = sums.low[2].data();
    for (std::size_t n = 0; n < size; ++n) {
        first[n] += Wide{q0[n]} * d0[n];
        middle[n] += Wide{q0[n]} * d1[n] + Wide{q1[n]} * d0[n];
        last[n] += Wide{q1[n]} * d1[n];
    }
}

void fold(Sums& sums, std::size_t size) noexcept {
    for (std::size_t component = 0; component < 3; ++component) {
        Wide* __restrict const low = sums.low[component].data();
        Wide* __restrict const high = sums.high[component].data();
        for (std::size_t n = 0; n < size; ++n) {
            high[n] += low[n] >> 32U;
            low[n] &= 0xFFFFFFFFU;
        }
    }
}

}  // namespace

void tensor_sum(
    const Modulus& modulus, std::size_t degree, ConstRow query, ConstRow data, Row out) {
    MN_CHECK(query.size() == data.size() && query.size() % (2 * degree) == 0);
    MN_CHECK(out.size() == 3 * degree);
    const Modulus by = modulus;
    const std::size_t dimensions = query.size() / (2 * degree);
    for (std::size_t from = 0; from < degree; from += kBlock) {
        const std::size_t size = std::min(kBlock, degree - from);
        Sums sums;
        for (std::size_t j = 0; j < dimensions; ++j) {
            const Word* const q = query.data() + 2 * j * degree + from;
            const Word* const d = data.data() + 2 * j * degree + from;
            accumulate(sums, size, q, q + degree, d, d + degree);
            if ((j + 1) % kFoldEvery == 0) {
                fold(sums, size);
            }
        }
        fold(sums, size);
        for (std::size_t component = 0; component < 3; ++component) {
            Word* const to = out.data() + component * degree + from;
            for (std::size_t n = 0; n < size; ++n) {
                to[n] = by.reduce(sums.high[component][n], sums.low[component][n]);
            }
        }
    }
}

}  // namespace mednexus::compute::internal
