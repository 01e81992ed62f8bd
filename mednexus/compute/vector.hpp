#pragma once
/// A small signed integer vector under a named profile: what a scorer multiplies.
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::compute {

inline constexpr std::uint32_t kDimensionsMax = 1024;
inline constexpr int kEntryMax = 7;

/// The largest |score| that d dimensions can give.
[[nodiscard]] constexpr std::int32_t score_bound(std::uint32_t dimensions) noexcept {
    return static_cast<std::int32_t>(dimensions) * kEntryMax * kEntryMax;
}

static_assert(score_bound(kDimensionsMax) == 50176);
static_assert(2 * score_bound(512) < 65537, "fits t = 65537 (private-scoring, section 4)");

class Vector {
public:
    /// Shape    entries: 1 … kDimensionsMax values in -kEntryMax … kEntryMax
    /// Errors   invalid: shape or range
    [[nodiscard]] static Result<Vector> make(const Hash32& profile,
                                             std::vector<std::int8_t> entries);

    [[nodiscard]] const Hash32& profile() const noexcept { return profile_; }

    [[nodiscard]] std::uint32_t dimensions() const noexcept {
        return static_cast<std::uint32_t>(entries_.size());
    }

    [[nodiscard]] std::span<const std::int8_t> entries() const noexcept { return entries_; }

private:
    Vector(const Hash32& profile, std::vector<std::int8_t> entries)
        : profile_(profile), entries_(std::move(entries)) {}

    Hash32 profile_;
    std::vector<std::int8_t> entries_;
};

}  // namespace mednexus::compute
