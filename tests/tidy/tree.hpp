#pragma once
/// The source tree as the rules see it: every text file with its lines, nothing of what was built.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mednexus::tidy {

struct File {
    std::string path;  ///< from the root, with slashes
    std::vector<std::string> lines;

    [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }

    [[nodiscard]] bool is_cpp() const { return is_header() || path.ends_with(".cpp"); }

    /// A test, or a header that only tests include: internal/test_support.hpp, internal/testing/….
    [[nodiscard]] bool is_test() const {
        return path.ends_with("_test.cpp") || path.find("/internal/test") != std::string::npos;
    }

    /// The folder below mednexus/, or nothing for files elsewhere.
    [[nodiscard]] std::string module() const;
    /// A header that other modules may include.
    [[nodiscard]] bool is_public_header() const;
};

using Tree = std::vector<File>;

[[nodiscard]] File file_from_text(std::string path, std::string_view text);

/// Reads the tree below `root`, less what is built, fetched, or made of bytes (corpus, vectors).
[[nodiscard]] Tree read_tree(const std::filesystem::path& root);

}  // namespace mednexus::tidy
