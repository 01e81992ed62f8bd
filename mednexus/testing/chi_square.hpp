#pragma once
/// For tests: are counts those of a uniform distribution?
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace mednexus::testing {

/// Pearson's statistic of bins that should be equally full.
inline double chi_square(const std::vector<std::uint64_t>& bins) {
    const auto total = std::accumulate(bins.begin(), bins.end(), std::uint64_t{0});
    const double wanted = static_cast<double>(total) / static_cast<double>(bins.size());
    double sum = 0;
    for (const std::uint64_t bin : bins) {
        const double off = static_cast<double>(bin) - wanted;
        sum += off * off / wanted;
    }
    return sum;
}

/// Exceeded by chance less than once in ten million times (Wilson and Hilferty's approximation,
/// 5.2 standard deviations). Seeds are fixed, so a test that passes goes on passing.
inline double chi_square_limit(std::size_t bins) {
    const double freedom = static_cast<double>(bins) - 1;
    const double spread = 2 / (9 * freedom);
    return freedom * std::pow(1 - spread + 5.2 * std::sqrt(spread), 3);
}

}  // namespace mednexus::testing
