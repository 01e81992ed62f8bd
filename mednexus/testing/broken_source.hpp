#pragma once
#include <algorithm>

#include "mednexus/storage/stream.hpp"

namespace mednexus::testing {

/// A source that gives some bytes and then fails.
class BrokenSource final : public storage::ByteSource {
public:
    explicit BrokenSource(std::size_t good_bytes) : left_(good_bytes) {}

    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out) override {
        if (left_ == 0) {
            return fail(Kind::unavailable, "the other side went away");
        }
        const std::size_t count = std::min(left_, out.size());
        std::fill_n(out.begin(), count, std::uint8_t{7});
        left_ -= count;
        return count;
    }

private:
    std::size_t left_;
};

}  // namespace mednexus::testing
