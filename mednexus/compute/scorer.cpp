#include "mednexus/compute/scorer.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"

namespace mednexus::compute {

std::vector<Ranked> rank(std::span<const BatchScores> scores,
                         std::span<const std::string> ids,
                         std::size_t count) {
    std::vector<Ranked> all;
    std::size_t item = 0;
    for (const BatchScores& batch : scores) {
        for (const auto& score : batch.slots) {
            MN_CHECK(item < ids.size());
            if (score) {
                all.push_back({item, *score});
            }
            ++item;
        }
    }
    MN_CHECK(item == ids.size());
    const auto kept = static_cast<std::ptrdiff_t>(std::min(count, all.size()));
    std::partial_sort(
        all.begin(), all.begin() + kept, all.end(), [&](const Ranked& a, const Ranked& b) {
            return a.score != b.score ? a.score > b.score : ids[a.item] < ids[b.item];
        });
    all.resize(static_cast<std::size_t>(kept));
    return all;
}

}  // namespace mednexus::compute
