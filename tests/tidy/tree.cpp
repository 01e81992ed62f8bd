#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

namespace mednexus::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLibrary = "mednexus/";

bool is_left_out(const fs::path& folder) {
    constexpr std::array kNames{".git", "build", "node_modules", "corpus", "vectors"};
    const auto name = folder.filename().string();
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool is_text(const fs::path& file) {
    constexpr std::array kEndings{".cpp",
                                  ".hpp",
                                  ".txt",
                                  ".cmake",
                                  ".md",
                                  ".json",
                                  ".1",
                                  ".sh",
                                  ".yml",
                                  ".sol",
                                  ".js",
                                  ".html",
                                  ".css",
                                  ".toml"};
    const auto ending = file.extension().string();
    // run, .ci/run, .clang-tidy; but in a worktree .git is a file, and not ours.
    const bool is_script = ending.empty() && file.filename() != ".git";
    return is_script || std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

std::string File::module() const {
    if (!path.starts_with(kLibrary)) {
        return {};
    }
    const auto end = path.find('/', kLibrary.size());
    return end == std::string::npos ? "" : path.substr(kLibrary.size(), end - kLibrary.size());
}

bool File::is_public_header() const {
    return is_header() && !module().empty() && path.find("/internal/") == std::string::npos;
}

File file_from_text(std::string path, std::string_view text) {
    File file{std::move(path), {}};
    while (!text.empty()) {
        const auto end = text.find('\n');
        file.lines.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? "" : text.substr(end + 1);
    }
    return file;
}

Tree read_tree(const fs::path& root) {
    Tree tree;
    for (auto at = fs::recursive_directory_iterator(root); at != fs::end(at); ++at) {
        if (at->is_directory() && is_left_out(at->path())) {
            at.disable_recursion_pending();
        } else if (at->is_regular_file() && is_text(at->path())) {
            auto path = at->path().lexically_relative(root).generic_string();
            tree.push_back(file_from_text(std::move(path), text_of(at->path())));
        }
    }
    std::sort(
        tree.begin(), tree.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return tree;
}

}  // namespace mednexus::tidy
