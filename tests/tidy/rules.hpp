#pragma once
/// What the tree is held to. Each rule reads the whole tree and returns what it finds, nothing
/// else.

#include <cstddef>
#include <string>
#include <vector>

#include "tests/tidy/tree.hpp"

namespace mednexus::tidy {

struct Finding {
    std::string path;
    std::size_t line;  ///< from 1; 0 where the file as a whole is meant
    std::string what;
};

using Findings = std::vector<Finding>;

/// Includes follow the arrows of STYLE section 3; internal/ is entered by its own module only.
[[nodiscard]] Findings check_arrows(const Tree& tree);
/// No header that others include shows a vendor's.
[[nodiscard]] Findings check_vendors(const Tree& tree);
/// Every public header stands in its module's HEADERS.
[[nodiscard]] Findings check_header_lists(const Tree& tree);
/// Every fuzz target is registered.
[[nodiscard]] Findings check_fuzz_list(const Tree& tree);
/// A function that returns Result says [[nodiscard]] where it is declared.
[[nodiscard]] Findings check_nodiscard(const Tree& tree);
/// Headers start with #pragma once and open no namespace for their users.
[[nodiscard]] Findings check_headers(const Tree& tree);
/// C++ lines have at most 100 columns.
[[nodiscard]] Findings check_columns(const Tree& tree);
/// No folder is named for what it is not.
[[nodiscard]] Findings check_folders(const Tree& tree);
/// No unfinished business and no path of one person's machine, in any text file.
[[nodiscard]] Findings check_marks(const Tree& tree);

inline constexpr std::size_t kFunctionLinesMax = 100;
inline constexpr std::size_t kFunctionLinesUsual = 70;
/// Functions longer than `lines`.
[[nodiscard]] Findings find_long_functions(const Tree& tree, std::size_t lines);

}  // namespace mednexus::tidy
