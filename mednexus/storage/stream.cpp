#include "mednexus/storage/stream.hpp"

#include <algorithm>

namespace mednexus::storage {

Result<std::size_t> MemorySource::read(std::span<std::uint8_t> out) {
    const std::size_t count = std::min(out.size(), rest_.size());
    std::copy_n(rest_.begin(), count, out.begin());
    rest_ = rest_.subspan(count);
    return count;
}

Result<Bytes> MemoryRange::read(std::uint64_t offset, std::uint64_t count) const {
    if (!is_within(offset, count, content_.size())) {
        return fail(Kind::invalid, "storage.read: range outside the content");
    }
    return to_bytes(
        content_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)));
}

Result<std::size_t> read_full(ByteSource& source, std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        MN_TRY(const std::size_t got, source.read(out.subspan(filled)));
        if (got == 0) {
            break;
        }
        filled += got;
    }
    return filled;
}

bool is_within(std::uint64_t offset, std::uint64_t count, std::uint64_t size) noexcept {
    return offset <= size && count <= size - offset;
}

}  // namespace mednexus::storage
