#include "mednexus/compute/vector.hpp"

#include <algorithm>
#include <string>

namespace mednexus::compute {

Result<Vector> Vector::make(const Hash32& profile, std::vector<std::int8_t> entries) {
    if (entries.empty() || entries.size() > kDimensionsMax) {
        return fail(Kind::invalid,
                    "vector: has " + std::to_string(entries.size()) +
                        " entries, allowed are 1 to " + std::to_string(kDimensionsMax));
    }
    const auto outside = std::find_if(entries.begin(), entries.end(), [](std::int8_t entry) {
        return entry < -kEntryMax || entry > kEntryMax;
    });
    if (outside != entries.end()) {
        return fail(
            Kind::invalid,
            "vector: entry " + std::to_string(outside - entries.begin()) + " is outside -7 to 7");
    }
    return Vector(profile, std::move(entries));
}

}  // namespace mednexus::compute
