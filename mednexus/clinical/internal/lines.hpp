#pragma once
/// Text files of the ontology, line by line, without a copy.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/result.hpp"

namespace mednexus::clinical::internal {

/// Walks over the lines of a text; LF or CR LF ends a line, the last may lack it.
class Lines {
public:
    /// `text` must outlive the walk. A leading UTF-8 byte order mark is skipped.
    explicit Lines(std::string_view text);

    /// Moves to the next line; false at the end.
    [[nodiscard]] bool next();

    [[nodiscard]] std::string_view line() const noexcept { return line_; }

    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

    /// An error of kind invalid at this line: "line L: rule".
    [[nodiscard]] Failure fail_here(std::string_view rule) const;

private:
    std::string_view rest_;
    std::string_view line_;
    std::uint64_t number_ = 0;
};

/// "line L: rule" as an error of kind invalid.
[[nodiscard]] Failure fail_at_line(std::uint64_t line, std::string_view rule);

/// The pieces between separators; an empty text is one empty piece.
void split(std::string_view text, char separator, std::vector<std::string_view>& pieces);

/// Errors: invalid for a text that is not UTF-8, holds NUL, or exceeds kHpoFileBytesMax.
[[nodiscard]] Result<void> check_text(std::string_view text);

/// The first "YYYY-MM-DD" in the text; empty when there is none.
[[nodiscard]] std::string find_date(std::string_view text);

}  // namespace mednexus::clinical::internal
