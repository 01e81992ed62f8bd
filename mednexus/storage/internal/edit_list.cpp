#include "mednexus/storage/internal/edit_list.hpp"

#include <algorithm>

namespace mednexus::storage::internal {

std::vector<Kept> kept_by(const EditLengths& lengths, std::uint64_t size) {
    if (lengths.empty()) {
        return {Kept{.offset = 0, .count = size}};
    }
    std::vector<Kept> out;
    std::uint64_t position = 0;  // never past `size`, so nothing overflows
    for (std::size_t i = 0; i < lengths.size(); i += 2) {
        position += std::min(lengths[i], size - position);
        const bool is_last = i + 1 == lengths.size();
        const std::uint64_t left = size - position;
        const std::uint64_t count = is_last ? left : std::min(lengths[i + 1], left);
        if (count > 0) {
            out.push_back(Kept{.offset = position, .count = count});
        }
        position += count;
    }
    return out;
}

}  // namespace mednexus::storage::internal
