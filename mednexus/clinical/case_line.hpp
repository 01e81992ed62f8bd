#pragma once
/// Case JSONL: one case of an evaluation corpus a line. See docs/formats/case-jsonl.md.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mednexus/clinical/case.hpp"
#include "mednexus/clinical/issue.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::clinical {

inline constexpr std::size_t kCaseLineBytesMax = 1U << 20U;
inline constexpr std::uint64_t kCaseFileBytesMax = 1ULL << 30U;

struct CaseLine {
    Case value;
    std::string cohort;
    std::string publication;  ///< "PMID:…"
    std::string institution;  ///< e.g. "H1"
};

/// Reads one line, without its LF. `line_number` is 1-based and only names the place.
/// Errors   invalid: "line L, column C (POINTER): rule"
[[nodiscard]] Result<CaseLine> parse_case_line(std::string_view line, std::uint64_t line_number);

/// Gives a case from a JSONL line the metadata that a phenopacket needs and the line lacks.
/// `created`: RFC 3339.
void add_metadata(Case& value, std::string_view created, std::string_view hpo_release);

/// Checks a JSONL text that arrives line by line, so that a file of any size needs little memory
/// (16 bytes or so per case, to find ids that repeat).
///
///     CaseLineChecker checker;
///     while (read_line(line)) { for (const Issue& issue : checker.next(line)) { … } }
///     for (const Issue& issue : checker.finish()) { … }
class CaseLineChecker {
public:
    /// All issues of the next line, given without its LF.
    [[nodiscard]] std::vector<Issue> next(std::string_view line);
    /// What only the end can tell: a file without any case.
    [[nodiscard]] std::vector<Issue> finish() const;

    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

private:
    std::uint64_t lines_ = 0;
    std::uint64_t bytes_ = 0;
    std::unordered_map<std::uint64_t, std::uint64_t> line_of_id_;  ///< hash of the id to its line
};

/// All issues of a whole JSONL text, at most kIssuesMax. A final LF is no line of its own.
[[nodiscard]] std::vector<Issue> check_case_lines(std::string_view text);

}  // namespace mednexus::clinical
