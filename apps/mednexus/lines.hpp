#pragma once
/// Lines of a source of any size, in memory that does not grow with it.
#include <optional>
#include <string>

#include "mednexus/storage/stream.hpp"

namespace mednexus::cli {

class LineReader {
public:
    /// A line longer than line_bytes_max is given cut to line_bytes_max + 1 bytes, so that whoever
    /// checks lengths sees that it is too long; its rest is skipped.
    LineReader(storage::ByteSource& source, std::size_t line_bytes_max)
        : source_(source), line_bytes_max_(line_bytes_max) {}

    /// The next line without its LF, or nothing at the end. A final LF begins no line.
    [[nodiscard]] Result<std::optional<std::string>> next();

private:
    [[nodiscard]] Result<bool> fill();

    storage::ByteSource& source_;
    std::size_t line_bytes_max_;
    std::string buffer_;
    std::size_t at_ = 0;
};

}  // namespace mednexus::cli
