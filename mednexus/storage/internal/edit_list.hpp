#pragma once
#include <cstdint>
#include <vector>

#include "mednexus/storage/internal/payload.hpp"

namespace mednexus::storage::internal {

/// A stretch of plaintext that stays.
struct Kept {
    std::uint64_t offset = 0;  ///< in the unedited plaintext
    std::uint64_t count = 0;
    friend bool operator==(const Kept&, const Kept&) = default;
};

/// Applies an edit list to a plaintext of `size` bytes: what stays, in order, none of it empty. An
/// odd number of lengths keeps the rest after the last one; what reaches past the end is cut off.
///
/// Source   GA4GH File Encryption Standard, section 4.2
[[nodiscard]] std::vector<Kept> kept_by(const EditLengths& lengths, std::uint64_t size);

}  // namespace mednexus::storage::internal
