#pragma once
/// A source that shows how far it was read.
#include <string>
#include <utility>

#include "apps/mednexus/terminal.hpp"
#include "mednexus/storage/stream.hpp"

namespace mednexus::cli {

class WatchedSource final : public storage::ByteSource {
public:
    /// `source` outlives it; `size_bytes` 0: unknown.
    WatchedSource(storage::ByteSource& source,
                  Terminal& terminal,
                  std::string task,
                  std::uint64_t size_bytes)
        : source_(source), progress_(terminal, std::move(task), size_bytes) {}

    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out) override {
        MN_TRY(const std::size_t got, source_.read(out));
        progress_.advance(got);
        return got;
    }

private:
    storage::ByteSource& source_;
    Progress progress_;
};

}  // namespace mednexus::cli
